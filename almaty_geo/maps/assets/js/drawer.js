/* Where everything comes from: each layer's publisher, date, licence, precision, remarks. */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const drawer = document.getElementById("drawer");
  const opener = document.getElementById("open-drawer");
  const CROSS = "M4 4l8 8M12 4l-8 8";

  opener.addEventListener("click", () => {
    fill();
    drawer.showModal();
  });
  drawer.addEventListener("click", (event) => {
    if (event.target === drawer) drawer.close();
  });

  atlas.onChange(function (state, changed) {
    if (changed.has("language") && drawer.open) fill();
  });

  function fill() {
    const close = el(
      "button",
      {
        type: "button",
        class: "close",
        "aria-label": atlas.word("close"),
        onclick: () => drawer.close(),
      },
      atlas.icon(CROSS),
    );
    drawer.replaceChildren(
      el("header", {}, el("h2", { id: "drawer-title" }, atlas.word("drawer")), close),
      el(
        "div",
        { class: "drawer-body", tabindex: "0", role: "region", "aria-labelledby": "drawer-title" },
        el("p", { class: "hash" }, atlas.word("input_hash"), " ", el("code", {}, atlas.data.hash)),
        atlas.data.credits.map((credit) => el("p", {}, credit)),
        atlas.data.drawer.map(layer),
        libraries(),
      ),
    );
  }

  function layer(one) {
    return el(
      "article",
      { "data-layer": one.id },
      el("h3", {}, atlas.say(one.title)),
      el("p", { class: "about" }, [one.role, one.count].map(atlas.say).join(" · ")),
      list([
        [atlas.word("date"), atlas.say(one.date)],
        [atlas.word("precision"), atlas.say(one.precision)],
        [atlas.word("unlocated"), unlocated(one)],
        [atlas.word("names"), names(one)],
      ]),
      one.sources.map(source),
      one.notes.map(([kind, text]) =>
        el("p", { class: "remark" }, el("b", {}, atlas.say(kind)), " ", atlas.say(text)),
      ),
      el("p", { class: "hash" }, atlas.word("digest"), " ", el("code", {}, one.sha256)),
    );
  }

  function source(one) {
    return el(
      "div",
      { class: "source" },
      el("h4", {}, atlas.say(one.publisher)),
      list([
        [atlas.word("address"), address(one)],
        [atlas.word("accessed"), atlas.say(one.accessed)],
        [atlas.word("licence"), atlas.say(one.licence)],
        [atlas.word("confidence"), atlas.say(one.confidence)],
      ]),
      one.note ? el("p", {}, atlas.say(one.note)) : null,
    );
  }

  function address(one) {
    if (!/^https?:\/\//i.test(one.url)) return atlas.say(one.address);
    return el("a", { href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.url);
  }

  function unlocated(one) {
    const number = atlas.say(one.unlocated);
    if (!number) return "";
    const named = one.unlocated_names.flatMap((at, k) => [k ? ", " : ": ", atlas.nameAt(at)]);
    return el("span", {}, number, named);
  }

  function names(one) {
    return one.names
      .map(([language, number]) => `${atlas.word("written_in_" + language)}: ${atlas.say(number)}`)
      .join(", ");
  }

  function list(pairs) {
    const said = pairs.filter(([, value]) => value);
    if (!said.length) return null;
    return el(
      "dl",
      {},
      said.map(([title, value]) => el("div", {}, el("dt", {}, title), el("dd", {}, value))),
    );
  }

  function libraries() {
    return el(
      "section",
      {},
      el("h3", {}, atlas.word("libraries")),
      atlas.data.notices.map((notice) =>
        el(
          "details",
          {},
          el("summary", {}, `${notice.name}, ${notice.licence}`),
          el("pre", { lang: "en", tabindex: "0" }, notice.text),
        ),
      ),
    );
  }
})(window.almatyGeo);
