/* On paper, A4 or A3: the page takes the paper's size, the map is painted anew and sharper. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const SHARPNESS = 3;
  const SMALLEST = 0.7;
  const PAPERS = { a4: "A4", a3: "A3" };
  const LARGER = { a4: 1, a3: 1.4 }; // how much larger words are on it
  const root = document.documentElement;
  const answer = document.getElementById("answer");
  const line = document.getElementById("source-line");

  const card = document.getElementById("print");
  const opener = document.getElementById("open-print");
  const rule = el("style", {});
  const sheets = el("div", { id: "sheets" });
  const widths = ["wide", "widest"]; // as the screen has it while tables are on
  let paper = "a4";
  let back = () => {};
  document.head.append(rule);
  document.getElementById("room").after(sheets);

  /* Paper is chosen before the browser is asked to print: it then offers no other. */
  atlas.choosePaper = function (wanted) {
    paper = wanted;
    rule.textContent = `@page { size: ${PAPERS[paper]} landscape; }`;
  };

  opener.addEventListener("click", () => atlas.openCard("print"));

  atlas.onChange(function (state, changed) {
    if (!changed.has("card") && !changed.has("language")) return;
    opener.setAttribute("aria-expanded", String(state.card === "print"));
    card.hidden = state.card !== "print";
    if (card.hidden) return;
    atlas.replace(card, ...content());
    if (changed.has("card")) card.querySelector("button")?.focus();
  });

  function content() {
    const papers = Object.entries(PAPERS).map(([one, name]) =>
      atlas.button(atlas.filled(atlas.word("print_on"), name), () => printOn(one), {
        "data-key": "print:" + one,
      }),
    );
    return [
      el("h2", {}, atlas.word("print_title")),
      el("div", { class: "steps upright" }, papers),
      el("p", { class: "mute" }, atlas.word("print_hint")),
    ];
  }

  function printOn(wanted) {
    atlas.choosePaper(wanted);
    atlas.set({ card: "" });
    window.print();
  }

  window.addEventListener("beforeprint", () => {
    atlas.mapWing.closePopup();
    line.textContent = atlas.sourceLine();
    root.classList.add("printing");
    root.classList.toggle("a3", paper === "a3");
    back = setApart();
    answer.style.zoom = LARGER[paper];
    if (!root.classList.contains("wide")) answer.style.zoom = LARGER[paper] * fitting();
    atlas.mapWing.forPaper(SHARPNESS);
  });

  window.addEventListener("afterprint", () => {
    root.classList.remove("printing", "a3");
    back();
    answer.style.zoom = "";
    atlas.mapWing.forPaper(0);
  });

  /* Tables beside a map go on sheets of their own, after the map's; returns what puts them back. */
  function setApart() {
    const section = atlas.section();
    const tables = answer.querySelector(".tables");
    const drawn = section && (section.classes || section.marks || section.layers.length);
    if (!tables || !drawn || !atlas.isTable()) return () => {};
    const place = document.createComment("");
    tables.replaceWith(place);
    sheets.append(tables);
    const had = widths.filter((width) => root.classList.contains(width));
    root.classList.remove(...had);
    root.classList.add("apart");
    return () => {
      root.classList.remove("apart");
      root.classList.add(...had);
      place.replaceWith(tables);
      back = () => {};
    };
  }

  /* How much smaller the answer must be for the sheet to hold all of it. */
  function fitting() {
    return Math.max(SMALLEST, Math.min(1, answer.clientHeight / answer.scrollHeight));
  }

  /* Who published what the sheet shows. */
  atlas.sourceLine = function () {
    const section = atlas.section();
    const used = new Set(section ? section.sources : []);
    const layers = atlas.data.layers.filter((layer) => used.has(layer.id) || atlas.isShown(layer));
    const publishers = [...new Set(layers.flatMap((layer) => layer.publishers.map(atlas.say)))];
    const parts = [
      `${atlas.word("sources")}: ${publishers.join("; ")}`,
      ...atlas.data.credits,
      atlas.say(atlas.data.date),
      `${atlas.word("input_hash")}: ${atlas.data.hash.slice(0, 12)}`,
    ];
    return parts.join(" · ");
  };
})(window.almatyGeo);
