/* What the signs mean: an entry for each layer on the map, gone when the layer is. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const DOWN = "M3.5 6 8 10.5 12.5 6";
  const ROOMY_PX = { width: 700, height: 600 };
  const box = document.getElementById("legend");
  const room = document.getElementById("map-room");

  atlas.onChange(function (state, changed) {
    const keys = ["language", "section", "shown", "legendOpen", "table", "folded", "pair", "year"];
    if (keys.some((key) => changed.has(key))) draw(state.legendOpen ?? isRoomy());
  });

  window.addEventListener("beforeprint", () => draw(true)); // paper has room, and nothing to press
  window.addEventListener("afterprint", () => draw(atlas.state.legendOpen ?? isRoomy()));

  function draw(open) {
    atlas.replace(box, toggle(open), open ? entries() : null);
  }

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
    const shown = atlas.data.layers.filter((one) => one.legend && atlas.isShown(one)).reverse();
    const ranked = [0, 1, 2].flatMap((k) => shown.filter((layer) => rank(layer) === k));
    const base = shown.filter((layer) => rank(layer) === 3).reverse();
    return el(
      "div",
      { class: "legend-entries" },
      marks(section),
      atlas.sceneLegend(line, classList),
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
    const classes = atlas.classesOf(layer);
    return el(
      "div",
      { class: "legend-layer", "data-layer": layer.id },
      classes === null || layer.group !== "people" ? plainList(layer) : null,
      classes ? classList(classes, layer) : null,
      layer.size_samples ? sizeList(layer) : null,
    );
  }

  function classList(classes, layer) {
    const kind = layer && layer.kind;
    return el(
      "div",
      {},
      el("p", {}, atlas.say(classes.title)),
      el(
        "ul",
        {},
        classes.titles.map((title, k) => line(classSwatch(classes.colours[k], kind), atlas.say(title))),
      ),
    );
  }

  function classSwatch(colour, kind) {
    return atlas.swatch((ctx, x, y) => {
      ctx.beginPath();
      if (kind === "area") ctx.rect(x - 7, y - 5, 14, 10);
      else if (kind === "line") ctx.rect(0, y - 1.5, 2 * x, 3);
      else ctx.arc(x, y, 5.5, 0, 2 * Math.PI);
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
    const halo = atlas.hasHalos(layer)
      ? line(atlas.haloSwatch(layer), atlas.word("halo"))
      : null;
    const plain = signs.length < 2 && (!layer.states || layer.states[0][0] === "existing");
    if (plain) return el("ul", {}, line(atlas.layerSwatch(layer), title), halo);
    if (halo) signs.push(halo);
    if (signs.length === 1) {
      const [[state, words]] = layer.states;
      return el("ul", {}, line(atlas.layerSwatch(layer, state), `${title}: ${atlas.say(words)}`));
    }
    return el("div", { class: "legend-states" }, el("span", {}, title), el("ul", {}, signs));
  }

  function line(swatch, words) {
    return el("li", {}, swatch, el("span", {}, words));
  }

  /* How large a sign is for how much; and what one looks like of which nobody says it. */
  function sizeList(layer) {
    const people = layer.group === "people";
    const largest = Math.max(...layer.size_samples.map(([size]) => size));
    const radius = (size) => Math.max(people ? 1 : 1.6, (7 * size) / largest);
    const signs = layer.size_samples.map(([size, words]) => {
      const sign = atlas.swatch((ctx, x, y) => sizeSign(ctx, layer, x, y, radius(size)));
      return line(sign, atlas.say(words));
    });
    if (!people && layer.sizes.some((size) => size < 0)) {
      const sign = atlas.swatch((ctx, x, y) => {
        sizeSign(ctx, layer, x, y, 4.5);
        atlas.drawUnknown(ctx, layer.colour, x, y, 4.5);
      });
      signs.push(line(sign, atlas.word("size_unknown")));
    }
    return el(
      "div",
      { class: people ? "sizes" : "sizes beside" },
      el("p", {}, atlas.say(layer.size_title) + (people ? "" : ":")),
      el("ul", {}, signs),
    );
  }

  function sizeSign(ctx, layer, x, y, r) {
    if (layer.group !== "people") {
      atlas.drawSign(ctx, layer.shape, atlas.filling(layer, "existing"), layer.colour, x, y, r);
      return;
    }
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.fillStyle = "#8a94a0";
    ctx.fill();
  }
})(window.almatyGeo);
