/* The layer control, by groups, and the other tools beside the map. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const box = document.getElementById("layers");
  const KEYS = ["language", "section", "shown", "layersOpen", "tiles", "tilesSeen"];
  const opener = document.getElementById("open-layers");

  atlas.onChange(function (state, changed) {
    opener.setAttribute("aria-expanded", String(state.layersOpen));
    box.hidden = !state.layersOpen;
    const matters = KEYS.some((key) => changed.has(key));
    if (state.layersOpen && matters) atlas.replace(box, ...groups());
    if (changed.has("layersOpen") && state.layersOpen) box.querySelector("input")?.focus();
  });

  function groups() {
    return atlas.data.groups
      .map(([group, title]) => [title, linesOf(group)])
      .filter(([, lines]) => lines.length)
      .map(([title, lines]) => el("fieldset", {}, el("legend", {}, atlas.say(title)), lines));
  }

  /* The topmost first, as on the map; tiles lie beneath everything. */
  function linesOf(group) {
    const layers = atlas.data.layers.filter((layer) => layer.group === group).reverse();
    const tiles = group === "base" ? atlas.online.line() : null;
    return [...layers.map(line), tiles].filter(Boolean);
  }

  function line(layer) {
    const shown = atlas.isShown(layer);
    const change = (event) =>
      atlas.set({ shown: { ...atlas.state.shown, [layer.id]: event.target.checked } });
    return el(
      "label",
      { "data-layer": layer.id },
      el("input", {
        type: "checkbox",
        checked: shown,
        "data-key": "layer:" + layer.id,
        onchange: change,
      }),
      atlas.layerSwatch(layer),
      el("span", { class: "layer-title" }, atlas.say(layer.title)),
      el("span", { class: "layer-count" }, atlas.say(layer.count)),
    );
  }

  function toggle() {
    atlas.set({ layersOpen: !atlas.state.layersOpen });
  }

  /* The legend takes what room the tools above it leave. */
  const stack = document.querySelector("#tools > .stack");
  new ResizeObserver(() => {
    const { style } = document.documentElement;
    style.setProperty("--tools-height", stack.offsetHeight + "px");
  }).observe(stack);

  opener.addEventListener("click", toggle);
  document.getElementById("zoom-in").addEventListener("click", () => atlas.mapWing.zoom(1));
  document.getElementById("zoom-out").addEventListener("click", () => atlas.mapWing.zoom(-1));

  /* Escape closes what is open, the innermost first; then it leads back to the whole city. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    if (document.querySelector(".leaflet-popup")) {
      atlas.mapWing.closePopup();
    } else if (atlas.state.layersOpen) {
      toggle();
      opener.focus();
    } else if (atlas.state.area !== atlas.CITY) {
      atlas.turnTo(atlas.CITY);
    }
  });
})(window.almatyGeo);
