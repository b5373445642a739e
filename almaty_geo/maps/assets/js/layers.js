/* The layer control, by groups, and the other tools beside the map. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const box = document.getElementById("layers");
  const opener = document.getElementById("open-layers");

  atlas.onChange(function (state, changed) {
    opener.setAttribute("aria-expanded", String(state.layersOpen));
    box.hidden = !state.layersOpen;
    const matters = ["language", "section", "shown", "layersOpen"].some((key) => changed.has(key));
    if (state.layersOpen && matters) atlas.replace(box, ...groups());
    if (changed.has("layersOpen") && state.layersOpen) box.querySelector("input")?.focus();
  });

  function groups() {
    return atlas.data.groups
      .map(([group, title]) => [title, atlas.data.layers.filter((layer) => layer.group === group)])
      .filter(([, layers]) => layers.length)
      .map(([title, layers]) =>
        el("fieldset", {}, el("legend", {}, atlas.say(title)), layers.reverse().map(line)),
      );
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
