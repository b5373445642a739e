/*
 * Where to turn: a tab for each theme, beneath it what is said of the theme; on a small screen
 * one button that opens all of it as a list.
 */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const DOWN = "M3.5 6 8 10.5 12.5 6";
  const strip = document.getElementById("sections");
  const below = document.getElementById("subsections");
  const whole = document.getElementById("all-sections");
  const opener = document.getElementById("open-sections");
  const lastSeen = new Map(); // the section that each tab was left at

  atlas.onChange(function (state, changed) {
    if (!["section", "language", "area"].some((key) => changed.has(key))) return;
    const { tabs } = atlas.data;
    const at = tabs.findIndex(([, members]) => members.some(([id]) => id === state.section));
    if (at >= 0) lastSeen.set(at, state.section);
    atlas.replace(strip, ...tabs.map((tab, k) => tabLink(tab, k, k === at)));
    const members = at >= 0 ? tabs[at][1] : [];
    below.hidden = members.length < 2;
    atlas.replace(below, ...(below.hidden ? [] : members.map(sectionLink)));
    if (changed.has("section")) fold(false);
    opener.replaceChildren(said(at, members), atlas.icon(DOWN));
    if (!whole.hidden) fill();
    inSight(strip);
    inSight(below);
  });

  /* A tab leads to where the reader left it. */
  function tabLink([title, members], at, current) {
    const to = lastSeen.get(at) || members[0][0];
    const alone = members.length < 2;
    return link(to, title, "tab:" + at, current ? (alone ? "page" : "true") : null);
  }

  function sectionLink([id, title]) {
    return link(id, title, "section:" + id, id === atlas.state.section ? "page" : null);
  }

  function link(section, title, key, current) {
    return el(
      "a",
      {
        href: atlas.addressOf({ section, view: null }),
        "data-key": key,
        "aria-current": current,
        onclick: (event) => {
          event.preventDefault();
          atlas.set({ section });
          fold(false);
        },
      },
      atlas.say(title),
    );
  }

  /* The tab and the section that the reader is at. */
  function said(at, members) {
    if (at < 0) return atlas.word("sections");
    const tab = el("b", {}, atlas.say(atlas.data.tabs[at][0]));
    const here = members.find(([id]) => id === atlas.state.section);
    return el("span", {}, tab, members.length > 1 ? " · " + atlas.say(here[1]) : null);
  }

  /* All sections under their tabs, as a list. */
  function fill() {
    atlas.replace(
      whole,
      el(
        "ul",
        {},
        atlas.data.tabs.map(([title, members]) =>
          members.length < 2
            ? el("li", {}, sectionLink([members[0][0], title]))
            : el(
                "li",
                {},
                el("span", { class: "tab-title" }, atlas.say(title)),
                el("ul", {}, members.map((member) => el("li", {}, sectionLink(member)))),
              ),
        ),
      ),
    );
  }

  function fold(open) {
    const held = whole.contains(document.activeElement);
    whole.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) fill();
    if (open) whole.querySelector("[aria-current]")?.focus();
    else if (held) opener.focus();
  }

  function inSight(row) {
    const current = row.querySelector("[aria-current]");
    if (!current) return;
    row.scrollLeft = current.offsetLeft - row.clientWidth / 2 + current.offsetWidth / 2;
  }

  /* Arrow keys go along a row, as well as Tab does. */
  for (const row of [strip, below, whole]) {
    row.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && row === whole) {
        event.stopPropagation();
        fold(false);
      }
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const links = [...row.querySelectorAll("a")];
      const at = links.indexOf(document.activeElement);
      if (!step || at < 0) return;
      event.preventDefault();
      links[(at + step + links.length) % links.length].focus();
    });
  }

  opener.addEventListener("click", () => fold(whole.hidden));
})(window.almatyGeo);
