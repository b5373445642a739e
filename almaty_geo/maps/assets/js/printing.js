/* On paper: the page takes the paper's size, the map is painted anew and sharper. */
(function (atlas) {
  "use strict";

  const SHARPNESS = 3;
  const SMALLEST = 0.7;
  const root = document.documentElement;
  const answer = document.getElementById("answer");
  const line = document.getElementById("source-line");

  document.getElementById("open-print").addEventListener("click", () => window.print());

  window.addEventListener("beforeprint", () => {
    atlas.mapWing.closePopup();
    line.textContent = atlas.sourceLine();
    root.classList.add("printing");
    if (!atlas.isTable()) answer.style.zoom = fitting();
    atlas.mapWing.forPaper(SHARPNESS);
  });

  window.addEventListener("afterprint", () => {
    root.classList.remove("printing");
    answer.style.zoom = "";
    atlas.mapWing.forPaper(0);
  });

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
