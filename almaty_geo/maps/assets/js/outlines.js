/*
 * How lines and outlines look, whichever way they are kept. A layer's drawing gives `trace`, which
 * adds to the path of a canvas every feature that is wanted: each by itself where that is asked
 * for, and neighbours as one where it makes no difference.
 */
(function (atlas) {
  "use strict";

  const COLOURED = 0.85;
  const PAPER = "#ffffff";
  const PARTING = 0.8; // the line between features that have colours of their own
  const SLIMMEST = 0.4; // a line that would be thinner is left out
  const SHARE = 8; // an outline takes at most one part of so many of a feature's side
  const STATE_DASHES = { under_construction: [9, 4], design: [2, 4], planned: [5, 5] };
  atlas.TINT = 0.15; // how much of a layer's colour fills outlines that nothing else colours
  const EVERY = () => true;

  atlas.stateOf = function (layer, i) {
    const open = atlas.openness(layer, i);
    if (open) return open;
    if (!layer.states || layer.state[i] === "-") return "existing";
    return layer.states[Number(layer.state[i])][0];
  };

  atlas.dashOf = (layer, state) => (layer.dash.length ? layer.dash : STATE_DASHES[state] || []);

  /* Fill and outline. Small features get thinner outlines, so that their colours can be seen. */
  atlas.paintAreas = function (ctx, layer, trace, sidePx) {
    const classes = atlas.classesOf(layer);
    if (classes) paintClasses(ctx, classes, trace);
    else fill(ctx, layer.colour, atlas.TINT, () => trace(ctx, EVERY));
    const width = Math.min(classes ? PARTING : layer.width, sidePx / SHARE);
    if (width < SLIMMEST) return;
    ctx.strokeStyle = classes ? PAPER : layer.colour;
    ctx.lineWidth = width;
    ctx.lineJoin = "round";
    ctx.setLineDash(classes ? [] : layer.dash);
    ctx.beginPath();
    trace(ctx, EVERY, true);
    ctx.stroke();
    ctx.setLineDash([]);
  };

  function paintClasses(ctx, classes, trace) {
    classes.colours.forEach((colour, of) => {
      fill(ctx, colour, COLOURED, () => trace(ctx, (i) => atlas.classAt(classes, i) === of));
    });
  }

  function fill(ctx, colour, alpha, path) {
    ctx.globalAlpha = alpha;
    ctx.fillStyle = colour;
    ctx.beginPath();
    path();
    ctx.fill();
    ctx.globalAlpha = 1;
  }

  /* Lines, dashed by their state where the map's file gives no dash. */
  atlas.paintLines = function (ctx, layer, trace, width) {
    const classes = atlas.classesOf(layer);
    const apart = layer.states && !layer.dash.length; // by state
    const states = apart ? [...layer.states.map(([state]) => state), "existing"] : [""];
    const colours = classes ? classes.colours : [layer.colour];
    ctx.lineWidth = width;
    ctx.lineJoin = "round";
    for (const state of new Set(states)) {
      ctx.setLineDash(atlas.dashOf(layer, state));
      colours.forEach((colour, of) => {
        ctx.strokeStyle = colour;
        ctx.beginPath();
        trace(ctx, (i) => {
          const right = !apart || atlas.stateOf(layer, i) === state;
          return right && (!classes || atlas.classAt(classes, i) === of);
        });
        ctx.stroke();
      });
    }
    ctx.setLineDash([]);
  };
})(window.almatyGeo);
