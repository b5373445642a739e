/* Elements are made here and nowhere else: text goes in as text, never as markup. */
(function (atlas) {
  "use strict";

  /* An element with attributes, properties that start with "on", and children. */
  atlas.el = function (tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "class") made.className = value;
      else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name === "style") Object.assign(made.style, value);
      else made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== ""));
    return made;
  };

  const UNIT = /(\S{1,6}\/\S{1,6})/u;

  /* A text in parts, such that a unit as m³/day stays on one line, if need be on the next. */
  atlas.unbroken = function (text) {
    const parts = text.replace(/\u00a0(?=\S{1,6}\/\S)/gu, " ").split(UNIT);
    return parts.map((part, k) => (k % 2 ? atlas.el("span", { class: "short" }, part) : part));
  };

  const index = () => atlas.languages.indexOf(atlas.state.language);

  /* A text in the reader's language. */
  atlas.say = (text) => (Array.isArray(text) ? text[index()] : text);

  /* A word of the page itself. */
  atlas.word = (key) => atlas.say(atlas.data.words[key]);

  /* A numbered text, as a string. */
  atlas.textAt = function (at) {
    const entry = atlas.data.texts[at];
    return atlas.say(entry && entry.text !== undefined ? entry.text : entry);
  };

  /* The language that a numbered text is in, if it is not the reader's. */
  atlas.languageAt = function (at) {
    const entry = atlas.data.texts[at];
    return entry && entry.in ? entry.in[index()] : "";
  };

  /* A numbered text as an element, marked with its language where that is not the reader's. */
  atlas.nameAt = (at) => atlas.marked(atlas.textAt(at), atlas.languageAt(at));

  atlas.marked = function (text, language) {
    const foreign = language && language !== atlas.state.language;
    const name = atlas.el("bdi", { lang: foreign ? language : null }, text);
    if (!foreign) return name;
    const tag = atlas.el(
      "small",
      { class: "tag", title: atlas.word("written_in_" + language) },
      language,
    );
    return atlas.el("span", {}, name, " ", tag);
  };

  atlas.button = (text, action, attributes) =>
    atlas.el("button", { type: "button", onclick: action, ...attributes }, text);

  /* Put new children in, and the focus back on the one that had it. */
  atlas.replace = function (parent, ...children) {
    const held = parent.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    parent.replaceChildren(...children.flat().filter((child) => child !== null));
    if (held) parent.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
  };

  const NAMESPACE = "http://www.w3.org/2000/svg";

  /* A small sign drawn from a path of our own. */
  atlas.icon = function (path) {
    const svg = document.createElementNS(NAMESPACE, "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(NAMESPACE, "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };

  /* Words that stand in the page from the start. */
  atlas.onChange(function (state, changed) {
    if (!changed.has("language")) return;
    document.documentElement.lang = state.language;
    document.title = atlas.say(atlas.data.title);
    for (const one of document.querySelectorAll("[data-i18n]")) {
      one.textContent = atlas.word(one.dataset.i18n);
    }
    for (const one of document.querySelectorAll("[data-i18n-label]")) {
      one.setAttribute("aria-label", atlas.word(one.dataset.i18nLabel));
      if (one.tagName === "BUTTON") one.title = atlas.word(one.dataset.i18nLabel);
    }
  });
})(window.almatyGeo);
