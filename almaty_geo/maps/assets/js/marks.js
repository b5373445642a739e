/* Numbered places that a section speaks of: their numbers are those of its table. */
(function (atlas) {
  "use strict";

  const FONT = '"Noto Sans", "Segoe UI", "DejaVu Sans", sans-serif';
  const RADIUS = 10;

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

  /* The first one on top: it matters most. */
  atlas.drawMarks = function (ctx, view) {
    const section = atlas.section();
    const places = section && section.marks ? section.marks.places : [];
    for (let k = places.length - 1; k >= 0; k -= 1) {
      const [mx, my] = atlas.mercator(places[k][0], places[k][1]);
      const [x, y] = [mx * view.worldPx - view.left, my * view.worldPx - view.top];
      atlas.drawMark(ctx, x, y, String(k + 1), RADIUS);
    }
  };
})(window.almatyGeo);
