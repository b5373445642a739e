/* The same figures as tables: for screen readers, and to copy into a spreadsheet. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const TONES = {
    good: "M3.5 8.5 6.5 11.5 12.5 4.5",
    bad: "M4.5 4.5 11.5 11.5M11.5 4.5 4.5 11.5",
    unsure: "M6 6a2 2 0 1 1 2.6 2c-.4.2-.6.5-.6 1v.6M8 12v.2",
  };

  const LONG = 30; // letters from which a cell is a sentence
  const SHORT = 15; // letters up to which it stays on one line

  const ROWS = { cards: 3, lines: 12 }; // shown first of a long table
  const LEFT_OUT = 2; // a table with fewer rows more is shown whole
  const narrow = window.matchMedia("(max-width: 760px)"); // where rows of sentences are cards
  const whole = new Set(); // long tables that the reader has opened

  atlas.tablesOf = (section) =>
    el(
      "div",
      { class: "tables" },
      section.tables.map((one, k) => table(one, section.id + ":" + k)),
    );

  function table(one, key) {
    const told = one.rows.some(([, , cells]) => cells.some(isLong));
    const first = told && narrow.matches ? ROWS.cards : ROWS.lines;
    const beyond = one.rows.slice(first).filter(([, total]) => !total).length;
    const long = beyond >= LEFT_OUT;
    const cut = (row, k) => long && k >= first && !row[1];
    const room = el(
      "div",
      { class: "table-room", role: "region", tabindex: "0", "aria-label": atlas.say(one.title) },
      el(
        "table",
        {
          class: told ? "told" : null,
          role: "table",
        },
        el("caption", {}, atlas.say(one.title)),
        el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, one.columns.map(heading))),
        el(
          "tbody",
          { role: "rowgroup" },
          one.rows.map((row, k) => line(one.columns, row, cut(row, k))),
        ),
      ),
    );
    if (long) room.append(opener(room, key, one.rows.length - (one.rows.at(-1)[1] ? 1 : 0)));
    return room;
  }

  /* Shows the rest of a long table, or folds it again; paper always has all of it. */
  function opener(room, key, rows) {
    const button = el("button", { type: "button", class: "more-rows", "data-key": "rows:" + key });
    const tell = () => {
      const open = whole.has(key);
      room.classList.toggle("cut", !open);
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open
        ? atlas.word("rows_fewer")
        : atlas.filled(atlas.word("rows_all"), atlas.number(rows));
    };
    button.addEventListener("click", () => {
      if (!whole.delete(key)) whole.add(key);
      tell();
      button.scrollIntoView({ block: "nearest" });
    });
    tell();
    return button;
  }

  function heading([title, align]) {
    const kind = { scope: "col", role: "columnheader", class: align };
    return el("th", kind, atlas.unbroken(atlas.say(title)));
  }

  function line(columns, [area, total, cells, layer, id], beyond) {
    const chosen = area !== atlas.CITY && area === atlas.state.area;
    return el(
      "tr",
      {
        role: "row",
        class: [total && "total", chosen && "chosen", beyond && "beyond"].filter(Boolean).join(" ") || null,
      },
      cells.map((cell, k) => {
        const [title, align] = columns[k];
        if (k === 0 && align === "left") {
          const kind = { scope: "row", role: "rowheader", class: align + widthOf(cell) };
          return el("th", kind, first(area, cell, layer, id));
        }
        const kind = { role: "cell", class: align + widthOf(cell), "data-title": atlas.say(title) };
        return el("td", kind, written(cell));
      }),
    );
  }

  /* A sentence gets room, a number stays on one line. */
  function widthOf(cell) {
    return isLong(cell) ? " long" : textOf(cell).length < SHORT ? " short" : "";
  }

  function isLong(cell) {
    return textOf(cell).length > LONG;
  }

  function textOf(cell) {
    const plain =
      cell !== null && typeof cell === "object" && !Array.isArray(cell) ? cell.text : cell;
    return String(atlas.say(plain));
  }

  /* The first cell of a row about a facility or an area leads to it on the map. */
  function first(area, cell, layer, id) {
    const drawn = layer && atlas.layers.get(layer);
    const at = drawn && drawn.ids ? drawn.ids.indexOf(id) : -1;
    if (at >= 0) {
      const kind = { type: "button", class: "to-area", "data-key": `row:${layer}/${id}` };
      return el("button", { ...kind, onclick: () => toFeature(layer, at) }, written(cell));
    }
    if (!atlas.areas.has(area)) return written(cell);
    return el(
      "button",
      {
        type: "button",
        class: "to-area",
        "data-key": "row:" + area,
        onclick: () => atlas.turnTo(area),
      },
      written(cell),
    );
  }

  /* The map lies above the panel where there is no room beside it. */
  function toFeature(layer, at) {
    const map = document.getElementById("map-room");
    if (map.getBoundingClientRect().bottom < 120) map.scrollIntoView({ block: "start" });
    atlas.mapWing.show(layer, [at]);
  }

  function written(cell) {
    if (cell === null || typeof cell !== "object" || Array.isArray(cell)) return atlas.say(cell);
    const text = atlas.marked(atlas.say(cell.text), cell.in);
    return cell.tone
      ? el("span", { class: "tone " + cell.tone }, atlas.icon(TONES[cell.tone]), text)
      : text;
  }
})(window.almatyGeo);
