/* A trial as a scenario file that the command line reads, and back. */
(function (atlas) {
  "use strict";

  const TRIED = "{tried}"; // where a title says what was tried
  const quoted = (text) => JSON.stringify(String(text)).replace(/\u007f/g, "\\u007f");
  const listed = (ids) => `[${ids.map(quoted).join(", ")}]`;

  /* The scenario's id, and its file's name: what was tried on which. */
  atlas.scenarioName = function () {
    const { spec, now } = atlas.trials.now();
    const parts = [spec.scenario, spec.theme, ...told(now, ["plus", "minus"])];
    return parts.join("-");
  };

  /* How many came and how many went. */
  function told({ added, removed }, [plus, minus]) {
    const counts = [
      [plus, added.length],
      [minus, removed.length],
    ];
    return counts.filter(([, count]) => count).map((each) => each.join(""));
  }

  /* The text of the file: the plan's scenario, with what was tried. */
  atlas.scenarioFile = function () {
    const { spec, now } = atlas.trials.now();
    const gone = new Set(now.removed);
    const head = spec.toml.replaceAll(TRIED, told(now, ["+", "−"]).join(" ") || "±0");
    const parts = [head.trimEnd(), ...opens(spec, gone), ...closes(spec, gone)];
    return (
      [...parts, ...kept(spec, gone), ...now.added.map((one) => addition(spec, one))].join("\n\n") +
      "\n"
    );
  };

  function idsOf(spec, layer, chosen) {
    return spec.ids.filter((_, k) => chosen(k) && spec.layers[spec.layer[k]] === layer);
  }

  function opens(spec, gone) {
    return spec.opens.flatMap(([layer, year, ids]) => {
      const shut = new Set(idsOf(spec, layer, (k) => gone.has(k)));
      const left = ids.filter((id) => !shut.has(id));
      if (!left.length) return [];
      const told = year === null ? "" : `\nyear = ${year}`;
      return [`[[opens]]\nlayer = ${quoted(layer)}\nids = ${listed(left)}${told}`];
    });
  }

  /* What exists is closed; what only the scenario opens is left out of what it opens. */
  function closes(spec, gone) {
    const opened = new Set(spec.opened);
    return spec.layers.flatMap((layer) => {
      const ids = idsOf(spec, layer, (k) => gone.has(k) && !opened.has(k));
      return ids.length ? [`[[closes]]\nlayer = ${quoted(layer)}\nids = ${listed(ids)}`] : [];
    });
  }

  /* Additions of the scenario that the page was made with. */
  function kept(spec, gone) {
    return spec.ids.flatMap((id, k) =>
      isAddition(spec, k) && !gone.has(k)
        ? [
            addition(spec, {
              id: id.split(".").at(-1),
              place: spec.places[k],
              capacity: spec.capacity[k],
            }),
          ]
        : [],
    );
  }

  const isAddition = (spec, k) => spec.layers[spec.layer[k]] === `added_${spec.theme}`;

  function addition(spec, { id, place: [lon, lat], capacity, name }) {
    return [
      "[[adds]]",
      `theme = ${quoted(spec.theme)}`,
      `id = ${quoted(id)}`,
      `lon = ${decimal(lon)}`,
      `lat = ${decimal(lat)}`,
      ...(capacity === null ? [] : [`capacity = ${capacity}`]),
      ...(name ? [`name = ${quoted(name)}`] : []),
    ].join("\n");
  }

  /* A number as a decimal fraction: TOML tells 77 and 77.0 apart. */
  function decimal(number) {
    const text = String(number);
    return /[.e]/.test(text) ? text : text + ".0";
  }

  /*
   * What a scenario file makes of the trial: facilities removed and added, and which of its
   * entries this page does not hold. Throws where the text is no scenario.
   */
  atlas.trialOfFile = function (text) {
    const { spec } = atlas.trials.now();
    const tables = tablesOf(text);
    if (!tables.some(({ name }) => name === "title")) throw new SyntaxError("no title");
    const named = (name) =>
      tables.filter((table) => table.name === name).map(({ values }) => values);
    const own = ({ layer }) => spec.layers.includes(layer);
    const closed = new Set(named("closes").filter(own).flatMap(fullIds));
    const opened = new Set(named("opens").filter(own).flatMap(fullIds));
    const added = named("adds").filter(({ theme }) => theme === spec.theme);
    const there = new Set(spec.ids.map((_, k) => full(spec, k)));
    const only = new Set(spec.opened);
    const has = (k) =>
      isAddition(spec, k)
        ? added.some(({ id }) => spec.ids[k].endsWith("." + id))
        : !closed.has(full(spec, k)) && (!only.has(k) || opened.has(full(spec, k)));
    const removed = spec.ids.map((_, k) => k).filter((k) => !has(k));
    const mine = added.filter(
      ({ id }) => !spec.ids.some((one, k) => isAddition(spec, k) && one.endsWith("." + id)),
    );
    const skipped = [
      ...[...closed, ...opened].filter((id) => !there.has(id)),
      ...named("adds")
        .filter((one) => !added.includes(one))
        .map(({ theme, id }) => `${theme}/${id}`),
    ];
    return { removed, added: mine.map(placed), skipped };
  };

  const full = (spec, k) => `${spec.layers[spec.layer[k]]}/${spec.ids[k]}`;
  const fullIds = ({ layer, ids }) => (ids || []).map((id) => `${layer}/${id}`);

  function placed({ id, lon, lat, capacity, name }) {
    if (![lon, lat].every(Number.isFinite) || typeof id !== "string") throw new SyntaxError("adds");
    return {
      id,
      lon,
      lat,
      capacity: Number.isInteger(capacity) ? capacity : null,
      name: name || "",
    };
  }

  /* Tables of TOML as far as scenarios need them: strings, numbers, lists on one line. */
  function tablesOf(text) {
    const tables = [{ name: "", values: {} }];
    for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
      const head = line.match(/^\[\[?\s*([\w.-]+)\s*\]\]?\s*(#.*)?$/);
      const pair = line.match(/^([\w-]+)\s*=\s*(.+)$/);
      if (head) tables.push({ name: head[1], values: {} });
      else if (pair) tables.at(-1).values[pair[1]] = valueOf(pair[2]);
      else if (line && !line.startsWith("#")) throw new SyntaxError(line);
    }
    return tables;
  }

  function valueOf(text) {
    try {
      return JSON.parse(text.replace(/\s+#[^"\]]*$/, ""));
    } catch {
      return text; // a date, a table in braces: nothing that this page reads
    }
  }
})(window.almatyGeo);
