/* Which features lie near a point: boxes by the square of a coarse grid that they reach into. */
(function (atlas) {
  "use strict";

  const PER_SQUARE = 4; // features, about
  const MOST_SQUARES = 128; // along a side

  /* From west, north, east, south of each feature, one after the other. */
  atlas.Finder = class {
    constructor(boxes) {
      this.boxes = boxes;
      const count = boxes.length / 4;
      const side = Math.ceil(Math.sqrt(count / PER_SQUARE));
      this.side = Math.max(1, Math.min(MOST_SQUARES, side));
      this.whole = [Infinity, Infinity, -Infinity, -Infinity];
      for (let k = 0; k < boxes.length; k += 1) {
        const better = k % 4 < 2 ? Math.min : Math.max;
        this.whole[k % 4] = better(this.whole[k % 4], boxes[k]);
      }
      this.squares = Array.from({ length: this.side ** 2 }, () => []);
      for (let i = 0; i < count; i += 1) this.put(i);
    }

    column(x) {
      const [west, , east] = this.whole;
      const at = Math.floor(((x - west) / (east - west || 1)) * this.side);
      return Math.max(0, Math.min(this.side - 1, at));
    }

    row(y) {
      const [, north, , south] = this.whole;
      const at = Math.floor(((y - north) / (south - north || 1)) * this.side);
      return Math.max(0, Math.min(this.side - 1, at));
    }

    put(i) {
      const [west, north, east, south] = this.boxes.subarray(4 * i, 4 * i + 4);
      const last = [this.column(east), this.row(south)];
      for (let row = this.row(north); row <= last[1]; row += 1) {
        for (let column = this.column(west); column <= last[0]; column += 1) {
          this.squares[row * this.side + column].push(i);
        }
      }
    }

    /* Features whose box is within reach of a point, the last first: it was painted on top. */
    near(x, y, reach) {
      const found = new Set();
      for (let row = this.row(y - reach); row <= this.row(y + reach); row += 1) {
        for (let column = this.column(x - reach); column <= this.column(x + reach); column += 1) {
          for (const i of this.squares[row * this.side + column]) {
            if (this.reaches(i, x, y, reach)) found.add(i);
          }
        }
      }
      return [...found].sort((a, b) => b - a);
    }

    reaches(i, x, y, reach) {
      const [west, north, east, south] = this.boxes.subarray(4 * i, 4 * i + 4);
      return x >= west - reach && x <= east + reach && y >= north - reach && y <= south + reach;
    }

    /* The side of a feature's box, as half of them exceed it. */
    middleSide() {
      const sides = [];
      for (let k = 0; k < this.boxes.length; k += 4) {
        const [west, north, east, south] = this.boxes.subarray(k, k + 4);
        sides.push(Math.sqrt((east - west) * (south - north)));
      }
      return sides.sort((a, b) => a - b)[sides.length >> 1] || 0;
    }
  };
})(window.almatyGeo);
