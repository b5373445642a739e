/*
 * What if: facilities added, moved and removed by the reader, and the section as it then is.
 * While a trial is on, `atlas.section()` is the section with the trial's figures, so that panel,
 * map and legend follow without knowing of it.
 */
(function (atlas) {
  "use strict";

  const PLACE_DECIMALS = 7;
  const NOTHING = { removed: [], added: [] };
  const trials = new Map();
  const plainSection = atlas.section;
  let worker = null;
  let turn = 0;
  let before = false; // whether the reader looks at what was before

  atlas.onSeats = [];

  atlas.trials = {
    /* The trial of the section that is shown; null where it cannot be tried. */
    now() {
      const section = plainSection();
      return section && section.trial && atlas.data.ground ? trialOf(section) : null;
    },

    isOn: () => Boolean(atlas.trials.now()?.past.length) && !before,
    before: () => before,

    begin() {
      const trial = atlas.trials.now();
      if (trial && !trial.base) ask(trial);
    },

    add(lon, lat, capacity, name) {
      const place = placed(lon, lat);
      if (!place) return false;
      const trial = atlas.trials.now();
      step(trial, {
        ...trial.now,
        added: [...trial.now.added, fresh(trial, place, capacity, name)],
      });
      return true;
    },

    remove(one) {
      const trial = atlas.trials.now();
      step(trial, without(trial.now, one));
    },

    move(one, lon, lat) {
      const place = placed(lon, lat);
      if (!place) return false;
      const trial = atlas.trials.now();
      const rest = without(trial.now, one);
      const from = one.k ?? one.from ?? null; // what the plan has of it, if it is the plan's
      const moved = { ...fresh(trial, place, one.capacity, one.name), from };
      step(trial, { ...rest, added: [...rest.added, moved] });
      return true;
    },

    undo() {
      const trial = atlas.trials.now();
      if (!trial.past.length) return;
      trial.now = trial.past.pop();
      before = false;
      ask(trial);
    },

    clear() {
      const trial = atlas.trials.now();
      if (trial.past.length) step(trial, NOTHING);
    },

    /* Take what a file says; what lies outside the plan's area comes back. */
    load({ removed, added }) {
      const sites = added.map(({ lon, lat, ...one }) => ({ ...one, place: placed(lon, lat) }));
      const here = sites.filter(({ place }) => place);
      const lost = sites.filter(({ place }) => !place);
      const placedIn = here.map((one) => ({ ...one, area: areaAt(one.place) }));
      step(atlas.trials.now(), { removed, added: placedIn });
      return lost.map(({ id }) => id);
    },

    look(wanted) {
      before = wanted;
      changed();
    },

    /* Whether an answer is still to come. */
    waits() {
      const trial = atlas.trials.now();
      if (!trial || !trial.turn) return false;
      const late = trial.spec.seats && trial.seats?.turn !== trial.turn;
      return trial.result?.turn !== trial.turn || Boolean(late);
    },

    /* Pupils seated, in reach without a seat, and out of reach in an area: before, and now. */
    seats(area) {
      const trial = atlas.trials.now();
      if (!trial.seatsBefore || !trial.seats) return null;
      return [trial.seatsBefore, trial.seats.parts].map((parts) =>
        parts.map((amounts) => sumOf(amounts, area)),
      );
    },

    /* Facilities that are open in the trial: the plan's by number, the reader's own by id. */
    open() {
      const trial = atlas.trials.now();
      const { spec, now } = trial;
      const is = trial.result ? trial.result.open : spec.ids.map(() => true);
      const own = spec.ids
        .map((id, k) => ({
          k,
          place: spec.places[k],
          capacity: spec.capacity[k],
          name: nameOf(spec, k),
        }))
        .filter(({ k, place }) => place && is[k]);
      return [...own, ...now.added];
    },

    /* What was removed of the plan's own. */
    removed() {
      const { spec, now } = atlas.trials.now();
      return now.removed.map((k) => ({ k, place: spec.places[k], name: nameOf(spec, k) }));
    },

    /* People out of reach before and now, of the area that is shown. */
    compared() {
      const trial = atlas.trials.now();
      if (!trial.base || !trial.result) return null;
      const { area } = atlas.state;
      return [trial.base, trial.result].map((one) => peopleOf(area) - sumOf(one.within[0], area));
    },

    write,
    signed,
    nameOf,
  };

  function trialOf(section) {
    if (!trials.has(section.id)) {
      const spec = atlas.trialSpec(section.trial);
      trials.set(section.id, { section, spec, past: [], now: NOTHING, base: null, result: null });
      const { rule, places, replaces, mode, joins, seats } = spec;
      const keys = spec.ids.map((_, k) => keyOf(spec, k));
      const told = { id: section.id, rule, places, replaces, mode, joins, seats, keys };
      worker = worker || atlas.startReckoner(answered);
      worker.postMessage({ define: told });
    }
    return trials.get(section.id);
  }

  /* What facilities are put in order by: layer and id; additions by their own id alone. */
  function keyOf(spec, k) {
    const layer = spec.layers[spec.layer[k]];
    return layer === `added_${spec.theme}`
      ? addedKey(spec, spec.ids[k].split(".").at(-1))
      : `${layer}/${spec.ids[k]}`;
  }

  const addedKey = (spec, id) => `added_${spec.theme}/${id}`;

  function placed(lon, lat) {
    const [west, south, east, north] = atlas.data.ground.plane.box;
    const place = [lon, lat].map((degrees) => Number(degrees.toFixed(PLACE_DECIMALS)));
    const holds = place[0] >= west && place[0] <= east && place[1] >= south && place[1] <= north;
    return holds ? place : null;
  }

  function fresh(trial, place, capacity, name) {
    const taken = new Set([
      ...trial.spec.ids.map((id) => id.split(".").at(-1)),
      ...trial.now.added.map(({ id }) => id),
    ]);
    let number = 1;
    while (taken.has(`try-${number}`)) number += 1;
    return {
      id: `try-${number}`,
      place,
      capacity: capacity ?? null,
      name: name || "",
      area: areaAt(place),
    };
  }

  function areaAt([lon, lat]) {
    const shapes = atlas.layers.get(atlas.data.areas_layer);
    const [x, y] = atlas.mercator(lon, lat);
    const k = shapes.places.findIndex((rings) => atlas.inside(rings.map(atlas.positions), x, y));
    return k < 0 ? -1 : atlas.data.ground.areas.indexOf(shapes.ids[k]);
  }

  function without(now, one) {
    if (one.k === undefined) {
      return { ...now, added: now.added.filter(({ id }) => id !== one.id) };
    }
    const removed = [...new Set([...now.removed, one.k])]; // a second click may come too soon
    return { ...now, removed: removed.sort((a, b) => a - b) };
  }

  function step(trial, now) {
    trial.past.push(trial.now);
    trial.now = now;
    before = false;
    ask(trial);
  }

  function ask(trial) {
    const { removed, added } = trial.now;
    turn += 1;
    trial.turn = turn;
    const { spec } = trial;
    const own = added.map(({ id, place, capacity }) => ({
      place,
      capacity,
      key: addedKey(spec, id),
    }));
    if (!trial.base) {
      worker.postMessage({ ask: { id: trial.section.id, turn: 0, closed: [], added: [] } });
    }
    worker.postMessage({ ask: { id: trial.section.id, turn, closed: removed, added: own } });
  }

  function answered(result) {
    const trial = trials.get(result.id);
    if (result.seats) {
      seated(trial, result);
      return;
    }
    if (result.turn === 0) {
      trial.base = result;
      return;
    }
    if (result.turn !== trial.turn) return; // a later question is on its way
    trial.result = result;
    trial.shown = shown(trial);
    changed();
  }

  /* Seats come after the rest; only what is said of them is drawn anew. */
  function seated(trial, { turn: of, seats }) {
    if (of === 0) trial.seatsBefore = seats;
    else if (of === trial.turn) trial.seats = { turn: of, parts: seats };
    else return;
    atlas.onSeats.forEach((listener) => listener());
  }

  function changed() {
    atlas.set({ trial: atlas.state.trial + 1 });
    document.documentElement.dataset.trial = String(atlas.state.trial);
  }

  atlas.section = function () {
    const section = plainSection();
    const trial = section && trials.get(section.id);
    return trial && trial.past.length && trial.shown && !before ? trial.shown : section;
  };

  /* Numbers, as each language writes them. */
  const each = (make) => atlas.languages.map((_, k) => make(k));
  const inLanguage = (text, k) => (Array.isArray(text) ? text[k] : text);

  function write(number) {
    const digits = String(Math.abs(number));
    const sign = number < 0 ? "−" : "";
    const group = atlas.data.words.number_group;
    return each((k) => sign + digits.replace(/\B(?=(\d{3})+$)/g, inLanguage(group, k)));
  }

  function anySpec() {
    return atlas.data.sections.find(({ trial }) => trial).trial;
  }

  function signed(number) {
    return number > 0 ? write(number).map((text) => "+" + text) : write(number);
  }

  function percent(part, whole) {
    const { words } = anySpec();
    if (!whole) return each((k) => inLanguage(words.none, k));
    const exact = (part / whole) * 100;
    const low = Math.floor(exact);
    const even = exact - low === 0.5 ? low + (low % 2) : Math.round(exact);
    return each((k) => inLanguage(words.percent, k).replace("{n}", even));
  }

  /* What holds of an area, or of the whole city. */
  function sumOf(amounts, area) {
    if (area === atlas.CITY) return amounts.reduce((a, b) => a + b, 0);
    return amounts[atlas.data.ground.areas.indexOf(area)];
  }

  let living = null;

  function peopleOf(area) {
    const ground = atlas.trialGround();
    if (!living) {
      living = [...ground.placeless];
      ground.people.forEach((people, i) => {
        living[ground.area[i] < 0 ? ground.areas.length : ground.area[i]] += people;
      });
    }
    return sumOf(living, area);
  }

  /* The section as the trial makes it. */
  function shown(trial) {
    const { section, spec, result } = trial;
    const answers = Object.entries(section.answers).map(([area, said]) => [
      area,
      answer(trial, area, said),
    ]);
    return {
      ...section,
      answers: Object.fromEntries(answers),
      scenario: spec.words.tried,
      bars: section.bars && bars(section.bars, result),
      classes: section.classes && { ...section.classes, of: result.classes },
      tables: section.tables.map((table) => ({
        ...table,
        title: each((k) => `${inLanguage(table.title, k)} (${inLanguage(spec.words.before, k)})`),
      })),
    };
  }

  function bars(base, result) {
    const rows = base.rows.map(([area]) => {
      const within = sumOf(result.within[0], area);
      const parts = [within, peopleOf(area) - within];
      return [area, parts, parts.map(write)];
    });
    const order = ([area]) => atlas.data.ground.areas.indexOf(area);
    rows.sort((a, b) => b[1][1] - a[1][1] || order(a) - order(b));
    return { ...base, rows };
  }

  function answer(trial, area, said) {
    const people = peopleOf(area);
    if (!people) return said;
    const out = people - sumOf(trial.result.within[0], area);
    const { forms, of } = trial.spec.headline;
    const form = forms[parseInt(of[out < 100 ? out : 100 + (out % 100)], 36)];
    const number = write(out);
    return {
      headline: each((k) => inLanguage(form, k).replace("{n}", number[k])),
      emphasis: number,
      figures: said.figures.map((figure) => figured(trial, area, people, figure)),
    };
  }

  function figured(trial, area, people, [id, text, label]) {
    const { result, base, spec } = trial;
    const name = id.split(".").at(-2);
    const [within, high, low] = result.within.map((amounts) => sumOf(amounts, area));
    const held = offered(trial, area);
    if (name === "share" && result.within.length === 1) {
      return [id, percent(within, people), spec.words.share]; // ways by streets have no interval
    }
    if (name === "share") {
      const [from, to] = [percent(low, people), percent(high, people)];
      const words = each((k) =>
        inLanguage(spec.words.share, k).replace("{low}", from[k]).replace("{high}", to[k]),
      );
      return [id, percent(within, people), words];
    }
    if (name === "facilities") return [id, write(held.length), label];
    if (name === "capacity")
      return [id, write(held.reduce((sum, one) => sum + (one || 0), 0)), label];
    if (name === "people_each") {
      return [id, held.length ? write(Math.round(people / held.length)) : text, label];
    }
    if (name === "within_reach") return [id, write(within), label];
    const more = within - sumOf(base.within[0], area);
    return [id, signed(more), spec.words.more];
  }

  /* Capacities of what is open in an area. */
  function offered({ spec, now, result }, area) {
    const at = atlas.data.ground.areas.indexOf(area);
    const here = (k) => area === atlas.CITY || k === at;
    const own = spec.capacity.filter((_, k) => result.open[k] && here(spec.area[k]));
    return [...own, ...now.added.filter((one) => here(one.area)).map(({ capacity }) => capacity)];
  }

  const names = new Map();

  /* What a facility of the plan is called: its name in the reader's language, or its id. */
  function nameOf(spec, k) {
    const layer = atlas.layers.get(spec.layers[spec.layer[k]]);
    if (!layer || !layer.ids || !layer.named) return spec.ids[k];
    if (!names.has(layer))
      names.set(layer, new Map(layer.ids.map((id, at) => [id, layer.names[at]])));
    const at = names.get(layer).get(spec.ids[k]);
    return (at !== undefined && atlas.textAt(at)) || spec.ids[k];
  }
})(window.almatyGeo);
