/* What the signs mean: an entry for each layer on the map, gone when the layer is. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const DOWN = "M3.5 6 8 10.5 12.5 6";
  const ROOMY_PX = { width: 700, height: 600 };
  const box = document.getElementById("legend");
  const room = document.getElementById("map-room");

  atlas.onChange(function (state, changed) {
    const keys = ["language", "section", "shown", "legendOpen", "table", "folded"];
    if (!keys.some((key) => changed.has(key))) return;
    const open = state.legendOpen ?? isRoomy();
    atlas.replace(box, toggle(open), open ? entries() : null);
  });

  function isRoomy() {
    return room.clientWidth >= ROOMY_PX.width && room.clientHeight >= ROOMY_PX.height;
  }

  function toggle(open) {
    return el(
      "button",
      {
        type: "button",
        class: "legend-toggle",
        "data-key": "legend",
        "aria-expanded": String(open),
        onclick: () => atlas.set({ legendOpen: !open }),
      },
      atlas.word("legend"),
      atlas.icon(DOWN),
    );
  }

  /* People first, then what the section is about, then the rest, the base at the foot. */
  function entries() {
    const section = atlas.section();
    const asked = section ? section.layers : [];
    const rank = (layer) =>
      layer.group === "people" ? 0 : asked.includes(layer.id) ? 1 : layer.group === "base" ? 3 : 2;
    const shown = atlas.data.layers.filter(atlas.isShown).reverse();
    const ranked = [0, 1, 2].flatMap((k) => shown.filter((layer) => rank(layer) === k));
    const base = shown.filter((layer) => rank(layer) === 3).reverse();
    return el(
      "div",
      { class: "legend-entries" },
      marks(section),
      ranked.map(entry),
      base.length ? el("div", { class: "legend-base" }, base.map(entry)) : null,
    );
  }

  function marks(section) {
    if (!section || !section.marks) return null;
    const sign = atlas.swatch((ctx, x, y) => atlas.drawMark(ctx, x, y, "1", 6));
    return el(
      "div",
      { class: "legend-layer", "data-layer": "marks" },
      el("ul", {}, line(sign, atlas.say(section.marks.title))),
    );
  }

  function entry(layer) {
    const section = atlas.section();
    const classes = section && section.classes;
    const coloured = classes && classes.layer === layer.id;
    return el(
      "div",
      { class: "legend-layer", "data-layer": layer.id },
      coloured ? classList(classes) : plainList(layer),
      layer.size_samples && layer.group === "people" ? sizeList(layer) : null,
    );
  }

  function classList(classes) {
    return el(
      "div",
      {},
      el("p", {}, atlas.say(classes.title)),
      el(
        "ul",
        {},
        classes.titles.map((title, k) => line(classSwatch(classes.colours[k]), atlas.say(title))),
      ),
    );
  }

  function classSwatch(colour) {
    return atlas.swatch((ctx, x, y) => {
      ctx.beginPath();
      ctx.arc(x, y, 5.5, 0, 2 * Math.PI);
      ctx.fillStyle = colour;
      ctx.fill();
      const edge = atlas.edgeOf(colour);
      if (!edge) return;
      ctx.strokeStyle = edge;
      ctx.stroke();
    });
  }

  /* One line for a layer; under it the states that its features are in, side by side. */
  function plainList(layer) {
    const title = atlas.say(layer.title);
    const signs = (layer.states || []).map(([state, words]) =>
      line(atlas.layerSwatch(layer, state), atlas.say(words)),
    );
    if (layer.halo_words) signs.push(line(atlas.haloSwatch(layer), atlas.word("halo")));
    const plain = signs.length < 2 && (!layer.states || layer.states[0][0] === "existing");
    if (plain) return el("ul", {}, line(atlas.layerSwatch(layer), title));
    if (signs.length === 1) {
      const [[state, words]] = layer.states;
      return el("ul", {}, line(atlas.layerSwatch(layer, state), `${title}: ${atlas.say(words)}`));
    }
    return el("div", { class: "legend-states" }, el("span", {}, title), el("ul", {}, signs));
  }

  function line(swatch, words) {
    return el("li", {}, swatch, el("span", {}, words));
  }

  function sizeList(layer) {
    const largest = Math.max(...layer.size_samples.map(([size]) => size));
    const radius = (size) => Math.max(1, (7 * size) / largest);
    const sign = (size) =>
      atlas.swatch((ctx, x, y) => {
        ctx.beginPath();
        ctx.arc(x, y, radius(size), 0, 2 * Math.PI);
        ctx.fillStyle = "#8a94a0";
        ctx.fill();
      });
    return el(
      "div",
      { class: "sizes" },
      el("p", {}, atlas.say(layer.size_title)),
      el(
        "ul",
        {},
        layer.size_samples.map(([size, words]) => line(sign(size), atlas.say(words))),
      ),
    );
  }
})(window.almatyGeo);
