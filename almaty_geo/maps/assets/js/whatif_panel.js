/* The tool to try other facilities: its card, its clicks on the map, and its signs there. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const ADDED = "#0b5a8a";
  const GONE = "#b3400a";
  const HIT_PX = { mouse: 14, touch: 24 };
  const FILE = "trial.toml";
  const room = document.getElementById("map-room");
  let map = null;
  let mode = ""; // "add", "move", "remove", or nothing
  let taken = null; // the facility that is being moved
  let seats = "";
  let message = null; // gives the last thing to be said, beside the figures, in words

  const MODES = {
    add: () => atlas.word("try_add"),
    move: () => atlas.word("try_move"),
    remove: () => atlas.word("try_remove"),
  };
  const opener = document.getElementById("open-trial");
  const card = document.getElementById("trial");
  const heading = el("h2", {});
  const tools = el("div", { class: "trial-tools" });
  const status = el("p", { class: "measured", role: "status" });
  const list = el("div", { class: "trial-list" });
  card.append(heading, tools, status, list);
  opener.addEventListener("click", () => atlas.openCard("trial"));

  atlas.onChange(function (state, changed) {
    const trial = atlas.trials.now();
    opener.hidden = !trial;
    const open = state.card === "trial" && trial !== null;
    card.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (!open || changed.has("section")) rest();
    if (!open) return;
    atlas.trials.begin();
    const keys = ["language", "section", "area", "trial", "card"];
    if (keys.some((key) => changed.has(key))) redraw();
    if (changed.has("card")) tools.querySelector("button").focus();
  });

  function rest() {
    [mode, taken, message] = ["", null, null];
    room.classList.remove("placing");
  }

  function choose(wanted) {
    mode = wanted === mode ? "" : wanted;
    [taken, message] = [null, null];
    room.classList.toggle("placing", mode !== "");
    redraw();
    atlas.mapWing.repaint();
  }

  function redraw() {
    if (card.hidden) return;
    heading.textContent = atlas.word("try_title");
    atlas.replace(tools, ...controls());
    say();
    atlas.replace(list, ...changes());
  }

  function controls() {
    const trial = atlas.trials.now();
    const past = trial.past.length;
    const before = atlas.trials.before();
    const modes = Object.entries(MODES).map(([one, words]) =>
      atlas.button(words(), () => choose(one), {
        "data-key": "try:" + one,
        "aria-pressed": String(mode === one),
      }),
    );
    const steps = [
      atlas.button(atlas.word("try_undo"), () => act(atlas.trials.undo), {
        "data-key": "try:undo",
        disabled: !past,
      }),
      atlas.button(atlas.word("try_before"), () => atlas.trials.look(!before), {
        "data-key": "try:before",
        "aria-pressed": String(before),
        disabled: !past,
      }),
      atlas.button(atlas.word("try_clear"), () => act(atlas.trials.clear), {
        "data-key": "try:clear",
        disabled: !past,
      }),
    ];
    return [
      el("div", { class: "steps" }, modes),
      ...asked(trial),
      el("div", { class: "steps" }, steps),
    ];
  }

  function act(change) {
    [message, taken] = [null, null];
    change();
  }

  /* What the chosen mode needs to know. */
  function asked(trial) {
    if (!mode) return [];
    const picking = mode === "remove" || (mode === "move" && !taken);
    const hint = el(
      "p",
      { class: "mute" },
      picking ? atlas.word("try_pick") : atlas.word("try_place"),
    );
    if (picking) return [hint, picker()];
    const number = mode === "add" && trial.spec.counted ? capacity(trial) : null;
    const put = atlas.button(atlas.word("try_middle"), () => place(map.getCenter()), {
      "data-key": "try:middle",
    });
    return [hint, ...(number ? [number] : []), put];
  }

  function capacity(trial) {
    const field = el("input", {
      type: "number",
      min: "0",
      max: "100000",
      step: "1",
      value: seats,
      inputmode: "numeric",
      "data-key": "try:seats",
      oninput: (event) => (seats = event.target.value),
    });
    return el("label", { class: "trial-field" }, atlas.say(trial.spec.words.capacity), field);
  }

  function picker() {
    const all = atlas.trials.open();
    const field = el(
      "select",
      { "data-key": "try:which" },
      all.map((one, k) => el("option", { value: k }, one.name || one.id)),
    );
    const take = () => picked(all[Number(field.value)]);
    return el(
      "div",
      { class: "trial-field" },
      el("label", {}, atlas.word("try_which"), field),
      atlas.button(MODES[mode](), take, { "data-key": "try:take" }),
    );
  }

  function picked(one) {
    if (!one) return;
    if (mode === "remove") {
      act(() => atlas.trials.remove(one));
      return;
    }
    taken = one;
    redraw();
    atlas.mapWing.repaint();
    tools.querySelector('[data-key="try:middle"]')?.focus();
  }

  function place({ lng, lat }) {
    message = null;
    const number = Number.parseInt(seats, 10);
    const many = Number.isFinite(number) && number >= 0 ? number : null;
    const done =
      mode === "add" ? atlas.trials.add(lng, lat, many, "") : atlas.trials.move(taken, lng, lat);
    if (!done) message = () => atlas.word("try_outside");
    else taken = null;
    redraw();
  }

  /* Take the map when it is there: clicks are turned to places by it. */
  const start = atlas.mapWing.start;
  atlas.mapWing.start = function (given) {
    map = given;
    start(given);
  };

  /* What changed, in one line that is read out. */
  function say() {
    const trial = atlas.trials.now();
    const both = trial.past.length ? atlas.trials.compared() : null;
    const parts = [];
    if (message) parts.push(message());
    if (both) {
      const [was, is] = both.map((number) => atlas.say(atlas.trials.write(number)));
      const change = atlas.say(atlas.trials.signed(both[1] - both[0]));
      parts.push(`${atlas.word("try_out")}: ${was} → ${is} (${change}).`);
    } else if (!message) parts.push(atlas.word("try_nothing"));
    const text = parts.join(" ");
    if (status.textContent !== text) status.textContent = text;
  }

  function changes() {
    const { now, spec } = atlas.trials.now();
    const moved = new Set(now.added.map(({ from }) => from));
    const removed = atlas.trials.removed().filter(({ k }) => !moved.has(k));
    const gone = removed.map(({ name }) => line(atlas.word("try_removed"), "×", name));
    const added = now.added.map(({ id, name, capacity: many }) => {
      const held = many === null ? "" : ` · ${atlas.say(atlas.trials.write(many))}`;
      return line(
        name ? atlas.word("try_moved") : atlas.word("try_added"),
        "+",
        (name || id) + held,
      );
    });
    const file = el("input", {
      type: "file",
      accept: ".toml",
      class: "unseen",
      id: "trial-file",
      tabindex: "-1",
      "aria-hidden": "true",
      onchange: load,
    });
    const saves = el(
      "div",
      { class: "steps" },
      atlas.button(atlas.word("try_save"), save, {
        "data-key": "try:save",
        disabled: !atlas.trials.now().past.length,
      }),
      atlas.button(atlas.word("try_load"), () => file.click(), { "data-key": "try:load" }),
      file,
    );
    const steps = gone.length + added.length ? el("ul", {}, gone, added) : null;
    const how = el(
      "p",
      { class: "mute" },
      atlas.word("try_file"),
      " ",
      el("code", {}, `almaty-geo coverage ${spec.theme} --scenario trial`),
    );
    return [steps, saves, steps ? how : null].filter(Boolean);
  }

  function line(words, sign, name) {
    const mark = { class: sign === "×" ? "gone" : "come", "aria-hidden": "true" };
    return el("li", {}, el("i", mark, sign), el("span", {}, `${words}: `, el("bdi", {}, name)));
  }

  function save() {
    atlas.download(FILE, atlas.scenarioFile(), "application/toml");
  }

  async function load(event) {
    const [file] = event.target.files;
    if (!file) return;
    try {
      const found = atlas.trialOfFile(await file.text());
      [message, taken] = [null, null];
      const skipped = found.skipped + atlas.trials.load(found);
      if (skipped) message = () => `${atlas.word("try_skipped")}: ${skipped}.`;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      message = () => atlas.word("try_broken");
    }
    redraw();
  }

  /* A click belongs to the tool while one of its modes is on. */
  atlas.mapWing.taps.push(function (event) {
    if (!mode || card.hidden) return false;
    if (mode === "remove" || (mode === "move" && !taken)) picked(hit(event));
    else place(event.latlng);
    return true;
  });

  function hit(event) {
    const touch = event.originalEvent && event.originalEvent.pointerType === "touch";
    const at = event.containerPoint;
    const reach = touch ? HIT_PX.touch : HIT_PX.mouse;
    const near = atlas.trials.open().map((one) => {
      const [lon, lat] = one.place;
      return { one, far: at.distanceTo(map.latLngToContainerPoint([lat, lon])) };
    });
    near.sort((a, b) => a.far - b.far);
    return near.length && near[0].far <= reach ? near[0].one : null;
  }

  /* Signs: what came, what went, and where "the middle" is. */
  atlas.mapWing.overlays.push(function (ctx, view) {
    const trial = atlas.trials.now();
    if (!trial || atlas.trials.before()) return;
    const at = ([lon, lat]) => {
      const [x, y] = atlas.mercator(lon, lat);
      return [x * view.worldPx - view.left, y * view.worldPx - view.top];
    };
    atlas.trials.removed().forEach(({ place: spot }) => spot && cross(ctx, ...at(spot)));
    trial.now.added.forEach(({ place: spot }) => plus(ctx, ...at(spot)));
    if (taken) ring(ctx, ...at(taken.place));
  });

  function cross(ctx, x, y) {
    strokes(ctx, GONE, [
      [x - 6, y - 6, x + 6, y + 6],
      [x - 6, y + 6, x + 6, y - 6],
    ]);
  }

  function plus(ctx, x, y) {
    ctx.beginPath();
    ctx.arc(x, y, 9, 0, 2 * Math.PI);
    ctx.fillStyle = ADDED;
    ctx.fill();
    ctx.lineWidth = 2;
    ctx.strokeStyle = "#ffffff";
    ctx.stroke();
    strokes(ctx, "#ffffff", [
      [x - 4.5, y, x + 4.5, y],
      [x, y - 4.5, x, y + 4.5],
    ]);
  }

  function ring(ctx, x, y) {
    ctx.beginPath();
    ctx.arc(x, y, 13, 0, 2 * Math.PI);
    ctx.lineWidth = 3;
    ctx.strokeStyle = ADDED;
    ctx.stroke();
  }

  function strokes(ctx, colour, lines) {
    ctx.beginPath();
    for (const [x0, y0, x1, y1] of lines) {
      ctx.moveTo(x0, y0);
      ctx.lineTo(x1, y1);
    }
    if (colour !== "#ffffff") {
      ctx.lineWidth = 6;
      ctx.strokeStyle = "#ffffff";
      ctx.stroke();
    }
    ctx.lineWidth = 2.5;
    ctx.strokeStyle = colour;
    ctx.stroke();
  }
})(window.almatyGeo);
