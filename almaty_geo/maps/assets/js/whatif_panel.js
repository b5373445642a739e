/* The tool to try other facilities: its card, its clicks on the map, and its signs there. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const ADDED = "#0b5a8a";
  const GONE = "#b3400a";
  const NAMED = 3; // how many things that are not there are named
  const HIT_PX = { mouse: 14, touch: 24 };
  const room = document.getElementById("map-room");
  let map = null;
  let mode = ""; // "add", "move", "remove", or nothing
  let taken = null; // the facility that is being moved
  let seats = "";
  let asked = ""; // what stands in the card's questions
  let message = null; // gives the last thing to be said, beside the figures, in words

  const MODES = {
    add: () => atlas.word("try_add"),
    move: () => atlas.word("try_move"),
    remove: () => atlas.word("try_remove"),
  };
  const opener = document.getElementById("open-trial");
  const card = document.getElementById("trial");
  const heading = el("h2", {});
  const modes = el("div", { class: "steps" });
  const asking = el("div", { class: "trial-tools" });
  const steps = el("div", { class: "steps" });
  const tools = el("div", { class: "trial-tools" }, modes, asking, steps);
  const status = el("p", { class: "measured", role: "status" });
  const pupils = el("div", {});
  const list = el("div", { class: "trial-list" });
  card.append(heading, tools, status, pupils, list);
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
    controls();
    say();
    seated();
    atlas.replace(list, ...changes());
  }

  function seated() {
    if (!card.hidden) atlas.replace(pupils, atlas.trialPupils());
  }

  atlas.onSeats.push(seated);

  function controls() {
    const trial = atlas.trials.now();
    const past = trial.past.length;
    const before = atlas.trials.before();
    const choices = Object.entries(MODES).map(([one, words]) =>
      atlas.button(words(), () => choose(one), {
        "data-key": "try:" + one,
        "aria-pressed": String(mode === one),
      }),
    );
    atlas.replace(modes, choices);
    ask(trial);
    atlas.replace(steps, [
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
    ]);
  }

  function act(change) {
    [message, taken] = [null, null];
    change();
  }

  /* What the chosen mode needs to know; a long list of facilities stays where it is. */
  function ask(trial) {
    const picking = mode === "remove" || (mode === "move" && !taken);
    const wanted = [mode, picking, atlas.state.language, atlas.state.section].join(" ");
    if (picking && wanted === asked) {
      atlas.trialPicker();
      return;
    }
    asked = wanted;
    atlas.replace(asking, mode ? questions(trial, picking) : []);
    asking.hidden = !mode;
  }

  function questions(trial, picking) {
    const words = atlas.word(picking ? "try_pick" : "try_place");
    const hint = el("p", { class: "mute" }, words);
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
    const { field, chosen } = atlas.trialPicker();
    return el(
      "div",
      { class: "trial-field" },
      el("label", {}, atlas.word("try_which"), field),
      atlas.button(MODES[mode](), () => picked(chosen()), { "data-key": "try:take" }),
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
    const { now, result, spec } = atlas.trials.now();
    const moved = new Set(now.added.map(({ from }) => from));
    const removed = atlas.trials.removed().filter(({ k }) => !moved.has(k));
    const gone = removed.map(({ name }) => line(atlas.word("try_removed"), "×", name));
    const added = now.added.map(({ id, name, from, capacity: many }, k) => {
      const held = many === null ? "" : ` · ${atlas.say(atlas.trials.write(many))}`;
      const words = Number.isInteger(from) ? "try_moved" : "try_added";
      const apart = result?.apart[k] ? atlas.word("try_apart") : "";
      return line(atlas.word(words), "+", (name || id) + held, apart);
    });
    const file = el("input", {
      type: "file",
      accept: ".toml",
      hidden: true,
      id: "trial-file",
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
    return [steps, saves, ...(steps ? commands(spec) : [])].filter(Boolean);
  }

  /* How the command line is asked the same. */
  function commands({ theme, seats: given }) {
    const named = `${theme} --scenario ${atlas.scenarioName()}`;
    const asked = [`almaty-geo coverage ${named}`];
    if (given) asked.push(`almaty-geo provision ${named}`);
    const said = el("p", { class: "mute" }, atlas.word("try_file"));
    return [said, ...asked.map((command) => el("code", {}, command))];
  }

  function line(words, sign, name, remark) {
    const mark = { class: sign === "×" ? "gone" : "come", "aria-hidden": "true" };
    const told = el("span", {}, `${words}: `, el("bdi", {}, name));
    return el("li", {}, el("i", mark, sign), told, remark ? el("em", {}, remark) : null);
  }

  function save() {
    atlas.download(`${atlas.scenarioName()}.toml`, atlas.scenarioFile(), "application/toml");
  }

  async function load(event) {
    const [file] = event.target.files;
    if (!file) return;
    try {
      const found = atlas.trialOfFile(await file.text());
      [message, taken] = [null, null];
      const skipped = [...found.skipped, ...atlas.trials.load(found)];
      if (skipped.length) message = () => leftOut(skipped);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      message = () => atlas.word("try_broken");
    }
    redraw();
  }

  /* One line about what a file names and this page does not hold. */
  function leftOut(names) {
    const more = names.length - NAMED;
    const last = more > 0 ? [atlas.filled(atlas.word("found_more"), atlas.number(more))] : [];
    return `${atlas.word("try_skipped")}: ${[...names.slice(0, NAMED), ...last].join(", ")}.`;
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
