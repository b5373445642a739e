/* What a trial is reckoned with, part two: straight lines times an index. */
(function (atlas) {
  "use strict";

  atlas.reckoning.straight = function (tools) {
    const NONE = -1;
    const { rounded, metres } = tools;

    function wayOf(straight, index, speed) {
      const way = straight * index;
      if (!Number.isFinite(way)) return Infinity;
      return speed === null ? rounded(way * 1000) / 1000 : rounded((way / speed) * 60000) / 60000;
    }

    /* A theme on its ground: sites are the plan's, then those that were ever tried. */
    return function ({ ground, rule, places }) {
      const { size, x, y } = ground;
      const sites = places.map((place) => (place ? metres(...place, ground.plane) : null));
      const best = new Float64Array(size).fill(Infinity); // squared
      const which = new Int32Array(size).fill(NONE);
      let before = [];

      function relax(i, k) {
        const dx = x[i] - sites[k][0];
        const dy = y[i] - sites[k][1];
        const squared = dx * dx + dy * dy;
        if (squared < best[i]) {
          best[i] = squared;
          which[i] = k;
        }
      }

      /* Only points whose nearest site went are looked at anew; sites that came are tried on all. */
      function follow(open) {
        const all = sites.map((_, k) => k).filter((k) => open[k] && sites[k]);
        const fresh = all.filter((k) => !before[k]);
        for (let i = 0; i < size; i += 1) {
          const gone = which[i] !== NONE && !open[which[i]];
          if (gone) [best[i], which[i]] = [Infinity, NONE];
          for (const k of gone ? all : fresh) relax(i, k);
        }
        before = open;
      }

      /* Every point from which a seat at a site may be had, with the way in whole units. */
      function pairs(k, { limit, m_per_min: speed }) {
        const found = [];
        if (!sites[k]) return found;
        const per = speed === null ? 1000 : 60000;
        for (let i = 0; i < size; i += 1) {
          const dx = x[i] - sites[k][0];
          const dy = y[i] - sites[k][1];
          const way = wayOf(Math.sqrt(dx * dx + dy * dy), rule.indices[0], speed);
          if (way <= limit) found.push(i, rounded(way * per));
        }
        return found;
      }

      return {
        follow,
        pairs,
        kinds: rule.indices.length,
        site: (place) => sites.push(metres(...place, ground.plane)) - 1,
        joins: () => true,
        way: (i, kind) => wayOf(Math.sqrt(best[i]), rule.indices[kind], rule.m_per_min),
      };
    };
  };
})(window.almatyGeo);
