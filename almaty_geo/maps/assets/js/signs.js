/*
 * Signs of places. State is told by how a sign is filled, so that it needs no colour. One whose
 * capacity nobody knows is crossed by a line, and has no size of its own.
 */
(function (atlas) {
  "use strict";

  const PAPER = "#ffffff";
  const WAYS = { existing: "", under_construction: "half", design: "target", planned: "dashed" };

  /* How a feature's sign is filled: by its state, else by the shape that the map's file gives. */
  atlas.filling = function (layer, state) {
    return WAYS[state] || (layer.shape === "ring" ? "ring" : "solid");
  };

  function outline(ctx, shape, x, y, r) {
    ctx.beginPath();
    if (shape === "diamond") {
      const d = r * 1.2;
      ctx.moveTo(x, y - d);
      ctx.lineTo(x + d, y);
      ctx.lineTo(x, y + d);
      ctx.lineTo(x - d, y);
      ctx.closePath();
    } else if (shape === "square") {
      ctx.rect(x - r * 0.89, y - r * 0.89, r * 1.78, r * 1.78);
    } else {
      ctx.arc(x, y, r, 0, 2 * Math.PI);
    }
  }

  atlas.drawSign = function (ctx, shape, filling, colour, x, y, r) {
    const edge = Math.min(2, Math.max(0.8, r * 0.32));
    outline(ctx, shape, x, y, r);
    ctx.fillStyle = filling === "solid" ? colour : PAPER;
    ctx.fill();
    if (filling === "half") {
      ctx.save();
      ctx.clip();
      ctx.fillStyle = colour;
      ctx.fillRect(x - 2 * r, y - 2 * r, 2 * r, 4 * r);
      ctx.restore();
      outline(ctx, shape, x, y, r);
    }
    ctx.lineWidth = filling === "solid" ? Math.min(edge, 1.2) : edge;
    ctx.strokeStyle = filling === "solid" ? PAPER : colour;
    ctx.setLineDash(filling === "dashed" ? [r * 0.62, r * 0.42] : []);
    ctx.stroke();
    ctx.setLineDash([]);
    if (filling === "target") {
      outline(ctx, shape, x, y, r * 0.35);
      ctx.fillStyle = colour;
      ctx.fill();
    }
  };

  atlas.drawUnknown = function (ctx, colour, x, y, r) {
    const far = r * 1.2;
    for (const [width, stroke] of [
      [3.4, PAPER],
      [1.5, colour],
    ]) {
      ctx.beginPath();
      ctx.moveTo(x - far, y + far);
      ctx.lineTo(x + far, y - far);
      ctx.lineWidth = width;
      ctx.strokeStyle = stroke;
      ctx.stroke();
    }
  };

  /* Circles as wide as places may be off; where they overlap they are no darker. */
  atlas.drawHalos = function (ctx, colour, circles) {
    const seen = new Map(circles.map((circle) => [circle.map(Math.round).join(), circle]));
    ctx.beginPath();
    for (const [x, y, r] of seen.values()) {
      ctx.moveTo(x + r, y);
      ctx.arc(x, y, r, 0, 2 * Math.PI);
    }
    ctx.globalAlpha = 0.03;
    ctx.fillStyle = colour;
    ctx.fill();
    ctx.globalAlpha = 0.6;
    ctx.lineWidth = 1;
    ctx.strokeStyle = colour;
    ctx.setLineDash([4, 3]);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
  };

  /* A colour as drawn round a light one, so that it stands out from paper. */
  atlas.edgeOf = function (colour) {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    const light = 0.299 * r + 0.587 * g + 0.114 * b > 150;
    return light ? `rgb(${r * 0.62}, ${g * 0.6}, ${b * 0.4})` : "";
  };

  /* A small picture for a legend, drawn by the same hand as the map. */
  atlas.swatch = function (draw, width = 22, height = 16) {
    const ratio = 3; // sharp on paper too
    const canvas = atlas.el("canvas", {
      class: "swatch",
      width: width * ratio,
      height: height * ratio,
      "aria-hidden": "true",
      style: { width: width + "px", height: height + "px" },
    });
    const ctx = canvas.getContext("2d");
    ctx.scale(ratio, ratio);
    draw(ctx, width / 2, height / 2);
    return canvas;
  };
})(window.almatyGeo);
