/*
 * What a trial is reckoned with, part one: whole numbers out of text, and degrees to metres.
 * The parts are functions without anything around them: their text is what the thread runs.
 */
(function (atlas) {
  "use strict";

  atlas.reckoning = {};

  atlas.reckoning.ground = function () {
    /* The nearest whole number; of two equally near ones the even one. */
    function rounded(number) {
      const below = Math.floor(number);
      const rest = number - below;
      if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
      return below % 2 === 0 ? below : below + 1;
    }

    /* Chebyshev polynomials at x, up to a degree. */
    function chebyshev(x, count) {
      const values = [1, x];
      for (let k = 2; k < count; k += 1) values.push(2 * x * values[k - 1] - values[k - 2]);
      return values;
    }

    function metres(lon, lat, { box: [west, south, east, north], east: e, north: n }) {
      const us = chebyshev((2 * lon - west - east) / (east - west), e.length);
      const vs = chebyshev((2 * lat - south - north) / (north - south), e.length);
      let [x, y] = [0, 0];
      for (let i = us.length - 1; i >= 0; i -= 1) {
        for (let j = vs.length - 1; j >= 0; j -= 1) {
          x += e[i][j] * us[i] * vs[j];
          y += n[i][j] * us[i] * vs[j];
        }
      }
      return [x, y];
    }

    /* Degrees out of their differences. */
    function degreesOf({ decimals, places }) {
      if (decimals < 0) return places;
      const unit = 10 ** decimals;
      const degrees = new Array(places.length);
      let [lon, lat] = [0, 0];
      for (let i = 0; i < places.length; i += 2) {
        lon += places[i];
        lat += places[i + 1];
        [degrees[i], degrees[i + 1]] = [lon / unit, lat / unit];
      }
      return degrees;
    }

    /* Reads whole numbers: seven bits a byte, the lowest first, the sign in the lowest bit. */
    function reader(text) {
      const bytes = atob(text);
      let at = 0;

      function next() {
        let [value, scale, byte] = [0, 1, 128];
        while (byte > 127) {
          byte = bytes.charCodeAt(at);
          value += (byte & 127) * scale;
          scale *= 128;
          at += 1;
        }
        return value % 2 ? -(value + 1) / 2 : value / 2;
      }

      function column(size) {
        const values = new Float64Array(size);
        for (let i = 0; i < size; i += 1) values[i] = next();
        return values;
      }

      /* Values that each come a number of times in a row. */
      function runs(size) {
        const values = new Int32Array(size);
        let filled = 0;
        for (let left = next(); left > 0; left -= 1) {
          const value = next();
          const often = next();
          values.fill(value, filled, filled + often);
          filled += often;
        }
        return values;
      }

      return { next, column, runs, rest: () => at < bytes.length };
    }

    /* All numbers of a text. */
    function numbersOf(text) {
      const { next, rest } = reader(text);
      const values = [];
      while (rest()) values.push(next());
      return values;
    }

    return { rounded, metres, degreesOf, reader, numbersOf };
  };
})(window.almatyGeo);
