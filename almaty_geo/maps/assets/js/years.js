/* Year by year: a slider over the years of a course, and what happens in each in words. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const EACH_MS = 1600;
  const FEW = 8; // facilities that are named without asking
  const BACK = "M9.5 3.5 5 8l4.5 4.5";
  const ON = "M6.5 3.5 11 8l-4.5 4.5";
  const PLAY = "M5 3.5v9l7-4.5z";
  const PAUSE = "M5.5 4v8M10.5 4v8";
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const bar = document.getElementById("year-bar");
  const opener = document.getElementById("open-years");
  const head = el("div", {});
  const track = el("div", { class: "year-slider" });
  const foot = el("div", { class: "year-foot" });
  let playing = 0;
  let tracked = ""; // what the slider was made for: it must stay while it is dragged
  bar.append(head, track, foot);

  atlas.years = {
    /* The scenes of the year before and of this one, or null. */
    two() {
      const at = place();
      return at && at.k > 0 ? [at.course.steps[at.k - 1][1], at.course.steps[at.k][1]] : null;
    },

    end() {
      const held = bar.contains(document.activeElement);
      atlas.set({ year: "" });
      if (held || document.activeElement === document.body) opener.focus();
    },
  };

  /* The course and the number of its step that is shown. */
  function place() {
    const scene = atlas.scenes.year();
    const courses = scene ? atlas.scenes.theme().courses : [];
    for (const course of courses) {
      const k = course.steps.findIndex(([, id]) => id === scene);
      if (k >= 0) return { course, k };
    }
    return null;
  }

  atlas.onChange(function (state, changed) {
    const theme = atlas.scenes.theme();
    const at = place();
    opener.hidden = !theme || !theme.courses.length;
    opener.setAttribute("aria-pressed", String(Boolean(at)));
    bar.hidden = !at;
    if (!at) stop();
    if (!["year", "pair", "section", "language"].some((key) => changed.has(key))) return;
    redraw();
  });

  opener.addEventListener("click", () => {
    if (atlas.scenes.year()) atlas.years.end();
    else atlas.set({ year: usual(), pair: null, card: "" });
  });

  /* The course in which most years change something, at its first year. */
  function usual() {
    const { courses } = atlas.scenes.theme();
    const eventful = ({ steps }) =>
      steps.slice(1).filter(([, id], k) => {
        const { opened, closed } = atlas.scenes.changes(steps[k][1], id);
        return opened.length + closed.length;
      }).length;
    const ranked = [...courses].sort((a, b) => eventful(b) - eventful(a));
    return ranked[0].steps[0][1];
  }

  function redraw() {
    const at = place();
    if (!at) return;
    const { course, k } = at;
    atlas.replace(head, el("h2", {}, atlas.word("years_title")), choice(course, k));
    const now = [atlas.state.language, atlas.state.section, course.id].join();
    if (tracked !== now) track.replaceChildren(...slider(course));
    tracked = now;
    const field = track.querySelector("input");
    field.value = String(k);
    field.setAttribute("aria-valuetext", spoken(at));
    atlas.replace(foot, ...below(at));
  }

  function below(at) {
    const { course, k } = at;
    const [year, , people, basis] = course.steps[k];
    return [
      el(
        "div",
        { class: "steps" },
        step(course, k - 1, BACK, "years_before"),
        step(course, k + 1, ON, "years_next"),
        calm.matches ? null : player(course, k),
        atlas.button(atlas.word("compare_end"), atlas.years.end, { "data-key": "year:end" }),
      ),
      el(
        "div",
        { class: "year-told" },
        el("p", {}, el("b", { class: "year" }, String(year)), " ", living(people, basis)),
        told(at),
      ),
    ];
  }

  function living(people, basis) {
    const said = atlas.say(atlas.scenes.theme().bases[basis]);
    return `${atlas.word("measure_people")}: ${atlas.say(atlas.scenes.write(people))} (${said})`;
  }

  function choice(course, k) {
    const { courses } = atlas.scenes.theme();
    if (courses.length < 2) return el("p", {}, el("b", {}, atlas.say(course.title)));
    const year = course.steps[k][0];
    const field = el(
      "select",
      {
        "data-key": "year:course",
        onchange: () => {
          const { steps } = courses.find(({ id }) => id === field.value);
          const same = steps.find(([other]) => other === year) || steps[0];
          atlas.set({ year: same[1] });
        },
      },
      courses.map((one) =>
        el("option", { value: one.id, selected: one === course }, atlas.say(one.title)),
      ),
    );
    return el("label", {}, el("span", {}, atlas.word("years_course")), field);
  }

  function slider({ steps }) {
    const field = el("input", {
      type: "range",
      min: "0",
      max: String(steps.length - 1),
      step: "1",
      "data-key": "year:slider",
      "aria-label": atlas.word("years_slider"),
      oninput: () => {
        stop();
        atlas.set({ year: steps[Number(field.value)][1] });
      },
    });
    const ends = [steps[0], steps.at(-1)].map(([year]) => el("span", {}, String(year)));
    return [field, el("div", { "aria-hidden": "true" }, ends)];
  }

  function spoken({ course, k }) {
    const lists = k ? happened(course, k) : [];
    return [String(course.steps[k][0]), ...lists.map(headed)].join(". ");
  }

  function step({ steps }, to, path, key) {
    const there = steps[to];
    return el(
      "button",
      {
        type: "button",
        class: "only-icon",
        "data-key": key,
        "aria-label": atlas.word(key),
        title: atlas.word(key),
        disabled: !there,
        onclick: () => {
          stop();
          atlas.set({ year: there[1] });
        },
      },
      atlas.icon(path),
    );
  }

  /* Plays from year to year; a reader who wants no motion goes by steps. */
  function player(course, k) {
    const last = course.steps.length - 1;
    const act = () => {
      if (playing) {
        stop();
      } else {
        playing = window.setInterval(next, EACH_MS);
        atlas.set({ year: course.steps[k === last ? 0 : k + 1][1] });
      }
      redraw();
    };
    return el(
      "button",
      {
        type: "button",
        "data-key": "year:play",
        "aria-pressed": String(playing > 0),
        onclick: act,
      },
      atlas.icon(playing ? PAUSE : PLAY),
      " ",
      atlas.word(playing ? "years_pause" : "years_play"),
    );
  }

  function next() {
    const at = place();
    const there = at && at.course.steps[at.k + 1];
    if (!there || at.k + 2 === at.course.steps.length) stop();
    if (there) atlas.set({ year: there[1] });
  }

  function stop() {
    window.clearInterval(playing);
    playing = 0;
  }

  /* What opens and closes in the year, in words, and whether somebody states the year. */
  function told({ course, k }) {
    if (k === 0) return [];
    const lists = happened(course, k);
    if (!lists.length) return [el("p", {}, atlas.word("year_nothing"))];
    return lists.map(([key, facilities]) => {
      const assumed = facilities.some((one) => course.assumed[one.k] === "1");
      const whether = assumed ? ` (${atlas.word("year_assumed")})` : "";
      const heading = headed([key, facilities]) + whether;
      const list = atlas.facilityList(facilities, (many) => atlas.say(atlas.scenes.write(many)));
      const held = el("small", {}, `${atlas.say(atlas.scenes.theme().capacity)}: `);
      const named = [facilities.some(({ capacity }) => capacity !== null) ? held : null, list];
      if (facilities.length <= FEW) return el("div", {}, el("p", {}, heading), named);
      return el("details", {}, el("summary", { "data-key": key }, heading), named);
    });
  }

  function happened({ steps }, k) {
    const { opened, closed } = atlas.scenes.changes(steps[k - 1][1], steps[k][1]);
    const lists = [
      ["year_opens", opened],
      ["year_closes", closed],
    ];
    return lists.filter(([, facilities]) => facilities.length);
  }

  const headed = ([key, facilities]) =>
    `${atlas.word(key)}: ${atlas.say(atlas.scenes.write(facilities.length))}`;
})(window.almatyGeo);
