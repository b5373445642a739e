/*
 * Reckons who is within reach, beside the page: its own thread, made from the text below.
 * Ways are straight lines times an index, rounded to millimetres or milliseconds, exactly as
 * the command line reckons them; people are whole numbers.
 */
(function (atlas) {
  "use strict";

  function reckoner() {
    const NONE = -1;
    const sections = new Map();
    let ground = null;

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

    function unpacked({ decimals, places }) {
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

    function standOn(given) {
      const degrees = unpacked(given);
      const size = given.people.length;
      ground = { ...given, size, x: new Float64Array(size), y: new Float64Array(size) };
      for (let i = 0; i < size; i += 1) {
        [ground.x[i], ground.y[i]] = metres(degrees[2 * i], degrees[2 * i + 1], given.plane);
      }
    }

    /* A section with its sites: those of the plan, then those that were ever tried. */
    function define({ id, rule, places, replaces }) {
      const sites = places.map((place) => (place ? metres(...place, ground.plane) : null));
      sections.set(id, {
        rule,
        replaces,
        sites,
        own: sites.length,
        tried: new Map(),
        open: [],
        best: new Float64Array(ground.size).fill(Infinity),
        which: new Int32Array(ground.size).fill(NONE),
      });
    }

    function siteOf(section, [lon, lat]) {
      const key = `${lon},${lat}`;
      if (!section.tried.has(key)) {
        section.tried.set(key, section.sites.push(metres(lon, lat, ground.plane)) - 1);
      }
      return section.tried.get(key);
    }

    /* Which sites are open: what is replaced is decided by what was open before any is closed. */
    function opened(section, closed, added) {
      const at = added.map((place) => siteOf(section, place));
      const open = section.sites.map((_, k) => k < section.own);
      for (const k of closed) open[k] = false;
      const before = [...open];
      for (const [fresh, old] of section.replaces) if (before[fresh]) open[old] = false;
      for (const k of at) open[k] = true;
      return open;
    }

    function relax(section, i, k) {
      const dx = ground.x[i] - section.sites[k][0];
      const dy = ground.y[i] - section.sites[k][1];
      const squared = dx * dx + dy * dy;
      if (squared < section.best[i]) {
        section.best[i] = squared;
        section.which[i] = k;
      }
    }

    /* Only points whose nearest site went are looked at anew; sites that came are tried on all. */
    function follow(section, open) {
      const { best, which, sites } = section;
      const all = sites.map((site, k) => k).filter((k) => open[k] && sites[k]);
      const fresh = all.filter((k) => !section.open[k]);
      for (let i = 0; i < ground.size; i += 1) {
        const gone = which[i] !== NONE && !open[which[i]];
        if (gone) [best[i], which[i]] = [Infinity, NONE];
        for (const k of gone ? all : fresh) relax(section, i, k);
      }
      section.open = open;
    }

    function wayOf(straight, index, { m_per_min: speed }) {
      const way = straight * index;
      if (!Number.isFinite(way)) return Infinity;
      return speed === null ? rounded(way * 1000) / 1000 : rounded((way / speed) * 60000) / 60000;
    }

    function counted(section) {
      const { rule } = section;
      const outside = ground.areas.length;
      const within = rule.indices.map(() => new Array(outside + 1).fill(0));
      const classes = new Array(ground.size);
      for (let i = 0; i < ground.size; i += 1) {
        const straight = Math.sqrt(section.best[i]);
        const area = ground.area[i] < 0 ? outside : ground.area[i];
        const ways = rule.indices.map((index) => wayOf(straight, index, rule));
        ways.forEach((way, k) => {
          if (way <= rule.reach) within[k][area] += ground.people[i];
        });
        classes[i] = rule.steps.filter((step) => step < ways[0]).length.toString(36);
      }
      return { within, classes: classes.join("") };
    }

    self.onmessage = function ({ data }) {
      if (data.ground) standOn(data.ground);
      if (data.define) define(data.define);
      if (!data.ask) return;
      const { id, turn, closed, added } = data.ask;
      const section = sections.get(id);
      const open = opened(section, closed, added);
      follow(section, open);
      self.postMessage({ id, turn, open: open.slice(0, section.own), ...counted(section) });
    };
  }

  /* Start the thread; what it answers goes to the listener. */
  atlas.startReckoner = function (listener) {
    const code = new Blob([`"use strict";(${reckoner})();`], { type: "text/javascript" });
    const address = URL.createObjectURL(code);
    const worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data }) => listener(data);
    worker.postMessage({ ground: atlas.data.ground });
    return worker;
  };
})(window.almatyGeo);
