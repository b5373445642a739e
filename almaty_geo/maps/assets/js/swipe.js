/*
 * Before and after on one map: the first scene left of the handle, the second right of it. Each
 * is painted on a canvas of its own, so that moving the handle paints nothing.
 */
(function (atlas) {
  "use strict";

  const { el, mapWing } = atlas;
  const STEPS = {
    ...{ ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2 },
    ...{ PageDown: -10, PageUp: 10, Home: -100, End: 100 },
  };
  const REST_MS = 250; // without a move; then the place of the handle goes into the address
  const OPENED = "#0b5a8a";
  const CLOSED = "#b3400a";
  const RING_PX = 11;
  const GAP_PX = 8;
  const INK = "#16202c";
  const NAME_FONT = '600 13px "Noto Sans", "Segoe UI", "DejaVu Sans", sans-serif';
  const NAME_TOP_PX = 12;

  const room = document.getElementById("map-room");
  const box = document.getElementById("swipe");
  const handle = document.getElementById("swipe-handle");
  const names = ["before", "after"].map((side) => document.getElementById("swipe-" + side));
  let map = null;
  let after = null; // paints the second scene
  let split = atlas.state.split;
  let painted = "before";
  let resting = 0;

  const paint = mapWing.paint;
  mapWing.paint = (ctx, view) => atlas.onSide(painted, () => paint(ctx, view));

  const start = mapWing.start;
  mapWing.start = function (given) {
    map = given;
    start(given);
    map.on("move zoom viewreset", clip);
    map.on("resize", () => after && place());
    follow();
  };

  const repaint = mapWing.repaint;
  mapWing.repaint = function () {
    repaint();
    if (after) after.repaint();
  };

  const forPaper = mapWing.forPaper;
  mapWing.forPaper = function (ratio) {
    if (after) after.ratio = ratio;
    forPaper(ratio);
    if (after) after.repaint();
    clip();
  };

  /* The picture of the map has both sides too, and the line between them. */
  const paintOn = mapWing.paintOn;
  mapWing.paintOn = function (ctx) {
    ctx.save();
    paintOn(ctx);
    ctx.restore();
    if (!atlas.scenes.pair()) return;
    const { x, y } = map.getSize();
    const line = (split * x) / 100;
    ctx.save();
    ctx.beginPath();
    ctx.rect(line, 0, x - line, y);
    ctx.clip();
    onAfter(() => paintOn(ctx));
    ctx.restore();
    ctx.fillStyle = INK;
    ctx.fillRect(line - 1, 0, 2, y);
    names.forEach((name, k) => write(ctx, name.textContent, k ? line + GAP_PX : line - GAP_PX, k));
  };

  /* A name as it stands on the screen, beside the line. */
  function write(ctx, text, x, after) {
    Object.assign(ctx, { font: NAME_FONT, textAlign: after ? "left" : "right" });
    ctx.textBaseline = "middle";
    const width = ctx.measureText(text).width + 2 * GAP_PX;
    ctx.fillStyle = INK;
    ctx.fillRect(after ? x : x - width, NAME_TOP_PX, width, 26);
    ctx.fillStyle = "#ffffff";
    ctx.fillText(text, after ? x + GAP_PX : x - GAP_PX, NAME_TOP_PX + 13);
  }

  function onAfter(action) {
    painted = "after";
    try {
      action();
    } finally {
      painted = "before";
    }
  }

  function follow() {
    const pair = atlas.scenes.pair();
    box.hidden = !pair;
    room.classList.toggle("swiping", Boolean(pair));
    if (pair && !after) {
      map.createPane("after").style.zIndex = 351;
      const draw = (ctx, view) => onAfter(() => mapWing.paint(ctx, view));
      after = new atlas.Painter(draw, { pane: "after" }).addTo(map);
    }
    if (!pair && after) {
      after.remove();
      after = null;
      clip();
    }
    if (!pair) return;
    pair.forEach((id, k) => {
      names[k].textContent = atlas.say(atlas.scenes.title(id));
    });
    handle.setAttribute("aria-label", atlas.word("compare_handle"));
    place();
  }

  /* Put the handle where it is to be, and what it divides with it. */
  function place() {
    room.style.setProperty("--split", split);
    handle.setAttribute("aria-valuenow", String(split));
    const shares = [split, 100 - split].map((share) =>
      atlas.filled(atlas.word("in_percent"), String(share)),
    );
    const said = names.map((name, k) => `${name.textContent}: ${shares[k]}`);
    handle.setAttribute("aria-valuetext", said.join(", "));
    names.forEach(clear);
    clip();
  }

  /* A name that would lie under the tools goes below them. */
  function clear(name) {
    name.style.top = "";
    for (const id of ["zoom", "tools"]) {
      const [own, other] = [name, document.getElementById(id)].map((one) =>
        one.getBoundingClientRect(),
      );
      const apart =
        own.right < other.left ||
        own.left > other.right ||
        own.bottom < other.top ||
        own.top > other.bottom;
      const top = other.bottom - room.getBoundingClientRect().top + GAP_PX;
      if (!apart) name.style.top = top + "px";
    }
  }

  /* Each side shows through to the ground: neither lies under the other. */
  function clip() {
    if (!map) return;
    box.style.height = map.getSize().y + "px";
    const pane = map.getPane("atlas");
    pane.style.clipPath = "";
    if (!after) return;
    const { x, y } = map.getSize();
    const line = (split * x) / 100;
    pane.style.clipPath = framed(0, line, y);
    map.getPane("after").style.clipPath = framed(line, x, y);
  }

  function framed(left, right, bottom) {
    const from = map.containerPointToLayerPoint([left, 0]);
    const to = map.containerPointToLayerPoint([right, bottom]);
    const corners = [from, { x: to.x, y: from.y }, to, { x: from.x, y: to.y }];
    return `polygon(${corners.map((corner) => `${corner.x}px ${corner.y}px`).join(", ")})`;
  }

  function slideTo(percent) {
    split = Math.round(Math.min(100, Math.max(0, percent)));
    place();
    window.clearTimeout(resting);
    resting = window.setTimeout(() => atlas.set({ split }), REST_MS);
  }

  function slideUnder(event) {
    const { left, width } = room.getBoundingClientRect();
    slideTo((100 * (event.clientX - left)) / width);
  }

  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    handle.focus();
  });
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) slideUnder(event);
  });
  handle.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    slideTo(split + step);
  });

  atlas.onChange(function (state, changed) {
    if (!map) return;
    if (changed.has("split") && state.split !== split) split = state.split;
    const keys = ["pair", "section", "language", "split"];
    if (keys.some((key) => changed.has(key))) follow();
    const plainMove = changed.size === 1 && (changed.has("view") || changed.has("split"));
    if (after && !plainMove) after.repaint();
  });

  /* A click is about the side that it falls on, for as long as it is answered. */
  mapWing.taps.push(function (event) {
    if (!atlas.scenes.pair()) return false;
    const side = event.containerPoint.x < (split * map.getSize().x) / 100 ? "before" : "after";
    atlas.lookAtSide(side);
    queueMicrotask(() => atlas.lookAtSide("after"));
    return false;
  });

  /* Signs of what opens and what closes from one scene to the next. */
  mapWing.overlays.push(function (ctx, view) {
    const pair = atlas.scenes.pair();
    const two = pair || atlas.years.two();
    if (!two || (pair && atlas.side() === "before")) return;
    const { opened, closed } = atlas.scenes.changes(...two);
    spots(closed, view).forEach(([x, y]) => cross(ctx, x, y));
    spots(opened, view).forEach(([x, y]) => ring(ctx, x, y, RING_PX));
  });

  function spots(facilities, view) {
    return facilities
      .map((one) => atlas.placedAt(one))
      .filter(Boolean)
      .map(([lat, lon]) => {
        const [x, y] = atlas.mercator(lon, lat);
        return [x * view.worldPx - view.left, y * view.worldPx - view.top];
      });
  }

  /* Latitude and longitude of a facility that the map draws; null of any other. */
  atlas.placedAt = function ({ layer, id }) {
    const known = atlas.layers.get(layer);
    if (!known || !known.ids || !atlas.isShown(known)) return null;
    const i = known.ids.indexOf(id);
    return i < 0 ? null : mapWing.spotOf(layer, i);
  };

  function ring(ctx, x, y, radius) {
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    for (const [width, colour] of [
      [5.5, "#ffffff"],
      [2.8, OPENED],
    ]) {
      ctx.lineWidth = width;
      ctx.strokeStyle = colour;
      ctx.stroke();
    }
  }

  function cross(ctx, x, y) {
    ctx.beginPath();
    ctx.moveTo(x - 6, y - 6);
    ctx.lineTo(x + 6, y + 6);
    ctx.moveTo(x - 6, y + 6);
    ctx.lineTo(x + 6, y - 6);
    for (const [width, colour] of [
      [6, "#ffffff"],
      [2.5, CLOSED],
    ]) {
      ctx.lineWidth = width;
      ctx.strokeStyle = colour;
      ctx.stroke();
    }
  }

  /* What the legend says of scenes; it holds for both sides. */
  atlas.sceneLegend = function (line, classList) {
    const pair = atlas.scenes.pair();
    const two = pair || atlas.years.two();
    const scene = pair ? pair[1] : atlas.scenes.year();
    if (!scene) return null;
    const { opened, closed } = two ? atlas.scenes.changes(...two) : { opened: [], closed: [] };
    const open = [...new Set(atlas.scenes.opened(scene).map(({ layer }) => layer))]
      .map((id) => atlas.layers.get(id))
      .filter((layer) => layer && atlas.isShown(layer));
    const signs = [
      ...open.map((layer) =>
        line(atlas.layerSwatch(layer), `${atlas.say(layer.title)}: ${atlas.word("counts_open")}`),
      ),
      opened.length ? line(swatch(ring, 5.5), atlas.word("opens")) : null,
      closed.length ? line(swatch(cross), atlas.word("closes")) : null,
    ].filter(Boolean);
    const other = pair && otherClasses(pair, classList);
    if (!signs.length && !other) return null;
    return el("div", { class: "legend-layer", "data-layer": "scenes" }, other, el("ul", {}, signs));
  };

  const swatch = (draw, radius) => atlas.swatch((ctx, x, y) => draw(ctx, x, y, radius));

  /* Where the sides tell other classes apart, the first side's have a list of their own. */
  function otherClasses([before, now], classList) {
    const [was, is] = [before, now].map(atlas.scenes.lookOf);
    if (!was || JSON.stringify(was) === JSON.stringify(is)) return null;
    const [title, titles, colours] = was;
    const named = el("p", {}, el("bdi", {}, atlas.say(atlas.scenes.title(before))));
    return el("div", {}, named, classList({ title, titles, colours }));
  }
})(window.almatyGeo);
