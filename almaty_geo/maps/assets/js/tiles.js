/*
 * Tiles from a network, where the map's file asks for them: beneath everything, under the page's
 * policy from one host only. A page that gets none stays as it is.
 */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const { tiles } = atlas.data;
  let map = null;
  let layer = null;
  let came = false; // whether a tile has come: only then may the page's own ground give way
  let failed = false;

  const isOn = () => Boolean(tiles) && (atlas.state.tiles ?? tiles.show);

  atlas.online = {
    start(given) {
      map = given;
      follow();
    },

    isSeen: () => came && isOn(),

    /* The switch of the layer list; null where there are no tiles. */
    line() {
      if (!tiles) return null;
      const change = (event) => atlas.set({ tiles: event.target.checked });
      return el(
        "div",
        { class: "layer-tiles" },
        el(
          "label",
          {},
          el("input", { type: "checkbox", checked: isOn(), "data-key": "tiles", onchange: change }),
          el("span", { class: "layer-title" }, atlas.say(tiles.title)),
        ),
        el("p", { class: "mute", role: "status" }, told()),
      );
    },
  };

  /* What licences ask to be shown on the map. */
  atlas.credits = () =>
    atlas.online.isSeen()
      ? [...atlas.data.credits, atlas.say(tiles.attribution)]
      : atlas.data.credits;

  function told() {
    if (!isOn() || came) return "";
    return failed ? atlas.word("tiles_failed") : atlas.word("tiles_asked");
  }

  function follow() {
    if (!map || !tiles) return;
    if (isOn() && !layer) begin();
    if (!isOn() && layer) end();
  }

  function begin() {
    layer = L.tileLayer(tiles.address, { maxNativeZoom: tiles.deepest, maxZoom: 22 });
    layer.on("tileload", () => heard(true));
    layer.on("tileerror", () => heard(false));
    layer.addTo(map);
  }

  function end() {
    layer.remove();
    layer = null;
    came = false;
    failed = false;
  }

  function heard(good) {
    if (came || (failed && !good)) return;
    came = good;
    failed = !good;
    atlas.set({ tilesSeen: came ? "yes" : "no" });
  }

  atlas.onChange((state, changed) => {
    if (!changed.has("tiles")) return;
    follow();
    if (!isOn()) atlas.set({ tilesSeen: "" });
  });
})(window.almatyGeo);
