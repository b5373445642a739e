/*
 * A theme in other scenarios and years: figures, classes and what is open, as the plan reckoned
 * them. While one is chosen, `atlas.section()` is the section as it is there, so that panel, map
 * and legend follow without knowing of it. Two at a time: what is done `onSide("before", …)` or
 * `onSide("after", …)` sees that one of them.
 */
(function (atlas) {
  "use strict";

  const HOLE = "\ufffc";
  const AMOUNTS = ["people", "within", "facilities", "capacity"];
  const known = atlas.data.scenes;
  const plain = atlas.section;
  const made = new Map(); // sections by theme and scene
  const read = new Map(); // what each theme has, by its id
  let side = "after";

  atlas.section = function () {
    const section = plain();
    const scene = section && shownIn(section.id);
    return scene ? sceneOf(section, scene) : section;
  };

  atlas.onSide = function (wanted, action) {
    const before = side;
    side = wanted;
    try {
      return action();
    } finally {
      side = before;
    }
  };

  atlas.side = () => side;

  atlas.lookAtSide = function (wanted) {
    side = wanted;
  };

  atlas.scenes = {
    /* The section that is shown as the page's own scenario has it. */
    plain,

    /* What the section that is shown can be compared by; null where it cannot. */
    theme: () => (plain() ? themeOf(plain().id) : null),

    /* Ids and titles of all scenes of the section that is shown, by what they belong to. */
    groups() {
      const theme = atlas.scenes.theme();
      const scenarios = known.scenarios.filter(([id]) => theme.at.has(id));
      const years = theme.courses.map(({ title, steps }) => [
        title,
        steps.map(([year, id]) => [id, String(year)]),
      ]);
      return [["", scenarios], ...years];
    },

    /* The two scenes that are compared, or null. */
    pair() {
      const { pair } = atlas.state;
      const theme = atlas.scenes.theme();
      return theme && pair && pair.every((id) => theme.at.has(id)) ? pair : null;
    },

    /* The scene of a year that is shown, or "". */
    year() {
      const theme = atlas.scenes.theme();
      return theme && theme.at.has(atlas.state.year) && !atlas.scenes.pair()
        ? atlas.state.year
        : "";
    },

    title: (id) => titleOf(plain().id, id),

    amounts(id, area) {
      const theme = atlas.scenes.theme();
      const at = theme.areas.indexOf(area);
      const all = stateOf(theme, id).amounts;
      const own = all.slice(AMOUNTS.length * at, AMOUNTS.length * (at + 1));
      return at < 0 ? null : Object.fromEntries(AMOUNTS.map((name, k) => [name, own[k] ?? null]));
    },

    /* Facilities that are open in the second scene and not in the first, and the other way. */
    changes(before, after) {
      const theme = atlas.scenes.theme();
      const [was, is] = [before, after].map((id) => stateOf(theme, id).open);
      const listed = theme.facilities.map((one, k) => facility(one, k));
      return {
        opened: listed.filter(({ k }) => was[k] === "0" && is[k] === "1"),
        closed: listed.filter(({ k }) => was[k] === "1" && is[k] === "0"),
      };
    },

    /* Facilities that are open in a scene and do not exist yet. */
    opened(id) {
      const theme = atlas.scenes.theme();
      const { open } = stateOf(theme, id);
      return theme.facilities
        .map((one, k) => facility(one, k))
        .filter(({ k }) => open[k] === "1" && !theme.facilities[k][4]);
    },

    /* Whether two scenes say the same. */
    alike(a, b) {
      const theme = atlas.scenes.theme();
      return stateOf(theme, a) === stateOf(theme, b);
    },

    now: known ? known.now : "",
    write,
    signed,
    lookOf: (id) => lookOf(atlas.scenes.theme(), id),
  };

  /*
   * How a facility stands in the scene that is shown: "existing" if it is open, "closed" if it is
   * not any more, "absent" if there is no such plan; "" where its layer knows best.
   */
  atlas.openness = function (layer, i) {
    const section = plain();
    const theme = section && themeOf(section.id);
    const k = theme && theme.telling.get(layer.id)?.get(layer.ids[i]);
    if (k === undefined || k === null) return absent(layer, i) ? "absent" : "";
    const [, , , , existing, added] = theme.facilities[k];
    const scene = shownIn(section.id);
    const open = stateOf(theme, scene || known.now).open[k] === "1";
    if (added && !open) return "absent";
    if (!scene) return "";
    return open ? "existing" : existing ? "closed" : "";
  };

  /* What only a scenario adds is nowhere else, whichever theme is shown. */
  function absent(layer, i) {
    if (!known) return false;
    return Object.keys(known.themes).some((name) => {
      const theme = themeOf(name);
      const k = theme.telling.get(layer.id)?.get(layer.ids && layer.ids[i]);
      if (k === undefined || !theme.facilities[k][5]) return false;
      return stateOf(theme, known.now).open[k] !== "1";
    });
  }

  function shownIn(section) {
    const theme = themeOf(section);
    if (!theme) return "";
    const { pair, year } = atlas.state;
    if (pair && pair.every((id) => theme.at.has(id))) return pair[side === "before" ? 0 : 1];
    return theme.at.has(year) ? year : "";
  }

  /* A theme as the page keeps it, with what is looked up in it often. */
  function themeOf(section) {
    if (!known || !Object.hasOwn(known.themes, section)) return null;
    if (!read.has(section)) {
      const theme = known.themes[section];
      const telling = new Map();
      theme.facilities.forEach(([layer, id], k) => {
        if (!telling.has(layer)) telling.set(layer, new Map());
        telling.get(layer).set(id, k);
      });
      const at = new Map(theme.scenes.map(([id], k) => [id, k]));
      read.set(section, { ...theme, telling, at });
    }
    return read.get(section);
  }

  const stateOf = (theme, id) => theme.states[theme.scenes[theme.at.get(id)][1]];

  const lookOf = (theme, id) => theme.looks[stateOf(theme, id).look];

  function facility([layer, id, name, capacity, , , area], k) {
    return { k, layer, id, name, capacity, area };
  }

  function titleOf(section, id) {
    const scenario = known.scenarios.find(([one]) => one === id);
    return scenario ? scenario[1] : sceneOf(atlas.sections.get(section), id).scenario;
  }

  /* The section as it is in a scene. */
  function sceneOf(section, id) {
    const key = section.id + " " + id;
    if (!made.has(key)) made.set(key, put(section, themeOf(section.id), id));
    return made.get(key);
  }

  function put(section, theme, id) {
    const [, , said] = theme.scenes[theme.at.get(id)];
    const state = stateOf(theme, id);
    const [scenario, ...notes] = texts(said);
    const answers = state.answers.map((one) => answer(section, texts(one)));
    return {
      ...section,
      scenario,
      notes,
      answers: Object.fromEntries(answers),
      bars: section.bars && state.bars && { ...section.bars, rows: state.bars.map(bar) },
      tables: tables(section, state),
      classes: section.classes && classes(section, theme, state),
      marks: null,
      trial: null,
    };
  }

  function answer(section, [area, headline, emphasis, ...rest]) {
    const figures = [];
    for (let k = 0; k < rest.length; k += 3) {
      figures.push([`${section.id}.${rest[k]}.${area}`, rest[k + 1], rest[k + 2]]);
    }
    return [area, { headline, emphasis, figures }];
  }

  const bar = ([area, ...parts]) => [area, parts, parts.map((part) => write(part))];

  /* The table that adds up; what else a section tells is not reckoned for every scene. */
  function tables(section, state) {
    const [base] = section.tables;
    if (!base || !state.table) return [];
    const cells = texts(state.table);
    const wide = base.columns.length - 1;
    const rows = base.rows.map(([area, total, [first]], k) => [
      area,
      total,
      [first, ...cells.slice(k * wide, (k + 1) * wide)],
    ]);
    return [{ ...base, rows }];
  }

  function classes(section, theme, state) {
    const look = theme.looks[state.look];
    if (!look) return section.classes;
    const [title, titles, colours] = look;
    const parts = theme.classes[state.classes];
    return { ...section.classes, title, titles, colours, of: digits(parts, section.classes.of) };
  }

  /* Digits from how many are alike, then what is not, and so on. */
  function digits(parts, base) {
    if (typeof parts === "string") return parts;
    let found = "";
    parts.forEach((part) => {
      found += typeof part === "number" ? base.substr(found.length, part) : part;
    });
    return found + base.slice(found.length);
  }

  /* Texts with their numbers: which list of texts it is, then all the numbers in it. */
  function texts([shape, ...numbers]) {
    let next = 0;
    return known.shapes[shape].map((part) => {
      if (typeof part === "string") return part;
      const [text, holes] = known.texts[part];
      next += holes;
      return holes ? filled(text, numbers.slice(next - holes, next)) : text;
    });
  }

  function filled(text, numbers) {
    return each((k) => {
      const parts = inLanguage(text, k).split(HOLE);
      return parts.map((part, n) => (n ? written(String(numbers[n - 1]), k) : "") + part).join("");
    });
  }

  /* Digits as a language writes them. */
  function written(digits, k) {
    const [whole, rest] = digits.split(".");
    const [group, point] = [atlas.data.words.number_group, atlas.data.words.number_point];
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, inLanguage(group, k));
    return rest ? grouped + inLanguage(point, k) + rest : grouped;
  }

  const each = (make) => atlas.languages.map((_, k) => make(k));

  const inLanguage = (text, k) => (Array.isArray(text) ? text[k] : text);

  /* A number as each language of the page writes it. */
  function write(number, places = 0) {
    const minus = number < 0 ? "−" : "";
    return each((k) => minus + written(Math.abs(number).toFixed(places), k));
  }

  function signed(number, places = 0) {
    const plus = Number(number.toFixed(places)) > 0 ? "+" : "";
    return write(Number(number.toFixed(places)), places).map((text) => plus + text);
  }
})(window.almatyGeo);
