/* The map is there: everything may begin. */
(function (atlas) {
  "use strict";

  const LONGEST_PX = 110;

  atlas.start = function (map) {
    document.documentElement.classList.add(atlas.data.mode);
    atlas.refresh();
    atlas.mapWing.start(map);
    atlas.mapWing.onMove(strip);
    atlas.onChange(strip);
    strip();
    document.documentElement.dataset.ready = "yes";
  };

  /* Scale and credits, at the foot of the map. */
  function strip() {
    const { px, words } = atlas.mapWing.scale(LONGEST_PX);
    const [bar, text] = document.getElementById("scale").children;
    bar.style.width = px + "px";
    text.textContent = atlas.say(words);
    document.getElementById("credits").textContent = atlas.credits().join(" · ");
  }
})(window.almatyGeo);
