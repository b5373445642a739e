/* The list of facilities that are open, to choose one of: kept, since it may be thousands long. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  let kept = null;

  const keyOf = ({ k, id, place }) => (k === undefined ? `${id} ${place}` : k);

  /* A list of what is open now; `chosen` gives the facility that is chosen in it. */
  atlas.trialPicker = function () {
    const kind = `${atlas.state.section} ${atlas.state.language}`;
    if (!kept || kept.kind !== kind) {
      const field = el("select", { "data-key": "try:which" });
      kept = { kind, field, options: new Map(), open: new Map() };
    }
    follow(kept, atlas.trials.open());
    return { field: kept.field, chosen: () => kept.open.get(kept.field.value) };
  };

  /* Only what came and went is touched. */
  function follow({ field, options, open }, all) {
    open.clear();
    all.forEach((one) => open.set(String(keyOf(one)), one));
    for (const [key, option] of options) {
      if (open.has(key)) continue;
      option.remove();
      options.delete(key);
    }
    let at = field.firstChild;
    for (const [key, { name, id }] of open) {
      if (options.has(key) && options.get(key) === at) {
        at = at.nextSibling;
        continue;
      }
      const option = options.get(key) || el("option", { value: key }, name || id);
      options.set(key, option);
      field.insertBefore(option, at);
    }
  }
})(window.almatyGeo);
