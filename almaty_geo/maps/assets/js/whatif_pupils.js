/*
 * Who has a seat if the nearest go first: numbers of what is tried, beside those of before, for
 * the area that is shown and for each district.
 */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const PARTS = ["try_seated", "try_waiting", "try_unreached"];
  let unfolded = false;

  /* Nothing where the theme has no seats to give. */
  atlas.trialPupils = function () {
    const trial = atlas.trials.now();
    const { area } = atlas.state;
    const told = trial.spec.seats && atlas.trials.seats(area);
    if (!told) return null;
    const late = atlas.trials.waits();
    return el(
      "section",
      { class: "trial-pupils", "aria-labelledby": "trial-pupils-title", "aria-busy": String(late) },
      el("h3", { id: "trial-pupils-title" }, atlas.word("try_seats")),
      area === atlas.CITY ? null : el("p", {}, nameOf(area)),
      el(
        "ul",
        { class: "trial-parts" },
        PARTS.map((part, k) => figure(part, told, k)),
      ),
      split(),
      el("p", { class: "mute" }, atlas.word("try_rule")),
    );
  };

  const written = (number) => atlas.say(atlas.trials.write(number));

  /* The number to be shown, and what it is more or less than before. */
  function compared([was, is], k) {
    const seen = atlas.trials.before() ? was : is;
    return [written(seen[k]), seen[k] - was[k]];
  }

  function change(by) {
    return by ? el("small", {}, atlas.say(atlas.trials.signed(by))) : null;
  }

  function figure(part, told, k) {
    const [number, by] = compared(told, k);
    return el(
      "li",
      { "data-part": part },
      patch(k),
      el("span", {}, atlas.word(part)),
      el("b", {}, number),
      change(by) || el("small", {}),
    );
  }

  function patch(k) {
    const { colours } = atlas.trials.now().spec.seats;
    return el("i", { class: "patch", "aria-hidden": "true", style: { background: colours[k] } });
  }

  /* Districts, folded away until somebody asks; then they stay. */
  function split() {
    const fold = (event) => (unfolded = event.currentTarget.open);
    return el(
      "details",
      { open: unfolded, ontoggle: fold },
      el("summary", { "data-key": "try:districts" }, atlas.word("try_districts")),
      districts(),
    );
  }

  function districts() {
    const heads = PARTS.map((part, k) =>
      el("th", { scope: "col" }, patch(k), el("span", { class: "unseen" }, atlas.word(part))),
    );
    return el(
      "table",
      { class: "trial-districts" },
      el("caption", { class: "unseen" }, atlas.word("try_seats")),
      el("thead", {}, el("tr", {}, el("td", {}), heads)),
      el("tbody", {}, atlas.data.ground.areas.map(row)),
    );
  }

  function row(area) {
    const told = atlas.trials.seats(area);
    const cells = PARTS.map(function (_, k) {
      const [number, by] = compared(told, k);
      return el("td", {}, number, change(by));
    });
    const chosen = area === atlas.state.area;
    return el(
      "tr",
      { class: chosen ? "chosen" : null, "data-area": area },
      el("th", { scope: "row" }, nameOf(area)),
      cells,
    );
  }

  function nameOf(area) {
    const known = atlas.areas.get(area);
    return known ? atlas.nameAt(known.short) : area;
  }
})(window.almatyGeo);
