/* What is known of each feature of a layer, however the file has it packed. */
(function (atlas) {
  "use strict";

  /* Whole numbers from runs: a difference, how often, the next difference, … */
  atlas.fromRuns = function (runs) {
    const numbers = [];
    let last = 0;
    for (let k = 0; k < runs.length; k += 2) {
      for (let n = 0; n < runs[k + 1]; n += 1) {
        last += runs[k];
        numbers.push(last);
      }
    }
    return numbers;
  };

  for (const layer of atlas.data.layers) {
    const { ids } = layer;
    if (!ids || Array.isArray(ids)) continue;
    const written = (number) => ids.start + String(number).padStart(ids.digits, "0");
    layer.ids = atlas.fromRuns(ids.numbers).map(written);
  }

  /* What colours a layer's features: the section that is shown, else a column of its own. */
  atlas.classesOf = function (layer) {
    const section = atlas.section();
    const classes = section && section.classes;
    return classes && classes.layer === layer.id ? classes : layer.classes || null;
  };

  atlas.classAt = (classes, i) => parseInt(classes.of[i], 36);

  /* What a feature is called: its name, else its id, else its number. */
  atlas.nameOf = function (layer, i) {
    if (layer.names.length) return atlas.nameAt(layer.names[i]);
    return atlas.marked(bareName(layer, i), "");
  };

  atlas.plainNameOf = (layer, i) =>
    layer.names.length ? atlas.textAt(layer.names[i]) : bareName(layer, i);

  function bareName(layer, i) {
    return (layer.ids && layer.ids[i]) || String(i + 1);
  }

  /* Whether something is known of a feature in a column, and what it is. */
  atlas.isKnown = (column, i) =>
    column.numbers ? column.numbers[i] !== null : column.values[i] >= 0;

  atlas.valueOf = (column, i) =>
    column.numbers ? atlas.shortNumber(column.numbers[i]) : atlas.textAt(column.values[i]);

  atlas.valueElement = (column, i) =>
    column.numbers ? atlas.shortNumber(column.numbers[i]) : atlas.nameAt(column.values[i]);
})(window.almatyGeo);
