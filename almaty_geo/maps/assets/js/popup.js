/* What is said of one feature. */
(function (atlas) {
  "use strict";

  const { el } = atlas;

  atlas.popupOf = function (drawing, i) {
    const { layer } = drawing;
    const rows = layer.columns
      .filter((column) => atlas.isKnown(column, i))
      .map((column) => row(atlas.say(column.title), valueOf(column, i)));
    const of = classOf(layer, i);
    if (of) rows.unshift(row(of[0], of[1]));
    if (layer.ids && layer.group !== "base") rows.push(row(atlas.word("id"), layer.ids[i]));
    return el(
      "div",
      { class: "popup" },
      el("p", { class: "popup-layer" }, atlas.say(layer.title)),
      el("h2", {}, headOf(layer, i)),
      toldOf(layer, i).map((words) => el("p", { class: "popup-told" }, words)),
      rows.length ? el("dl", {}, rows) : null,
      precisionOf(layer, i),
    );
  };

  /* A feature in a few words, for the pointer. */
  atlas.hintOf = function (drawing, i) {
    const { layer } = drawing;
    return layer.amounts ? amountOf(layer, i) : first(layer, i) || atlas.plainNameOf(layer, i);
  };

  /* People at a point have no name: their number heads what is said of them. */
  function headOf(layer, i) {
    return layer.amounts ? amountOf(layer, i) : first(layer, i) || atlas.nameOf(layer, i);
  }

  /* What is known first of a feature in a layer where nothing has a name. */
  function first(layer, i) {
    const column = layer.columns.find((one) => atlas.isKnown(one, i));
    if (layer.named || !column) return "";
    return `${atlas.say(column.title)}: ${atlas.valueOf(column, i)}`;
  }

  function amountOf(layer, i) {
    return `${atlas.say(layer.size_title)}: ${atlas.textAt(layer.amounts[i])}`;
  }

  function row(title, value) {
    return el("div", {}, el("dt", {}, title), el("dd", {}, value));
  }

  function valueOf(column, i) {
    const unit = atlas.say(column.unit);
    const value = atlas.valueElement(column, i);
    return unit ? el("span", {}, value, "\u202f", unit) : value;
  }

  function classOf(layer, i) {
    const classes = atlas.classesOf(layer);
    if (!classes || classes === layer.classes) return null; // a column of its own is told anyway
    return [atlas.say(classes.title), atlas.say(classes.titles[atlas.classAt(classes, i)])];
  }

  /* What any section says of this feature, that which is shown first. */
  function toldOf(layer, i) {
    const id = layer.ids && layer.ids[i];
    const own = atlas.section();
    const ranked = [own, ...atlas.data.sections.filter((one) => one !== own)];
    return ranked
      .map((section) => section && section.told[layer.id] && section.told[layer.id][id])
      .filter((words) => words !== undefined && words !== null)
      .map((words) => atlas.say(words));
  }

  function precisionOf(layer, i) {
    const metres = layer.halos_m && layer.halos_m[i];
    if (!metres) return null;
    return el("p", { class: "popup-note" }, atlas.say(layer.halo_words[metres]));
  }
})(window.almatyGeo);
