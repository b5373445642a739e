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

  atlas.tablesOf = (section) => el("div", { class: "tables" }, section.tables.map(table));

  function table(one) {
    return el(
      "div",
      { class: "table-room", role: "region", tabindex: "0", "aria-label": atlas.say(one.title) },
      el(
        "table",
        {
          class: one.rows.some(([, , cells]) => cells.some(isLong)) ? "told" : null,
          role: "table",
        },
        el("caption", {}, atlas.say(one.title)),
        el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, one.columns.map(heading))),
        el(
          "tbody",
          { role: "rowgroup" },
          one.rows.map((row) => line(one.columns, row)),
        ),
      ),
    );
  }

  function heading([title, align]) {
    return el("th", { scope: "col", role: "columnheader", class: align }, atlas.say(title));
  }

  function line(columns, [area, total, cells]) {
    const chosen = area !== atlas.CITY && area === atlas.state.area;
    return el(
      "tr",
      {
        role: "row",
        class: [total && "total", chosen && "chosen"].filter(Boolean).join(" ") || null,
      },
      cells.map((cell, k) => {
        const [title, align] = columns[k];
        if (k === 0 && align === "left") {
          const kind = { scope: "row", role: "rowheader", class: align + widthOf(cell) };
          return el("th", kind, first(area, cell));
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

  /* The first cell of a row about an area leads to that area. */
  function first(area, cell) {
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

  function written(cell) {
    if (cell === null || typeof cell !== "object" || Array.isArray(cell)) return atlas.say(cell);
    const text = atlas.marked(atlas.say(cell.text), cell.in);
    return cell.tone
      ? el("span", { class: "tone " + cell.tone }, atlas.icon(TONES[cell.tone]), text)
      : text;
  }
})(window.almatyGeo);
