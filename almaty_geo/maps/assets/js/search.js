/*
 * Finds what the page draws by name, in every language of the page at once. Case, accents and
 * the letters that only Kazakh has make no difference, so "ауезов" finds "Әуезов".
 */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const MOST = 10; // results listed; the rest are counted
  const PLAIN = {
    ...{ ә: "а", ғ: "г", қ: "к", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и" },
    ...{ ё: "е", ı: "i" },
  };
  const BACKGROUND = 2; // what matches only by the name of its layer comes after what is named so

  const field = document.getElementById("search-field");
  const list = document.getElementById("search-list");
  const told = document.getElementById("search-told");
  let index = null;
  let found = [];
  let active = -1;

  /* Words of a text as they are compared. */
  atlas.plainWords = function (text) {
    const bare = text.toLowerCase().replace(/./gu, (sign) => PLAIN[sign] || sign);
    const letters = bare.normalize("NFD").replace(/\p{M}/gu, "");
    return letters.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  };

  /* What there is to find: areas, then named features; pieces of one street are one. */
  function read() {
    const entries = new Map();
    for (const layer of atlas.data.layers) {
      if (!layer.named) continue;
      const about = wordsOf(layer.title);
      layer.names.forEach((at, i) => {
        const single = layer.kind === "point";
        const key = single ? layer.id + "#" + i : layer.id + "/" + at;
        const known = entries.get(key);
        if (known) known.features.push(i);
        else entries.set(key, entry(layer, at, i, about));
      });
    }
    return [...entries.values()];
  }

  function entry(layer, at, i, about) {
    const text = atlas.data.texts[at];
    const words = wordsOf(text && text.text !== undefined ? text.text : text);
    const area = layer.id === atlas.data.areas_layer;
    return { layer, at, features: [i], words, about, area };
  }

  function wordsOf(text) {
    const all = Array.isArray(text) ? text : [text];
    return [...new Set(all.flatMap((one) => atlas.plainWords(String(one))))];
  }

  /* How well an entry answers, the lower the better; -1 where it does not. */
  function rankOf(one, asked) {
    let sum = 0;
    for (const word of asked) {
      const rank = rankOfWord(one, word);
      if (rank < 0) return -1;
      sum += rank;
    }
    return 100 * sum + 10 * nearness(one);
  }

  /* Areas first, then what the section is about, then what has a size of its own. */
  function nearness({ layer, area }) {
    const section = atlas.section();
    if (area) return 0;
    if (section && section.layers.includes(layer.id)) return 1;
    if (layer.group === "base") return 4;
    return layer.sizes ? 2 : 3;
  }

  function rankOfWord(one, asked) {
    if (one.words.includes(asked)) return 0;
    if (one.words.some((word) => word.startsWith(asked))) return 1;
    if (one.about.some((word) => word.startsWith(asked))) return BACKGROUND;
    const inside = asked.length > 2 && one.words.some((word) => word.includes(asked));
    return inside ? BACKGROUND + 1 : -1;
  }

  atlas.find = function (text) {
    index = index || read();
    const asked = atlas.plainWords(text);
    if (!asked.length) return [];
    return index
      .map((one) => ({ ...one, rank: rankOf(one, asked) }))
      .filter(({ rank }) => rank >= 0)
      .map((one) => ({ ...one, name: atlas.textAt(one.at) }))
      .map((one) => ({ ...one, rank: one.rank + surplus(one.name, asked) }))
      .sort((a, b) => a.rank - b.rank || (ordered(a.name) < ordered(b.name) ? -1 : 1));
  };

  /* A name with little beside what was asked for is the nearer one. */
  function surplus(name, asked) {
    return 4 * Math.min(8, Math.max(0, atlas.plainWords(name).length - asked.length));
  }

  /* A name as lists are ordered by: number 9 before number 10. */
  function ordered(name) {
    const words = atlas.plainWords(name);
    return words.map((word) => word.padStart(/^\d/.test(word) ? 8 : 0, "0")).join(" ");
  }

  function show() {
    const all = atlas.find(field.value);
    found = all.slice(0, MOST);
    active = -1;
    list.replaceChildren(...found.map(option));
    const open = field.value.trim() !== "";
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(Boolean(found.length)));
    field.removeAttribute("aria-activedescendant");
    const rest = all.length - found.length;
    const more = rest ? ", " + atlas.filled(atlas.word("found_more"), atlas.number(rest)) : "";
    const count = `${atlas.word("found")}: ${atlas.number(found.length)}${more}`;
    told.textContent = open ? (found.length ? count : atlas.word("found_none")) : "";
    told.hidden = !open;
  }

  function option(one, k) {
    return el(
      "li",
      {
        role: "option",
        id: "found-" + k,
        "aria-selected": "false",
        onmousedown: (event) => event.preventDefault(), // the field keeps the focus
        onclick: () => choose(k),
      },
      atlas.nameAt(one.at),
      el("small", {}, whereOf(one)),
    );
  }

  /* The layer, and the area that the thing lies in. */
  function whereOf(one) {
    const title = atlas.say(one.layer.title);
    const area = one.area ? null : atlas.mapWing.areaOf(one.layer.id, one.features[0]);
    return area ? `${title} · ${atlas.textAt(area.short)}` : title;
  }

  function turn(to) {
    active = (to + found.length) % found.length;
    [...list.children].forEach((one, k) => {
      one.setAttribute("aria-selected", String(k === active));
      if (k === active) one.scrollIntoView({ block: "nearest" });
    });
    field.setAttribute("aria-activedescendant", "found-" + active);
  }

  function choose(k) {
    const one = found[k];
    close();
    field.value = one.name;
    if (one.area) atlas.turnTo(one.layer.ids[one.features[0]]);
    else atlas.mapWing.show(one.layer.id, one.features);
  }

  function close() {
    list.hidden = true;
    told.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    active = -1;
  }

  const KEYS = {
    ArrowDown: () => (list.hidden ? show() : turn(active + 1)),
    ArrowUp: () => !list.hidden && turn(active < 0 ? -1 : active - 1),
    Enter: () => {
      if (list.hidden) show();
      else choose(Math.max(0, active));
    },
  };

  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && field.value) {
      event.stopPropagation();
      if (told.hidden) field.value = "";
      close();
    }
    if (!KEYS[event.key] || event.isComposing) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  field.addEventListener("input", show);
  field.addEventListener("focus", () => field.value && show());
  field.addEventListener("blur", close);

  atlas.onChange(function (state, changed) {
    if (!changed.has("language")) return;
    field.placeholder = atlas.word("search");
    if (!told.hidden) show();
  });
})(window.almatyGeo);
