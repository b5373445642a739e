/*
 * Cells of a regular grid: rows and columns, and where the corners of blocks of them lie. Within a
 * block positions are read off its corners. Neighbours that look alike are filled as one.
 */
(function (atlas) {
  "use strict";

  const STEPS_PER_DEGREE = 1e7;
  const TRIES = 4; // of finding the place in a block: it is all but a parallelogram

  atlas.Cells = class {
    constructor(layer) {
      const { size, at, block, nodes } = layer.grid;
      this.layer = layer;
      [this.columns, this.rows] = size;
      this.block = block;
      this.number = atlas.fromRuns(at);
      this.count = this.number.length;
      this.across = Math.ceil(this.columns / block);
      this.up = Math.ceil(this.rows / block);
      this.nodes = atlas.positionsBy(STEPS_PER_DEGREE, nodes);
      this.features = new Map(); // by block, then by cell within it
      this.number.forEach((number, i) => this.put(number, i));
      this.side = Math.sqrt(
        Math.abs(this.nodes.x[1] - this.nodes.x[0]) *
          Math.abs(this.nodes.y[this.across + 1] - this.nodes.y[0]),
      ) / block;
      this.view = null;
    }

    put(number, i) {
      const [column, row] = [number % this.columns, Math.floor(number / this.columns)];
      const of = Math.floor(row / this.block) * this.across + Math.floor(column / this.block);
      if (!this.features.has(of)) {
        this.features.set(of, new Int32Array(this.block ** 2).fill(-1));
      }
      const within = (row % this.block) * this.block + (column % this.block);
      this.features.get(of)[within] = i;
    }

    /* The four corners of a block: south-west, south-east, north-west, north-east. */
    corners(of) {
      const first = Math.floor(of / this.across) * (this.across + 1) + (of % this.across);
      const at = [first, first + 1, first + this.across + 1, first + this.across + 2];
      return at.map((k) => [this.nodes.x[k], this.nodes.y[k]]);
    }

    /* Where a place of a block lies, its column and row given as parts of the block's side. */
    static place([sw, se, nw, ne], u, v) {
      return [0, 1].map(
        (k) => (1 - v) * ((1 - u) * sw[k] + u * se[k]) + v * ((1 - u) * nw[k] + u * ne[k]),
      );
    }

    partsOf(i) {
      const number = this.number[i];
      const [column, row] = [number % this.columns, Math.floor(number / this.columns)];
      const of = Math.floor(row / this.block) * this.across + Math.floor(column / this.block);
      const [c, r] = [column % this.block, row % this.block];
      const corners = this.corners(of);
      const ring = [[c, r], [c + 1, r], [c + 1, r + 1], [c, r + 1], [c, r]].map(([x, y]) =>
        atlas.Cells.place(corners, x / this.block, y / this.block),
      );
      return [{ x: ring.map(([x]) => x), y: ring.map(([, y]) => y) }];
    }

    draw(ctx, view) {
      this.view = view;
      const inView = [...this.features.keys()]
        .map((of) => [of, this.corners(of).map((place) => onCanvas(place, view))])
        .filter(([, corners]) => meets(corners, view));
      const sidePx = this.side * view.worldPx;
      const trace = (to, wanted, single) => {
        for (const [of, corners] of inView) this.traceBlock(to, of, corners, wanted, single);
      };
      atlas.paintAreas(ctx, this.layer, trace, sidePx);
    }

    traceBlock(ctx, of, corners, wanted, single) {
      const { block } = this;
      const cells = this.features.get(of);
      for (let row = 0; row < block; row += 1) {
        let start = -1;
        for (let column = 0; column <= block; column += 1) {
          const i = column < block ? cells[row * block + column] : -1;
          const taken = i >= 0 && wanted(i);
          if (start >= 0 && (!taken || single)) {
            quad(ctx, corners, block, row, start, column);
            start = -1;
          }
          if (taken && start < 0) start = column;
        }
      }
    }

    at(x, y) {
      if (!this.view) return -1;
      for (const [of, cells] of this.features) {
        const corners = this.corners(of).map((place) => onCanvas(place, this.view));
        const inside = within(corners, x, y);
        if (!inside) continue;
        const [column, row] = inside.map((part) => Math.floor(part * this.block));
        return cells[row * this.block + column];
      }
      return -1;
    }
  };

  function onCanvas([x, y], view) {
    return [x * view.worldPx - view.left, y * view.worldPx - view.top];
  }

  function meets(corners, view) {
    const xs = corners.map(([x]) => x);
    const ys = corners.map(([, y]) => y);
    return (
      Math.max(...xs) > view.minX &&
      Math.min(...xs) < view.maxX &&
      Math.max(...ys) > view.minY &&
      Math.min(...ys) < view.maxY
    );
  }

  /* A row of cells as one outline; `closePath` would take longer with each one in the path. */
  function quad(ctx, [sw, se, nw, ne], block, row, from, to) {
    const [v0, v1, u0, u1] = [row / block, (row + 1) / block, from / block, to / block];
    const west0 = [sw[0] + v0 * (nw[0] - sw[0]), sw[1] + v0 * (nw[1] - sw[1])];
    const east0 = [se[0] + v0 * (ne[0] - se[0]), se[1] + v0 * (ne[1] - se[1])];
    const west1 = [sw[0] + v1 * (nw[0] - sw[0]), sw[1] + v1 * (nw[1] - sw[1])];
    const east1 = [se[0] + v1 * (ne[0] - se[0]), se[1] + v1 * (ne[1] - se[1])];
    const first = [
      west0[0] + u0 * (east0[0] - west0[0]),
      west0[1] + u0 * (east0[1] - west0[1]),
    ];
    ctx.moveTo(first[0], first[1]);
    ctx.lineTo(west0[0] + u1 * (east0[0] - west0[0]), west0[1] + u1 * (east0[1] - west0[1]));
    ctx.lineTo(west1[0] + u1 * (east1[0] - west1[0]), west1[1] + u1 * (east1[1] - west1[1]));
    ctx.lineTo(west1[0] + u0 * (east1[0] - west1[0]), west1[1] + u0 * (east1[1] - west1[1]));
    ctx.lineTo(first[0], first[1]);
  }

  /* Where in a block a point lies, as parts of its sides; null where it lies outside. */
  function within(corners, x, y) {
    let [u, v] = [0.5, 0.5];
    for (let n = 0; n < TRIES; n += 1) {
      const [px, py] = atlas.Cells.place(corners, u, v);
      const [[ax, ay], [bx, by]] = slopes(corners, u, v);
      const det = ax * by - bx * ay;
      if (!det) return null;
      u += ((x - px) * by - (y - py) * bx) / det;
      v += ((y - py) * ax - (x - px) * ay) / det;
    }
    return u >= 0 && u < 1 && v >= 0 && v < 1 ? [u, v] : null;
  }

  function slopes([sw, se, nw, ne], u, v) {
    const along = [0, 1].map((k) => (1 - v) * (se[k] - sw[k]) + v * (ne[k] - nw[k]));
    const across = [0, 1].map((k) => (1 - u) * (nw[k] - sw[k]) + u * (ne[k] - se[k]));
    return [along, across];
  }
})(window.almatyGeo);
