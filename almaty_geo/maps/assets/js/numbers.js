/* Numbers that the page works out itself, written as the reader's language writes them. */
(function (atlas) {
  "use strict";

  const HOLE = "#";
  const M2_PER_HA = 1e4;
  const M2_PER_KM2 = 1e6;

  /* A text with something put where it has a place for it. */
  atlas.filled = (text, value) => text.split(HOLE).join(value);

  atlas.number = function (value, digits = 0) {
    const [whole, rest] = Math.abs(value).toFixed(digits).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, atlas.word("number_group"));
    const sign = value < 0 ? "−" : "";
    return sign + (rest ? grouped + atlas.word("number_point") + rest : grouped);
  };

  /* A number as it comes in the data, with no more decimals than it has. */
  atlas.shortNumber = (value) =>
    atlas.number(value, (String(Math.abs(value)).split(".")[1] || "").length);

  atlas.saidLength = function (metres) {
    if (metres < 10) return atlas.filled(atlas.word("in_m"), atlas.number(metres, 1));
    if (metres < 1000) return atlas.filled(atlas.word("in_m"), atlas.number(metres));
    return atlas.filled(atlas.word("in_km"), atlas.number(metres / 1000, metres < 1e5 ? 2 : 0));
  };

  atlas.saidArea = function (m2) {
    if (m2 < M2_PER_HA) return atlas.filled(atlas.word("in_m2"), atlas.number(m2));
    if (m2 < M2_PER_KM2) return atlas.filled(atlas.word("in_ha"), atlas.number(m2 / M2_PER_HA, 2));
    return atlas.filled(atlas.word("in_km2"), atlas.number(m2 / M2_PER_KM2, 2));
  };
})(window.almatyGeo);
