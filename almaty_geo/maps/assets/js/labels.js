/* Names of areas: the most people first, and a name that would lie on another gives way. */
(function (atlas) {
  "use strict";

  const FONT = '"Noto Sans", "Segoe UI", "DejaVu Sans", sans-serif';
  const SHIFTS = [0, -18, 18, -34, 34];
  const GAP = 3;

  atlas.drawLabels = function (ctx, view, small) {
    const height = small ? 12 : 15;
    ctx.font = `600 ${height}px ${FONT}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    const taken = [];
    const ranked = [...atlas.data.areas].sort((a, b) => b.weight - a.weight);
    for (const area of ranked) {
      const [lon, lat] = area.label;
      const [mx, my] = atlas.mercator(lon, lat);
      const x = mx * view.worldPx - view.left;
      const y = my * view.worldPx - view.top;
      const text = atlas.textAt(area.short);
      const half = ctx.measureText(text).width / 2;
      const box = SHIFTS.map((dy) => ({
        left: x - half - GAP,
        right: x + half + GAP,
        top: y + dy - height / 2 - GAP,
        bottom: y + dy + height / 2 + GAP,
      })).find((one) => !taken.some((other) => meets(one, other)));
      if (!box) continue;
      taken.push(box);
      write(ctx, text, x, (box.top + box.bottom) / 2, area.id);
    }
  };

  function meets(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }

  function write(ctx, text, x, y, area) {
    const { area: chosen } = atlas.state;
    ctx.globalAlpha = chosen === atlas.CITY || chosen === area ? 1 : 0.55;
    ctx.strokeStyle = "rgba(255, 255, 255, 0.92)";
    ctx.lineWidth = 4;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = "#16202c";
    ctx.fillText(text, x, y);
    ctx.globalAlpha = 1;
  }
})(window.almatyGeo);
