/* What leaves the page: a link to what is shown, a picture of the map, files. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const FONT = '"Noto Sans", "Segoe UI", "DejaVu Sans", sans-serif';
  const SHARPNESS = 2;
  const MARGIN_PX = 16;
  const INK = "#16202c";
  const MUTE = "#55616e";

  const card = document.getElementById("sharing");
  const opener = document.getElementById("open-sharing");

  /* A card beside the tools: one at a time. */
  atlas.openCard = function (card) {
    atlas.set({ card: atlas.state.card === card ? "" : card, layersOpen: false });
  };

  atlas.fileStem = () => atlas.data.plan.replace(/[^\p{L}\p{N}_-]+/gu, "-") || "map";

  /* Give the reader a file. */
  atlas.download = function (name, content, type) {
    const blob = content instanceof Blob ? content : new Blob([content], { type });
    const url = URL.createObjectURL(blob);
    const link = el("a", { href: url, download: name, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(url), 10000);
  };

  function content() {
    return [
      el("h2", {}, atlas.word("share_title")),
      el(
        "div",
        { class: "steps upright" },
        atlas.button(atlas.word("share_link"), copy, { "data-key": "link" }),
        atlas.button(atlas.word("share_picture"), picture, { "data-key": "picture" }),
      ),
      el("p", { class: "mute", role: "status", id: "share-told" }),
    ];
  }

  function tell(...children) {
    document.getElementById("share-told")?.replaceChildren(...children);
  }

  async function copy() {
    const link = window.location.href.split("#")[0] + atlas.addressOf({});
    try {
      await navigator.clipboard.writeText(link);
      tell(atlas.word("share_copied"));
    } catch {
      // a browser may refuse; then the reader copies
      const field = el("input", { type: "text", readonly: true, value: link });
      field.setAttribute("aria-label", atlas.word("share_by_hand"));
      tell(atlas.word("share_by_hand"), field);
      field.select();
    }
  }

  /* The map as it is on the screen, under a heading, over its sources. */
  atlas.pictureOf = function () {
    const size = atlas.mapWing.size();
    const canvas = document.createElement("canvas");
    const ctx = canvas.getContext("2d");
    const width = size.x - 2 * MARGIN_PX;
    const head = headOf().flatMap(([text, font, colour, step]) =>
      wrapped(ctx, text, font, width).map((line) => [line, font, colour, step]),
    );
    const foot = wrapped(ctx, atlas.sourceLine(), `11px ${FONT}`, width);
    const top = MARGIN_PX + head.reduce((sum, line) => sum + line[3], 0);
    const bottom = MARGIN_PX + 15 * foot.length;
    canvas.width = size.x * SHARPNESS;
    canvas.height = (top + size.y + bottom) * SHARPNESS;
    ctx.scale(SHARPNESS, SHARPNESS);
    ctx.fillStyle = "#ffffff";
    ctx.fillRect(0, 0, size.x, top + size.y + bottom);
    ctx.save();
    ctx.translate(0, top);
    atlas.mapWing.paintOn(ctx);
    ctx.restore();
    scale(ctx, top + size.y - 12);
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    let y = 2;
    for (const [text, font, colour, step] of head) {
      y += step;
      Object.assign(ctx, { font, fillStyle: colour });
      ctx.fillText(text, MARGIN_PX, y);
    }
    Object.assign(ctx, { font: `11px ${FONT}`, fillStyle: MUTE });
    foot.forEach((text, k) => ctx.fillText(text, MARGIN_PX, top + size.y + 17 + 15 * k));
    return canvas;
  };

  function headOf() {
    const section = atlas.section();
    const { area } = atlas.state;
    const place = atlas.areas.has(area) ? atlas.textAt(atlas.areas.get(area).name) : "";
    const said = section && (section.answers[area] || section.answers[atlas.CITY]);
    const title = [atlas.say(atlas.data.title), section && atlas.say(section.title), place];
    const pair = atlas.scenes.pair();
    const two = pair && pair.map((id) => atlas.say(atlas.scenes.title(id))).join(" | ");
    const scenario = two || (section && section.scenario ? atlas.say(section.scenario) : "");
    return [
      [title.filter(Boolean).join(" · "), `600 17px ${FONT}`, INK, 24],
      [said && !pair ? atlas.say(said.headline) : "", `14px ${FONT}`, INK, 20],
      [scenario ? `${atlas.word("scenario")}: ${scenario}` : "", `12px ${FONT}`, MUTE, 17],
    ].filter(([text]) => text);
  }

  function wrapped(ctx, text, font, width) {
    ctx.font = font;
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = lines.at(-1) ? lines.at(-1) + " " + word : word;
      if (ctx.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  function scale(ctx, y) {
    const { px, words } = atlas.mapWing.scale(110);
    const left = MARGIN_PX;
    ctx.beginPath();
    ctx.moveTo(left, y - 5);
    ctx.lineTo(left, y);
    ctx.lineTo(left + px, y);
    ctx.lineTo(left + px, y - 5);
    ctx.strokeStyle = MUTE;
    ctx.lineWidth = 1.5;
    ctx.stroke();
    Object.assign(ctx, { font: `11.5px ${FONT}`, fillStyle: INK, textAlign: "left" });
    ctx.fillText(atlas.say(words), left + px + 6, y);
  }

  function picture() {
    const { section, area } = atlas.state;
    const parts = [atlas.fileStem(), section, area === atlas.CITY ? "" : area].filter(Boolean);
    const name = parts.join("-").replace(/[^\p{L}\p{N}_-]+/gu, "-") + ".png";
    atlas.pictureOf().toBlob((blob) => {
      atlas.download(name, blob);
      tell(atlas.filled(atlas.word("share_saved"), name));
    }, "image/png");
  }

  opener.addEventListener("click", () => atlas.openCard("sharing"));

  atlas.onChange(function (state, changed) {
    if (changed.has("layersOpen") && state.layersOpen && state.card) atlas.set({ card: "" });
    if (!changed.has("card") && !changed.has("language")) return;
    opener.setAttribute("aria-expanded", String(state.card === "sharing"));
    card.hidden = state.card !== "sharing";
    if (card.hidden) return;
    atlas.replace(card, ...content());
    if (changed.has("card")) card.querySelector("button")?.focus();
  });

  /* Escape closes a card before it leads anywhere else. */
  document.addEventListener(
    "keydown",
    (event) => {
      const { card } = atlas.state;
      if (event.key !== "Escape" || !card || document.querySelector("dialog[open]")) return;
      if (document.querySelector(".leaflet-popup") || event.target.id === "search-field") return;
      event.stopPropagation();
      atlas.set({ card: "" });
      document.getElementById("open-" + card).focus();
    },
    true,
  );
})(window.almatyGeo);
