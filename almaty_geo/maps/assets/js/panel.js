/* The answer: one sentence, four figures, areas compared, basis and cautions. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const BACK = "M9.5 3.5 5 8l4.5 4.5";
  const MANY_COLUMNS = 6; // a table with more gets more room
  const REMARKS = 2; // how many remarks are shown without asking

  const title = document.getElementById("title");
  const date = document.getElementById("date");
  const languages = document.getElementById("languages");
  const answer = document.getElementById("answer");
  const views = document.getElementById("open-table");
  const fold = document.getElementById("fold");

  /* Turn to an area, and fit the map to it. */
  atlas.turnTo = function (area) {
    atlas.set({ area, view: null });
    answer.closest("#panel").scrollTop = 0;
  };

  /* A section without areas to compare has its tables as its chart. */
  atlas.isTable = function () {
    const section = atlas.section();
    const chart = section && (section.bars || atlas.scenes.pair());
    return Boolean(section && section.tables.length && (atlas.state.table || !chart));
  };

  atlas.onChange(function (state, changed) {
    const keys = ["language", "section", "area", "table", "trial", "pair", "year"];
    const matters = keys.some((key) => changed.has(key));
    if (changed.has("language")) header();
    if (matters) atlas.replace(answer, ...content());
    document.documentElement.classList.toggle("wide", atlas.isTable());
    document.documentElement.classList.toggle("widest", atlas.isTable() && hasManyColumns());
    document.documentElement.classList.toggle("folded", state.folded);
    chooseView();
    fold.setAttribute("aria-expanded", String(!state.folded));
    const words = atlas.word(state.folded ? "unfold" : "fold");
    fold.setAttribute("aria-label", words);
    fold.title = words;
  });

  function hasManyColumns() {
    return atlas.section().tables.some((table) => table.columns.length > MANY_COLUMNS);
  }

  /* The switch between chart and table, where a section has both. */
  function chooseView() {
    const section = atlas.section();
    views.hidden = !(section && section.bars && section.tables.length);
    views.setAttribute("aria-pressed", String(atlas.isTable()));
  }

  function header() {
    title.textContent = atlas.say(atlas.data.title);
    date.textContent = atlas.say(atlas.data.date);
    atlas.replace(
      languages,
      ...(atlas.languages.length > 1 ? atlas.data.languages : []).map(([language, short, whole]) =>
        el(
          "button",
          {
            type: "button",
            lang: language,
            title: whole,
            "data-key": "language:" + language,
            "aria-pressed": String(language === atlas.state.language),
            onclick: () => atlas.set({ language }),
          },
          short,
        ),
      ),
    );
    languages.hidden = atlas.languages.length < 2;
  }

  function content() {
    const section = atlas.section();
    if (!section) return [];
    const { area } = atlas.state;
    const said = section.answers[area] || section.answers[atlas.CITY];
    const pair = atlas.scenes.pair();
    if (pair) return [area === atlas.CITY ? null : place(area), ...atlas.comparison(pair)];
    return [
      area === atlas.CITY ? null : place(area),
      ...(said ? [lead(said), scenario(section), figures(said)] : []),
      atlas.isTable() ? atlas.tablesOf(section) : compared(section),
      notes(section),
    ];
  }

  function place(area) {
    const known = atlas.areas.get(area);
    return el(
      "div",
      { class: "place" },
      el(
        "button",
        {
          type: "button",
          class: "back",
          "data-key": "back",
          onclick: () => atlas.turnTo(atlas.CITY),
        },
        atlas.icon(BACK),
        atlas.word("city"),
      ),
      el("h2", {}, known ? atlas.nameAt(known.name) : area),
    );
  }

  /* The sentence, with the number that matters set apart. */
  function lead(said) {
    const headline = atlas.say(said.headline);
    const emphasis = atlas.say(said.emphasis);
    const at = emphasis ? headline.indexOf(emphasis) : -1;
    if (at < 0) return el("p", { class: "lead", "aria-live": "polite" }, headline);
    return el(
      "p",
      { class: "lead", "aria-live": "polite" },
      headline.slice(0, at),
      el("b", {}, emphasis),
      headline.slice(at + emphasis.length),
    );
  }

  function scenario(section) {
    if (!section.scenario) return null;
    return el(
      "p",
      { class: "scenario" },
      el("span", {}, atlas.word("scenario")),
      el("b", {}, atlas.say(section.scenario)),
    );
  }

  function figures(said) {
    if (!said.figures.length) return null;
    return el(
      "dl",
      { class: "figures", "aria-label": atlas.word("figures") },
      said.figures.map(([id, shown, label]) =>
        el(
          "div",
          { "data-figure": id },
          el("dt", {}, atlas.say(label)),
          el("dd", {}, atlas.unbroken(atlas.say(shown))),
        ),
      ),
    );
  }

  function compared(section) {
    const { bars } = section;
    if (!bars) return null;
    const largest = Math.max(1, ...bars.rows.map(([, parts]) => parts.reduce((a, b) => a + b, 0)));
    return el(
      "section",
      { class: "bars", "aria-labelledby": "bars-title" },
      el("h2", { id: "bars-title" }, atlas.say(bars.title)),
      el(
        "ul",
        { class: "key" },
        bars.parts.map((part, k) => el("li", {}, patch(bars.colours[k]), atlas.say(part))),
      ),
      el(
        "ol",
        {},
        bars.rows.map((row) => bar(bars, row, largest)),
      ),
    );
  }

  function patch(colour) {
    return el("i", { class: "patch", style: { background: colour } });
  }

  /* An area with its number, and what is drawn and said of it; a click turns to it, or back. */
  atlas.areaLine = function (area, name, value, ...told) {
    const chosen = area === atlas.state.area;
    return el(
      "li",
      {},
      el(
        "button",
        {
          type: "button",
          class: "bar-row",
          "data-key": "bar:" + area,
          "data-area": area,
          "aria-pressed": String(chosen),
          onclick: () => atlas.turnTo(chosen ? atlas.CITY : area),
        },
        el("span", { class: "bar-name" }, name),
        el("span", { class: "bar-value", "aria-hidden": "true" }, value),
        ...told,
      ),
    );
  };

  function bar(bars, [area, parts, shown], largest) {
    const spoken = bars.parts.map((part, k) => `${atlas.say(part)}: ${atlas.say(shown[k])}`);
    return atlas.areaLine(
      area,
      nameOf(area),
      atlas.say(shown.at(-1)),
      el(
        "span",
        { class: "bar", "aria-hidden": "true" },
        parts.map((part, k) =>
          el("i", { style: { width: (100 * part) / largest + "%", background: bars.colours[k] } }),
        ),
      ),
      el("span", { class: "unseen" }, spoken.join(", ")),
    );
  }

  function nameOf(area) {
    const known = atlas.areas.get(area);
    return known ? atlas.nameAt(known.short) : area;
  }

  function notes(section) {
    if (!section.notes.length) return null;
    const said = section.notes.map((note) => el("p", {}, atlas.say(note)));
    const rest = said.splice(REMARKS);
    return el(
      "section",
      { class: "notes", "aria-labelledby": "notes-title" },
      el("h2", { id: "notes-title" }, atlas.word("notes")),
      said,
      rest.length
        ? el("details", {}, el("summary", { "data-key": "more" }, atlas.word("more")), rest)
        : null,
    );
  }

  views.addEventListener("click", () => atlas.set({ table: !atlas.state.table }));
  fold.append(atlas.icon(BACK));
  fold.addEventListener("click", () => atlas.set({ folded: !atlas.state.folded }));
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    answer.focus();
  });
})(window.almatyGeo);
