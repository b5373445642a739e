/* What the page is drawn from: read once, never changed. */
window.almatyGeo = {};

(function (atlas) {
  "use strict";

  const data = JSON.parse(document.getElementById("atlas-data").textContent);

  atlas.data = data;
  atlas.CITY = "city";
  atlas.languages = data.languages.map(([language]) => language);
  atlas.sections = new Map(data.sections.map((section) => [section.id, section]));
  atlas.areas = new Map(data.areas.map((area) => [area.id, area]));
  atlas.layers = new Map(data.layers.map((layer) => [layer.id, layer]));
})(window.almatyGeo);
