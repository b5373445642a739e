/* Two scenes in the panel: which they are, what they come to, and what lies between them. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const SWAP = "M3 5.5h9M9.5 3 12 5.5 9.5 8M13 10.5H4M6.5 8 4 10.5 6.5 13";
  const bar = document.getElementById("compare-bar");
  const opener = document.getElementById("open-compare");

  atlas.onChange(function (state, changed) {
    const pair = atlas.scenes.pair();
    opener.hidden = !atlas.scenes.theme();
    opener.setAttribute("aria-pressed", String(Boolean(pair)));
    bar.hidden = !pair;
    const keys = ["pair", "section", "language"];
    if (!keys.some((key) => changed.has(key))) return;
    atlas.replace(bar, ...(pair ? chooser(pair) : []));
  });

  opener.addEventListener("click", () => {
    if (atlas.scenes.pair()) end();
    else atlas.set({ pair: usual(), year: "", card: "" });
  });

  function end() {
    const held = bar.contains(document.activeElement);
    atlas.set({ pair: null });
    if (held || document.activeElement === document.body) opener.focus();
  }

  /* The page's own scenario, and the first other in which something opens or closes. */
  function usual() {
    const { now } = atlas.scenes;
    const [[, scenarios]] = atlas.scenes.groups();
    const others = scenarios.map(([id]) => id).filter((id) => id !== now);
    const telling = others.find((id) => {
      const { opened, closed } = atlas.scenes.changes(now, id);
      return opened.length + closed.length;
    });
    return [now, telling || others.find((id) => !atlas.scenes.alike(now, id)) || others[0]];
  }

  function chooser(pair) {
    return [
      el("h2", {}, atlas.word("compare_title")),
      el("label", {}, el("span", {}, atlas.word("compare_before")), choice(pair, 0)),
      el("label", {}, el("span", {}, atlas.word("compare_after")), choice(pair, 1)),
      el(
        "div",
        { class: "steps" },
        el(
          "button",
          {
            type: "button",
            "data-key": "compare:swap",
            onclick: () => atlas.set({ pair: [pair[1], pair[0]] }),
          },
          atlas.icon(SWAP),
          " ",
          atlas.word("compare_swap"),
        ),
        atlas.button(atlas.word("compare_end"), end, { "data-key": "compare:end" }),
      ),
    ];
  }

  function choice(pair, k) {
    const field = el(
      "select",
      {
        "data-key": "compare:" + k,
        onchange: () => {
          const other = pair[1 - k];
          const both = [field.value, field.value === other ? pair[k] : other];
          atlas.set({ pair: k ? both.reverse() : both });
        },
      },
      atlas.scenes.groups().flatMap(([title, scenes]) => {
        const options = scenes.map(([id, words]) =>
          el("option", { value: id, selected: id === pair[k] }, nameOf(title, words)),
        );
        return title ? [el("optgroup", { label: atlas.say(title) }, options)] : options;
      }),
    );
    return field;
  }

  /* A year by itself says little once the list is shut. */
  const nameOf = (title, words) =>
    title ? `${atlas.say(words)} · ${atlas.say(title)}` : atlas.say(words);

  /* What the panel says of two scenes. */
  atlas.comparison = function (pair) {
    const { area } = atlas.state;
    const [was, is] = pair.map((id) => atlas.scenes.amounts(id, area));
    const section = atlas.section();
    if (!was) return [];
    return [
      lead(was, is),
      el("p", { class: "scenario on-paper" }, el("b", {}, titles(pair))),
      measured(pair, was, is),
      changes(pair),
      was.within === null || atlas.isTable() ? table(pair) : bars(pair, section),
      notes(pair),
    ];
  };

  const titles = (pair) => pair.map((id) => atlas.say(atlas.scenes.title(id))).join(" → ");

  const outOf = ({ people, within }) => people - within;

  function lead(was, is) {
    const count = was.within === null ? ({ people }) => people : outOf;
    const title = was.within === null ? "measure_people" : "try_out";
    const [a, b] = [was, is].map(count);
    return el(
      "p",
      { class: "lead", "aria-live": "polite" },
      `${atlas.word(title)}: `,
      el("span", { class: "from-to" }, `${said(a)} → ${said(b)}`),
      " ",
      el("b", {}, `(${signed(b - a)})`),
    );
  }

  const said = (number) => atlas.say(atlas.scenes.write(number));

  const signed = (number) => atlas.say(atlas.scenes.signed(number));

  /* What both come to, one line a measure. */
  function measured(pair, was, is) {
    const { capacity } = atlas.scenes.theme();
    const whole = [
      ["measure_people", ({ people }) => people],
      ["measure_within", ({ within }) => within],
      ["measure_out", (one) => (one.within === null ? null : outOf(one))],
      ["measure_facilities", ({ facilities }) => facilities],
    ].map(([key, of]) => [atlas.word(key), of]);
    const rows = [...whole, [atlas.say(capacity), ({ capacity: held }) => held]]
      .map(([title, of]) => [title, of(was), of(is)])
      .filter(([, before]) => before !== null)
      .map(([title, before, now]) => [title, said(before), said(now), signed(now - before)]);
    if (was.within !== null) rows.splice(3, 0, share(was, is));
    const heads = ["measure", "compare_before", "compare_after", "compare_change"];
    const one = {
      title: atlas.word("figures"),
      columns: heads.map((key, k) => [atlas.word(key), k ? "right" : "left"]),
      rows: rows.map((cells) => ["", false, cells]),
    };
    return el("div", { class: "measures" }, atlas.tablesOf({ tables: [one] }));
  }

  function share(was, is) {
    const [a, b] = [was, is].map(({ people, within }) => (people ? (100 * within) / people : null));
    const percent = (value) =>
      value === null ? "—" : atlas.filled(atlas.word("in_percent"), atlas.number(value, 1));
    const change =
      a === null || b === null
        ? "—"
        : atlas.filled(atlas.word("in_points"), atlas.say(atlas.scenes.signed(b - a, 1)));
    return [atlas.word("measure_share"), percent(a), percent(b), change];
  }

  /* What opens and what closes, by name. */
  function changes(pair) {
    const { opened, closed } = atlas.scenes.changes(...pair);
    const here = ({ area }) => [area, atlas.CITY].includes(atlas.state.area);
    const lists = [
      ["compare_opens", opened.filter(here)],
      ["compare_closes", closed.filter(here)],
    ].filter(([, facilities]) => facilities.length);
    return el(
      "div",
      { class: "scene-changes" },
      lists.map(([key, facilities]) =>
        el(
          "details",
          {},
          el("summary", { "data-key": key }, `${atlas.word(key)}: ${said(facilities.length)}`),
          atlas.facilityList(facilities),
        ),
      ),
    );
  }

  /* Facilities by name; one that the map shows leads there. */
  atlas.facilityList = function (facilities, held = heldBy) {
    return el(
      "ul",
      { class: "scene-list" },
      facilities.map((one) => {
        const layer = atlas.layers.get(one.layer);
        const i = layer && layer.ids ? layer.ids.indexOf(one.id) : -1;
        const many = one.capacity === null ? [] : [held(one.capacity)];
        const approximate = i >= 0 && layer.halos_m && layer.halos_m[i] ? [atlas.word("halo")] : [];
        const rest = [...many, ...approximate].join(", ");
        const name = atlas.nameAt(one.name);
        const go = () => atlas.mapWing.show(one.layer, [i]);
        const shown =
          i < 0
            ? name
            : el("button", { type: "button", "data-key": "at:" + one.id, onclick: go }, name);
        return el("li", {}, shown, rest ? el("small", {}, ` (${rest})`) : null);
      }),
    );
  };

  function heldBy(capacity) {
    return `${atlas.say(atlas.scenes.theme().capacity)}: ${said(capacity)}`;
  }

  function districts(pair) {
    const rows = atlas.data.areas
      .map(({ id, short }) => ({
        area: id,
        short,
        was: atlas.scenes.amounts(pair[0], id),
        is: atlas.scenes.amounts(pair[1], id),
      }))
      .filter(({ was, is }) => was && is);
    const change = ({ was, is }) => Math.abs(outOf(is) - outOf(was)); // of none: of all people
    return rows.sort((a, b) => change(b) - change(a));
  }

  function bars(pair, section) {
    const rows = districts(pair);
    const largest = Math.max(1, ...rows.flatMap(({ was, is }) => [was.people, is.people]));
    const [inside, outside] = section.bars.parts;
    return el(
      "section",
      { class: "bars two", "aria-labelledby": "bars-title" },
      el("h2", { id: "bars-title" }, atlas.word("compare_districts")),
      el("p", { class: "key" }, atlas.word("compare_two_bars")),
      el(
        "ul",
        { class: "key" },
        [inside, outside].map((part, k) =>
          el("li", {}, el("i", { class: "patch", style: fill(section, k) }), atlas.say(part)),
        ),
      ),
      el("ol", {}, rows.map((row) => line(row, largest, section))),
    );
  }

  const fill = (section, k) => ({ background: section.bars.colours.at(k ? -1 : 0) });

  function line({ area, short, was, is }, largest, section) {
    const [a, b] = [was, is].map(outOf);
    return atlas.areaLine(
      area,
      atlas.nameAt(short),
      signed(b - a),
      [was, is].map(({ people, within }) =>
        el(
          "span",
          { class: "bar", "aria-hidden": "true" },
          [within, people - within].map((part, k) =>
            el("i", { style: { width: (100 * part) / largest + "%", ...fill(section, k) } }),
          ),
        ),
      ),
      el(
        "span",
        { class: "unseen" },
        `${atlas.word("measure_out")}: ${said(a)} → ${said(b)} (${signed(b - a)})`,
      ),
    );
  }

  function table(pair) {
    const held = atlas.scenes.amounts(pair[0], atlas.CITY).within !== null;
    const living = ({ people }) => people;
    const of = held ? ["measure_out", outOf] : ["measure_people", living];
    const city = {
      area: atlas.CITY,
      was: atlas.scenes.amounts(pair[0], atlas.CITY),
      is: atlas.scenes.amounts(pair[1], atlas.CITY),
    };
    const rows = [...districts(pair), city].map(({ area, short, was, is }) => {
      const [a, b] = [was, is].map(of[1]);
      const name = short === undefined ? atlas.word("city") : named(short);
      const people = held ? [said(was.people), said(is.people)] : [];
      return [
        area,
        area === atlas.CITY,
        [name, ...people, said(a), said(b), signed(b - a)],
      ];
    });
    const titles = [
      atlas.word("measure_district"),
      ...(held ? ["compare_before", "compare_after"] : []).map((key) =>
        headed("measure_people", key),
      ),
      ...["compare_before", "compare_after", "compare_change"].map((key) => headed(of[0], key)),
    ];
    const columns = titles.map((title, k) => [title, k ? "right" : "left"]);
    return atlas.tablesOf({
      tables: [{ title: atlas.word("compare_districts"), columns, rows }],
    });
  }

  const headed = (measure, side) => `${atlas.word(measure)}: ${atlas.word(side)}`;

  const named = (short) => ({ text: atlas.textAt(short), in: atlas.languageAt(short), tone: "" });

  /* What holds for both first, then what each assumes. */
  function notes(pair) {
    const [was, is] = ["before", "after"].map((side) =>
      atlas.onSide(side, () => atlas.section().notes.map(atlas.say)),
    );
    const own = [...was.filter((note) => !is.includes(note))];
    const all = [...own, ...is.filter((note) => !was.includes(note))];
    const shared = is.filter((note) => was.includes(note));
    return el(
      "section",
      { class: "notes", "aria-labelledby": "notes-title" },
      el("h2", { id: "notes-title" }, atlas.word("notes")),
      all.map((note) => el("p", {}, note)),
      el(
        "details",
        {},
        el("summary", { "data-key": "more" }, atlas.word("more")),
        shared.map((note) => el("p", {}, note)),
      ),
    );
  }

  /* Escape ends what is compared or shown by year, once nothing else is open. */
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open], .leaflet-popup")) return;
      const { card, layersOpen } = atlas.state;
      if (card || layersOpen || event.target.id === "search-field") return;
      if (!document.getElementById("all-sections").hidden) return;
      if (atlas.scenes.pair()) {
        event.stopPropagation();
        end();
        opener.focus();
      } else if (atlas.scenes.year()) {
        event.stopPropagation();
        atlas.years.end();
      }
    },
    true,
  );
})(window.almatyGeo);
