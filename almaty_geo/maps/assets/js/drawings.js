/*
 * One drawing for each layer: `draw` paints it, `at` says which feature lies under a point.
 * A view gives the size of the world in pixels and where its corner lies on the canvas.
 */
(function (atlas) {
  "use strict";

  const GREY = "#8a94a0";
  const REFERENCE_PX = 820; // height of the map at which radii are as the map's file gives them
  const UNKNOWN_SIZE = 0.45; // of the largest sign: one whose capacity nobody says

  /* How much larger signs are drawn than at the first view of a large window. */
  function growth(view) {
    const [, south, , north] = atlas.data.home;
    const span = Math.abs(atlas.mercator(0, north)[1] - atlas.mercator(0, south)[1]) || 1e-6;
    const steps = Math.log2((view.worldPx * span) / REFERENCE_PX);
    return Math.min(4, Math.max(0.62, 2 ** (0.55 * steps)));
  }

  atlas.lineWidth = (layer, view) => layer.width * Math.min(1.6, growth(view));

  /* How far off places may be is drawn where the layer is asked for, not where it is scenery. */
  atlas.hasHalos = function (layer) {
    const section = atlas.section();
    const asked = !section || section.layers.includes(layer.id);
    return Boolean(layer.halos_m && (asked || atlas.state.shown[layer.id]));
  };

  function sizeOf(size, least) {
    return size < 0 ? UNKNOWN_SIZE : Math.max(least, size / 100);
  }

  class Points {
    constructor(layer) {
      this.layer = layer;
      this.path = atlas.positions(layer.places);
      this.count = this.path.x.length;
      this.x = new Float32Array(this.count);
      this.y = new Float32Array(this.count);
      this.r = new Float32Array(this.count);
      const sizes = layer.sizes || [];
      this.order = Array.from({ length: this.count }, (_, i) => i);
      this.order.sort((a, b) => (sizes[b] || 0) - (sizes[a] || 0) || a - b);
    }

    place(view) {
      const { layer } = this;
      const grown = growth(view);
      const least = layer.group === "people" ? 0.1 : 0.3;
      for (let i = 0; i < this.count; i += 1) {
        this.x[i] = this.path.x[i] * view.worldPx - view.left;
        this.y[i] = this.path.y[i] * view.worldPx - view.top;
        const size = layer.sizes ? sizeOf(layer.sizes[i], least) : 1;
        this.r[i] = Math.max(0.8, layer.radius * size * grown);
      }
    }

    draw(ctx, view) {
      this.place(view);
      const classes = atlas.classesOf(this.layer);
      if (this.layer.group === "people") this.drawPeople(ctx, view, classes);
      else this.drawFacilities(ctx, view, classes);
    }

    drawPeople(ctx, view, classes) {
      const colours = classes ? classes.colours : [GREY];
      const edges = colours.map(atlas.edgeOf);
      ctx.globalAlpha = 0.92;
      ctx.lineWidth = 0.7;
      for (const i of this.order) {
        if (!this.inView(i, view)) continue;
        const of = classes ? atlas.classAt(classes, i) : 0;
        ctx.beginPath();
        ctx.arc(this.x[i], this.y[i], this.r[i], 0, 2 * Math.PI);
        ctx.fillStyle = colours[of];
        ctx.fill();
        if (edges[of]) {
          ctx.strokeStyle = edges[of];
          ctx.stroke();
        }
      }
      ctx.globalAlpha = 1;
    }

    drawFacilities(ctx, view, classes) {
      const { layer } = this;
      if (atlas.hasHalos(layer)) this.drawHalos(ctx, view);
      for (const i of this.order) {
        if (!this.inView(i, view) || atlas.openness(layer, i) === "absent") continue;
        const filling = atlas.filling(layer, atlas.stateOf(layer, i));
        const colour = classes ? classes.colours[atlas.classAt(classes, i)] : layer.colour;
        const at = [this.x[i], this.y[i], this.r[i]];
        atlas.drawSign(ctx, layer.shape, filling, colour, ...at);
        if (layer.sizes && layer.sizes[i] < 0) atlas.drawUnknown(ctx, colour, ...at);
      }
    }

    drawHalos(ctx, view) {
      const circles = [];
      for (let i = 0; i < this.count; i += 1) {
        const px = this.layer.halos_m[i] / atlas.metresPerPixel(this.path.y[i], view.worldPx);
        if (px > this.r[i] + 2) circles.push([this.x[i], this.y[i], px]);
      }
      atlas.drawHalos(ctx, this.layer.colour, circles);
    }

    inView(i, view) {
      const r = this.r[i] + 2;
      return (
        this.x[i] > view.minX - r &&
        this.x[i] < view.maxX + r &&
        this.y[i] > view.minY - r &&
        this.y[i] < view.maxY + r
      );
    }

    at(x, y, slack) {
      for (let k = this.count - 1; k >= 0; k -= 1) {
        const i = this.order[k];
        if (atlas.openness(this.layer, i) === "absent") continue;
        const reach = this.r[i] + slack;
        if ((this.x[i] - x) ** 2 + (this.y[i] - y) ** 2 <= reach * reach) return i;
      }
      return -1;
    }
  }

  class Paths {
    constructor(layer) {
      this.layer = layer;
      this.parts = layer.places.map((parts) => parts.map(atlas.positions));
      this.count = this.parts.length;
      this.placed = [];
    }

    place(view) {
      this.placed = this.parts.map((parts) =>
        parts.map((part) => ({
          x: part.x.map((x) => x * view.worldPx - view.left),
          y: part.y.map((y) => y * view.worldPx - view.top),
        })),
      );
    }

    partsOf(i) {
      return this.parts[i];
    }

    traceAll(ctx, wanted) {
      this.placed.forEach((parts, i) => wanted(i) && this.trace(ctx, parts));
    }

    trace(ctx, parts) {
      for (const { x, y } of parts) {
        ctx.moveTo(x[0], y[0]);
        for (let i = 1; i < x.length; i += 1) ctx.lineTo(x[i], y[i]);
      }
    }
  }

  class Lines extends Paths {
    draw(ctx, view) {
      this.place(view);
      const trace = (to, wanted) => this.traceAll(to, wanted);
      atlas.paintLines(ctx, this.layer, trace, atlas.lineWidth(this.layer, view));
    }

    at(x, y, slack) {
      const reach = this.layer.width / 2 + slack;
      return this.placed.findLastIndex((parts) => atlas.isNear(parts, x, y, reach));
    }
  }

  class Areas extends Paths {
    constructor(layer) {
      super(layer);
      this.side = new atlas.Finder(Float64Array.from(this.parts.flatMap(boxOf))).middleSide();
    }

    /* The paper that everything else lies on. */
    fill(ctx, view, colour) {
      this.place(view);
      ctx.fillStyle = colour;
      ctx.beginPath();
      this.placed.forEach((rings) => this.trace(ctx, rings));
      ctx.fill("evenodd");
    }

    draw(ctx, view) {
      this.place(view);
      if (this.layer.id === atlas.data.areas_layer) {
        this.outline(ctx);
        return;
      }
      const trace = (to, wanted) => this.traceAll(to, wanted);
      atlas.paintAreas(ctx, this.layer, trace, this.side * view.worldPx);
    }

    /* Areas that results are split by are paper: nothing fills them. */
    outline(ctx) {
      ctx.strokeStyle = this.layer.colour;
      ctx.lineWidth = this.layer.width;
      ctx.lineJoin = "round";
      ctx.setLineDash(this.layer.dash);
      ctx.beginPath();
      this.traceAll(ctx, () => true);
      ctx.stroke();
      ctx.setLineDash([]);
    }

    /* Everything outside one area fades; the area itself gets a firm line. */
    single(ctx, view, i, veil, colour) {
      ctx.fillStyle = veil;
      ctx.beginPath();
      ctx.rect(view.minX, view.minY, view.maxX - view.minX, view.maxY - view.minY);
      this.trace(ctx, this.placed[i]);
      ctx.fill("evenodd");
      ctx.strokeStyle = colour;
      ctx.lineWidth = 2.5;
      ctx.lineJoin = "round";
      ctx.beginPath();
      this.trace(ctx, this.placed[i]);
      ctx.stroke();
    }

    at(x, y) {
      return this.placed.findLastIndex((rings) => atlas.inside(rings, x, y));
    }
  }

  function boxOf(parts) {
    const ends = (axis, better, worst) =>
      parts.reduce((end, part) => part[axis].reduce((a, b) => better(a, b), end), worst);
    return [
      ends("x", Math.min, Infinity),
      ends("y", Math.min, Infinity),
      ends("x", Math.max, -Infinity),
      ends("y", Math.max, -Infinity),
    ];
  }

  const PLAIN = { point: Points, line: Lines, area: Areas };

  /* What draws a layer: the page's file says in which way. */
  atlas.drawingOf = function (layer) {
    if (layer.way === "tiles") return new atlas.Slices(layer);
    if (layer.way === "cells") return new atlas.Cells(layer);
    return new PLAIN[layer.kind](layer);
  };

  /* A layer's sign as a legend shows it. */
  atlas.layerSwatch = function (layer, state) {
    return atlas.swatch((ctx, x, y) => {
      ctx.strokeStyle = layer.colour;
      if (layer.kind === "point" && layer.group === "people") {
        ctx.beginPath();
        ctx.arc(x, y, 4.5, 0, 2 * Math.PI);
        ctx.fillStyle = GREY;
        ctx.fill();
      } else if (layer.kind === "point") {
        const filling = atlas.filling(layer, state || "existing");
        const r = Math.min(5.5, Math.max(3, layer.radius));
        atlas.drawSign(ctx, layer.shape, filling, layer.colour, x, y, r);
      } else if (layer.kind === "line") {
        ctx.lineWidth = Math.min(4, layer.width);
        ctx.setLineDash(atlas.dashOf(layer, state));
        ctx.beginPath();
        ctx.moveTo(0, y);
        ctx.lineTo(2 * x, y);
        ctx.stroke();
      } else {
        ctx.lineWidth = layer.width;
        ctx.fillStyle = "#ffffff";
        ctx.fillRect(3, 2, 2 * x - 6, 2 * y - 4);
        if (layer.id !== atlas.data.areas_layer) {
          ctx.globalAlpha = atlas.TINT;
          ctx.fillStyle = layer.colour;
          ctx.fillRect(3, 2, 2 * x - 6, 2 * y - 4);
          ctx.globalAlpha = 1;
        }
        ctx.strokeRect(3, 2, 2 * x - 6, 2 * y - 4);
      }
    });
  };

  atlas.haloSwatch = (layer) =>
    atlas.swatch((ctx, x, y) => atlas.drawHalos(ctx, layer.colour, [[x, y, 6.5]]));
})(window.almatyGeo);
