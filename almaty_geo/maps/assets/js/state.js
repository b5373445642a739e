/*
 * What the reader has chosen. One object, changed through `set` only; every part of the page
 * listens and draws itself anew. The address after `#` holds what can be sent to a colleague:
 * #language/section/area/zoom/latitude/longitude, as far as it differs from the first view; then
 * layers switched on and off, as ?on=one,two&off=three; then what is compared, as
 * &swipe=scenario,scenario~year&at=40, or the year that is shown, as &year=scenario~year.
 */
(function (atlas) {
  "use strict";

  const { data } = atlas;
  const listeners = [];
  const embedded = data.mode === "explore";

  const first = {
    language: data.language,
    section: data.sections.length ? data.sections[0].id : "",
    area: data.opens_at,
    view: null, // zoom, latitude, longitude; null while the map fits the area
    table: false,
    folded: false,
    layersOpen: false,
    card: "", // the tool whose card is open
    trial: 0, // how often what is tried has changed
    legendOpen: null, // null while the room beside the panel decides
    shown: {}, // layers that the reader switched on or off
    tiles: null, // whether tiles from the network are on; null while the map's file decides
    tilesSeen: "", // whether any have come: "yes", "no", or "" while that is open
    pair: null, // two scenes that are compared
    split: 50, // where on the map the first ends and the second begins, in percent
    year: "", // the scene of a year that is shown
  };

  atlas.state = { ...first, ...fromAddress() };

  atlas.onChange = function (listener) {
    listeners.push(listener);
  };

  atlas.set = function (changes) {
    const changed = new Set(
      Object.keys(changes).filter((key) => !same(changes[key], atlas.state[key])),
    );
    if (!changed.size) return;
    Object.assign(atlas.state, changes);
    listeners.forEach((listener) => listener(atlas.state, changed));
    toAddress();
  };

  atlas.refresh = function () {
    const all = new Set(Object.keys(atlas.state));
    listeners.forEach((listener) => listener(atlas.state, all));
  };

  atlas.addressOf = function (changes) {
    const asked = { ...atlas.state, ...changes };
    const { language, section, area, view } = asked;
    const parts = [language, section];
    if (area !== data.opens_at || view) parts.push(area);
    if (view) parts.push(...view);
    return "#" + parts.map(encodeURIComponent).join("/") + query(asked);
  };

  function query({ shown, pair, split, year }) {
    const named = (on) => atlas.data.layers.map(({ id }) => id).filter((id) => shown[id] === on);
    const lists = {
      ...{ on: named(true), off: named(false), swipe: pair || [] },
      ...{ at: pair && split !== first.split ? [split] : [], year: year && !pair ? [year] : [] },
    };
    const said = Object.entries(lists)
      .filter(([, ids]) => ids.length)
      .map(([word, ids]) => `${word}=${ids.map(encodeURIComponent).join(",")}`);
    return said.length ? "?" + said.join("&") : "";
  }

  function queried(text) {
    const lists = Object.fromEntries(text.split("&").map((part) => part.split("=")));
    const listed = (word) => (lists[word] || "").split(",").map(plain).filter(Boolean);
    const known = (word) => listed(word).filter((id) => atlas.layers.has(id));
    const scenes = (word) => listed(word).filter(isScene);
    const on = known("on").map((id) => [id, true]);
    const pair = scenes("swipe");
    const split = Number(listed("at")[0]);
    return {
      shown: Object.fromEntries([...on, ...known("off").map((id) => [id, false])]),
      pair: pair.length === 2 ? pair : null,
      split: split >= 0 && split <= 100 ? Math.round(split) : first.split,
      year: pair.length === 2 ? "" : scenes("year")[0] || "",
    };
  }

  function isScene(id) {
    const themes = Object.values(data.scenes ? data.scenes.themes : {});
    return themes.some(({ scenes }) => scenes.some(([one]) => one === id));
  }

  atlas.section = () => atlas.sections.get(atlas.state.section) || null;

  /* Whether a layer is on the map: the reader's word first, then the section's, then its own. */
  atlas.isShown = function (layer) {
    const chosen = atlas.state.shown[layer.id];
    if (chosen !== undefined) return chosen;
    const section = atlas.section();
    const asked = section ? section.layers : [];
    const coloured = section && section.classes && section.classes.layer === layer.id;
    return layer.always || coloured || asked.includes(layer.id) || (!asked.length && layer.show);
  };

  function same(a, b) {
    return a === b || (Array.isArray(a) && Array.isArray(b) && a.join() === b.join());
  }

  function fromAddress() {
    if (embedded) return {};
    const [path, asked = ""] = window.location.hash.slice(1).split("?");
    const [language, section, area, ...view] = path.split("/").map(plain);
    const numbers = view.map(Number);
    return {
      ...(atlas.languages.includes(language) && { language }),
      ...(atlas.sections.has(section) && { section }),
      area: atlas.areas.has(area) || area === atlas.CITY ? area : data.opens_at,
      view: numbers.length === 3 && numbers.every(Number.isFinite) ? numbers : null,
      ...queried(asked),
    };
  }

  function plain(part) {
    try {
      return decodeURIComponent(part);
    } catch {
      return "";
    }
  }

  function toAddress() {
    if (embedded || window.location.hash === atlas.addressOf({})) return;
    window.history.replaceState(null, "", atlas.addressOf({}));
  }

  window.addEventListener("hashchange", () => {
    if (!embedded && window.location.hash !== atlas.addressOf({})) atlas.set(fromAddress());
  });
})(window.almatyGeo);
