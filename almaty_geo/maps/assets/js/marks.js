/* Numbered places that a section speaks of: their numbers are those of its table. */
(function (atlas) {
  "use strict";

  const FONT = '"Noto Sans", "Segoe UI", "DejaVu Sans", sans-serif';

  atlas.MARK_PX = 10; // from the middle to the edge

  atlas.drawMark = function (ctx, x, y, text, radius) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.fillStyle = "#ffffff";
    ctx.fill();
    ctx.lineWidth = radius / 5;
    ctx.strokeStyle = "#16202c";
    ctx.stroke();
    ctx.font = `700 ${Math.round(radius * 1.25)}px ${FONT}`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillStyle = "#16202c";
    ctx.fillText(text, x, y + radius * 0.06);
  };

  /* Where on the canvas the places of the section lie. */
  atlas.markPlaces = function (view) {
    const section = atlas.section();
    const places = section && section.marks ? section.marks.places : [];
    return places.map(([lon, lat]) => {
      const [mx, my] = atlas.mercator(lon, lat);
      return [mx * view.worldPx - view.left, my * view.worldPx - view.top];
    });
  };

  /* The first one on top: it matters most. */
  atlas.drawMarks = function (ctx, view) {
    const places = atlas.markPlaces(view);
    for (let k = places.length - 1; k >= 0; k -= 1) {
      atlas.drawMark(ctx, ...places[k], String(k + 1), atlas.MARK_PX);
    }
  };
})(window.almatyGeo);
