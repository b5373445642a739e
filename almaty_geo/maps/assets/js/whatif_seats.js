/*
 * What a trial is reckoned with, part four: who gets a seat if the nearest go first. Pairs by
 * rising way, then by the block's id, then by the school's, each taking the seats that are left:
 * the rule `nearest-first` of the command line.
 */
(function (atlas) {
  "use strict";

  atlas.reckoning.seats = function (tools) {
    /* Which of two texts comes first, by code points as the command line has it. */
    function compared(a, b) {
      const [one, other] = [a, b].map((text) => Array.from(text, (sign) => sign.codePointAt(0)));
      const at = one.findIndex((code, k) => code !== other[k]);
      if (at < 0) return one.length - other.length;
      return at >= other.length ? 1 : one[at] - other[at];
    }

    return function ({ ground, seats, keys }, engine) {
      const { size } = ground;
      const outside = ground.areas.length;
      const pupils = tools.numbersOf(seats.pupils);
      const rank = seats.rank ? tools.numbersOf(seats.rank) : pupils.map((_, i) => i);
      const block = new Int32Array(size);
      rank.forEach((place, i) => (block[place] = i));
      const known = new Map();

      function pairsOf(k) {
        if (!known.has(k)) known.set(k, engine.pairs(k, seats));
        return known.get(k);
      }

      /* Pairs as numbers that sort as they are served. */
      function ordered(open, place) {
        const total = open.reduce((sum, k) => sum + pairsOf(k).length / 2, 0);
        const order = new Float64Array(total);
        let filled = 0;
        for (const k of open) {
          const pairs = pairsOf(k);
          for (let at = 0; at < pairs.length; at += 2) {
            order[filled] = (pairs[at + 1] * size + rank[pairs[at]]) * open.length + place.get(k);
            filled += 1;
          }
        }
        return order.sort();
      }

      /*
       * Pupils of each area, the last outside all: seated, in reach without a seat, out of reach.
       * Sites are numbers; each comes with the seats that it offers.
       */
      return function (open, offered, tried) {
        const keyOf = (k) => keys[k] ?? tried.get(k);
        const schools = [...open].sort((a, b) => compared(keyOf(a), keyOf(b)));
        const place = new Map(schools.map((k, at) => [k, at]));
        const order = ordered(open, place);
        const free = schools.map((k) => offered.get(k));
        const left = [...pupils];
        const reached = new Uint8Array(size);
        for (const number of order) {
          const school = number % schools.length;
          const i = block[((number - school) / schools.length) % size];
          const taken = Math.min(left[i], free[school]);
          left[i] -= taken;
          free[school] -= taken;
          reached[i] = 1;
        }
        const parts = [0, 1, 2].map(() => new Array(outside + 1).fill(0));
        seats.placeless.forEach((number, area) => (parts[2][area] += number));
        for (let i = 0; i < size; i += 1) {
          const area = ground.area[i] < 0 ? outside : ground.area[i];
          parts[0][area] += pupils[i] - left[i];
          parts[reached[i] ? 1 : 2][area] += left[i];
        }
        return parts;
      };
    };
  };
})(window.almatyGeo);
