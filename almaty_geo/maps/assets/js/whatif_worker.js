/*
 * Reckons what is tried beside the page, in a thread of its own, made from the text of the parts:
 * exactly as the command line does. People, pupils and seats are whole numbers, ways whole
 * millimetres or milliseconds.
 */
(function (atlas) {
  "use strict";

  function reckoner(parts) {
    const tools = parts.ground();
    const engines = { straight: parts.straight(tools), streets: parts.streets(tools) };
    const seating = parts.seats(tools);
    const sections = new Map();
    let ground = null;
    let waiting = []; // questions about seats, which come after all others

    function standOn(given) {
      const { degrees, people } = given;
      const size = people.length;
      ground = { ...given, size, x: new Float64Array(size), y: new Float64Array(size) };
      for (let i = 0; i < size; i += 1) {
        [ground.x[i], ground.y[i]] = tools.metres(degrees[2 * i], degrees[2 * i + 1], given.plane);
      }
      if (given.streets) ground.streets = engines.streets.unpacked(given.streets);
    }

    function define(spec) {
      const all = { ...spec, ground };
      const engine = spec.rule.indices.length ? engines.straight(all) : engines.streets.of(all);
      sections.set(spec.id, {
        engine,
        rule: spec.rule,
        replaces: spec.replaces,
        own: spec.places.length,
        tried: new Map(),
        seats: spec.seats,
        seated: spec.seats ? seating(all, engine) : null,
      });
    }

    function siteOf(section, { place, key }) {
      const name = `${place} ${key}`;
      if (!section.tried.has(name)) section.tried.set(name, section.engine.site(place));
      return section.tried.get(name);
    }

    /* Which sites are open: what is replaced is decided by what was open before any is closed. */
    function opened(section, closed, at) {
      const open = new Array(section.own + section.tried.size).fill(false);
      open.fill(true, 0, section.own);
      for (const k of closed) open[k] = false;
      const before = [...open];
      for (const [fresh, old] of section.replaces) if (before[fresh]) open[old] = false;
      for (const k of at) open[k] = true;
      return open;
    }

    function counted({ engine, rule }) {
      const outside = ground.areas.length;
      const kinds = Array.from({ length: engine.kinds }, (_, kind) => kind);
      const within = kinds.map(() => new Array(outside + 1).fill(0));
      const classes = new Array(ground.size);
      for (let i = 0; i < ground.size; i += 1) {
        const area = ground.area[i] < 0 ? outside : ground.area[i];
        const ways = kinds.map((kind) => engine.way(i, kind));
        ways.forEach((way, kind) => {
          if (way <= rule.reach) within[kind][area] += ground.people[i];
        });
        classes[i] = rule.steps.filter((step) => step < ways[0]).length.toString(36);
      }
      return { within, classes: classes.join("") };
    }

    function answer({ id, turn, closed, added }) {
      const section = sections.get(id);
      const at = added.map((one) => siteOf(section, one));
      const open = opened(section, closed, at);
      section.engine.follow(open);
      const apart = at.map((k) => !section.engine.joins(k));
      self.postMessage({ id, turn, open: open.slice(0, section.own), apart, ...counted(section) });
      if (section.seated) later({ id, turn, section, open, added, at });
    }

    /* Seats take longer, and wait until nothing else is asked; only the last question matters. */
    function later(question) {
      const { id, turn } = question;
      waiting = [...waiting.filter((one) => one.id !== id || one.turn === 0 || !turn), question];
      setTimeout(seat, 0);
    }

    function seat() {
      const question = waiting.shift();
      if (!question) return;
      const { id, turn, section, open, added, at } = question;
      const { offered, shifts } = section.seats;
      const own = open.flatMap((is, k) => (is && k < section.own ? [k] : []));
      const held = new Map(own.map((k) => [k, offered[k]]));
      added.forEach(({ capacity }, n) => held.set(at[n], (capacity || 0) * shifts));
      const keys = new Map(added.map(({ key }, n) => [at[n], key]));
      self.postMessage({ id, turn, seats: section.seated([...held.keys()], held, keys) });
    }

    self.onmessage = function ({ data }) {
      if (data.ground) standOn(data.ground);
      if (data.define) define(data.define);
      if (data.ask) answer(data.ask);
    };
  }

  /* Start the thread; what it answers goes to the listener. */
  atlas.startReckoner = function (listener) {
    const parts = Object.entries(atlas.reckoning).map(([name, part]) => `${name}: ${part}`);
    const text = `"use strict";(${reckoner})({ ${parts.join(",\n")} });`;
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data }) => listener(data);
    worker.postMessage({ ground: atlas.trialGround() });
    return worker;
  };
})(window.almatyGeo);
