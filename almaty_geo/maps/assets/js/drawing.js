/*
 * Points, lines and areas of the reader's own: measured while they are drawn, named, and saved
 * as GeoJSON (RFC 7946). They are kept until the page is closed.
 */
(function (atlas) {
  "use strict";

  const { el } = atlas;
  const COLOUR = "#b3261e";
  const LEAST = { point: 1, line: 2, area: 3 };
  const WORDS = {
    line: () => [atlas.word("draw_line"), atlas.word("draw_hint_line")],
    area: () => [atlas.word("draw_area"), atlas.word("draw_hint_area")],
    point: () => [atlas.word("draw_point"), atlas.word("draw_hint_point")],
  };
  const TYPES = { point: "Point", line: "LineString", area: "Polygon" };
  const DIGITS = 6; // a tenth of a metre
  const FONT = '600 13px "Noto Sans", "Segoe UI", "DejaVu Sans", sans-serif';

  const card = document.getElementById("drawing");
  const opener = document.getElementById("open-drawing");
  const container = () => document.querySelector(".folium-map");
  const sketch = { kind: "", places: [], done: [] };

  atlas.sketch = sketch;

  function tap(event) {
    if (!sketch.kind) return false;
    const { lat, lng } = event.latlng;
    add([rounded(lng), rounded(lat)]);
    return true;
  }

  const rounded = (degrees) => Number(degrees.toFixed(DIGITS));

  function add(place) {
    const last = sketch.places.at(-1);
    if (last && last.join() === place.join()) return;
    sketch.places.push(place);
    if (sketch.kind === "point") keep();
    else refresh();
  }

  /* What is being drawn joins what is drawn, if there is enough of it. */
  function keep() {
    const { kind, places } = sketch;
    if (kind && places.length >= LEAST[kind]) sketch.done.push({ kind, places, name: "" });
    sketch.places = [];
    refresh();
  }

  function choose(kind) {
    keep();
    sketch.kind = sketch.kind === kind ? "" : kind;
    document.documentElement.classList.toggle("drawing-now", Boolean(sketch.kind));
    atlas.mapWing.doubleClickZooms(!sketch.kind);
    refresh();
  }

  function undo() {
    if (sketch.places.length) sketch.places.pop();
    else sketch.done.pop();
    refresh();
  }

  function remove(k) {
    sketch.done.splice(k, 1);
    refresh();
  }

  function clear() {
    sketch.places = [];
    sketch.done = [];
    refresh();
  }

  function refresh() {
    if (!card.hidden) atlas.replace(card, ...content());
    atlas.mapWing.repaint();
  }

  /* Lengths and areas of one drawing; an outline that crosses itself has no area. */
  function measured({ kind, places }) {
    if (places.length < LEAST[kind] || kind === "point") return {};
    const length = atlas.lengthM(places, kind === "area");
    if (kind === "line") return { length };
    if (atlas.crossesItself(places)) return { length, crosses: true };
    return { length, area: atlas.areaM2(places) };
  }

  function saidOf(one) {
    const { length, area, crosses } = measured(one);
    if (length === undefined) {
      return one.kind === "point" ? one.places.map(([x, y]) => `${y}, ${x}`).join() : "—";
    }
    if (one.kind === "line") return atlas.saidLength(length);
    const around = `${atlas.word("draw_perimeter")}: ${atlas.saidLength(length)}`;
    return `${crosses ? atlas.word("draw_crosses") : atlas.saidArea(area)} · ${around}`;
  }

  function content() {
    const { kind, places, done } = sketch;
    return [
      el("h2", {}, atlas.word("drawing")),
      el(
        "div",
        { class: "kinds", role: "group", "aria-label": atlas.word("drawing") },
        Object.keys(WORDS).map((one) =>
          atlas.button(WORDS[one]()[0], () => choose(one), {
            "aria-pressed": String(one === kind),
            "data-key": "kind:" + one,
          }),
        ),
      ),
      kind ? el("p", { class: "mute" }, WORDS[kind]()[1]) : null,
      kind && kind !== "point"
        ? el("p", { class: "measured", "aria-live": "polite" }, saidOf({ kind, places }))
        : null,
      kind ? steps() : null,
      done.length ? el("ol", { class: "drawn" }, done.map(line)) : null,
      done.length ? ends() : null,
      el("p", { class: "mute exact" }, exactness()),
    ];
  }

  function steps() {
    const { kind, places, done } = sketch;
    return el(
      "div",
      { class: "steps" },
      atlas.button(atlas.word("draw_centre"), () => add(centre()), { "data-key": "centre" }),
      atlas.button(atlas.word("draw_undo"), undo, {
        "data-key": "undo",
        disabled: !places.length && !done.length,
      }),
      kind === "point"
        ? null
        : atlas.button(atlas.word("draw_end"), keep, {
            "data-key": "end",
            disabled: places.length < LEAST[kind],
          }),
    );
  }

  function line(one, k) {
    const name = el("input", {
      type: "text",
      value: one.name,
      placeholder: `${WORDS[one.kind]()[0]} ${k + 1}`,
      "aria-label": `${atlas.word("draw_name")} ${k + 1}`,
      "data-key": "name:" + k,
      oninput: (event) => {
        one.name = event.target.value;
        atlas.mapWing.repaint();
      },
    });
    const drop = { class: "close", "aria-label": `${atlas.word("draw_remove")} ${k + 1}` };
    const cross = el(
      "button",
      { type: "button", ...drop, "data-key": "drop:" + k, onclick: () => remove(k) },
      atlas.icon("M4 4l8 8M12 4l-8 8"),
    );
    return el("li", {}, name, cross, el("span", {}, saidOf(one)));
  }

  function ends() {
    return el(
      "div",
      { class: "steps" },
      atlas.button(atlas.word("draw_save"), save, { "data-key": "save", class: "main" }),
      atlas.button(atlas.word("draw_clear"), clear, { "data-key": "clear" }),
    );
  }

  function centre() {
    const [, lat, lon] = atlas.mapWing.looksAt();
    return [rounded(lon), rounded(lat)];
  }

  function exactness() {
    const metres = atlas.mapWing.pixelM();
    return atlas.filled(atlas.word("draw_exact"), atlas.saidLength(metres));
  }

  /* What was drawn, as RFC 7946 wants it: rings closed, outer ones against the clock. */
  atlas.drawnAsGeojson = function () {
    return {
      type: "FeatureCollection",
      features: sketch.done.map((one) => {
        const { length, area } = measured(one);
        const round = (n, digits) => (n === undefined ? undefined : Number(n.toFixed(digits)));
        return {
          type: "Feature",
          properties: {
            name: one.name,
            ...(length !== undefined && { length_m: round(length, 1) }),
            ...(area !== undefined && { area_m2: round(area, 0) }),
          },
          geometry: { type: TYPES[one.kind], coordinates: coordinates(one) },
        };
      }),
    };
  };

  function coordinates({ kind, places }) {
    if (kind === "point") return places[0];
    if (kind === "line") return places;
    const ring = atlas.isCounterclockwise(places) ? places : [...places].reverse();
    return [[...ring, ring[0]]];
  }

  function save() {
    const text = JSON.stringify(atlas.drawnAsGeojson(), null, 1) + "\n";
    atlas.download(`${atlas.fileStem()}-drawing.geojson`, text, "application/geo+json");
  }

  function paint(ctx, view) {
    sketch.done.forEach((one) => trace(ctx, view, one, one.name || labelOf(one)));
    if (!sketch.kind) return;
    trace(ctx, view, sketch, "");
    if (!card.hidden) cross(ctx);
  }

  /* On the map an area says its size alone; the card says the rest. */
  function labelOf(one) {
    return one.kind === "area" ? saidOf(one).split(" · ")[0] : saidOf(one);
  }

  function trace(ctx, view, { kind, places }, label) {
    const at = places.map(([lon, lat]) => {
      const [x, y] = atlas.mercator(lon, lat);
      return [x * view.worldPx - view.left, y * view.worldPx - view.top];
    });
    if (!at.length) return;
    ctx.beginPath();
    at.forEach(([x, y]) => ctx.lineTo(x, y));
    if (kind === "area") ctx.closePath();
    ctx.strokeStyle = COLOUR;
    ctx.fillStyle = COLOUR + "22";
    ctx.lineWidth = 2.5;
    ctx.lineJoin = "round";
    if (kind === "area") ctx.fill();
    ctx.stroke();
    at.forEach(([x, y]) => dot(ctx, x, y, kind === "point" ? 6 : 3.5));
    if (label) write(ctx, label, at, kind);
  }

  function dot(ctx, x, y, r) {
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.fillStyle = "#ffffff";
    ctx.fill();
    ctx.strokeStyle = COLOUR;
    ctx.lineWidth = 2;
    ctx.stroke();
  }

  function write(ctx, text, at, kind) {
    const mean = (axis) => at.reduce((sum, one) => sum + one[axis], 0) / at.length;
    const [x, y] = kind === "area" ? [mean(0), mean(1)] : at.at(-1);
    ctx.font = FONT;
    ctx.textAlign = kind === "area" ? "center" : "left";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.strokeStyle = "rgba(255, 255, 255, 0.94)";
    ctx.lineWidth = 4;
    const left = kind === "area" ? x : x + 10;
    ctx.strokeText(text, left, y);
    ctx.fillStyle = COLOUR;
    ctx.fillText(text, left, y);
  }

  /* Where the keyboard would put the next place. */
  function cross(ctx) {
    const { x, y } = atlas.mapWing.middle();
    ctx.beginPath();
    ctx.moveTo(x - 9, y);
    ctx.lineTo(x + 9, y);
    ctx.moveTo(x, y - 9);
    ctx.lineTo(x, y + 9);
    ctx.strokeStyle = COLOUR;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }

  atlas.mapWing.taps.push(tap);
  atlas.mapWing.overlays.push(paint);
  opener.addEventListener("click", () => atlas.openCard("drawing"));

  atlas.onChange(function (state, changed) {
    if (!changed.has("card") && !changed.has("language") && !changed.has("view")) return;
    opener.setAttribute("aria-expanded", String(state.card === "drawing"));
    card.hidden = state.card !== "drawing";
    if (card.hidden && sketch.kind) choose(sketch.kind);
    if (card.hidden) return;
    atlas.replace(card, ...content());
    if (changed.has("card")) card.querySelector("button")?.focus();
  });

  document.addEventListener("dblclick", (event) => {
    if (sketch.kind && container().contains(event.target)) keep();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !sketch.kind || event.target !== container()) return;
    event.preventDefault();
    add(centre());
  });
})(window.almatyGeo);
