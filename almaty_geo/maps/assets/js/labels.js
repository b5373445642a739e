/*
 * Names on the map: areas first, the most people first; then what the map's file wants named,
 * streets along their lines, the longest first. A name that would lie on another gives way.
 */
(function (atlas) {
  "use strict";

  const FONT = '"Noto Sans", "Segoe UI", "DejaVu Sans", sans-serif';
  const INK = "#16202c";
  const MUTE = "#46525f";
  const SHIFTS = [0, -18, 18, -34, 34];
  const GAP = 3;
  const APART_PX = 560; // between two labels of one street
  const ROOM_PX2 = 24000; // of the map, for each label that is not an area's
  const STRAIGHT = 0.985; // a street must be all but as straight as its label
  const SAG = 0.3; // and may leave the label's middle by this share of its height
  const LONGER = 1.9; // and must be longer than its label
  const MOST_POINTS = 2000; // a layer with more is named by the search only

  const widths = new Map();
  const streets = new Map(); // by layer: its names, with the lines that bear them

  atlas.labelBoxes = []; // what was written last, for whoever wants to know

  /* `frame` is what of the view can be seen: a label lies in it wholly. */
  atlas.drawLabels = function (ctx, view, { frame, small, areas, drawings }) {
    const page = { ctx, view, frame, taken: markBoxes(view), left: roomFor(frame) };
    if (areas) areaNames(page, small);
    for (const drawing of [...drawings].reverse()) {
      const names = drawing.layer.kind === "line" ? streetNames : spotNames;
      names(page, drawing, small ? 10.5 : 11.5);
    }
    atlas.labelBoxes = page.taken.filter(({ text }) => text);
  };

  /* Numbered places are drawn over labels, so labels keep away. */
  function markBoxes(view) {
    return atlas.markPlaces(view).map(([x, y]) => box(x, y, atlas.MARK_PX, atlas.MARK_PX, 0));
  }

  function roomFor(view) {
    return Math.floor(((view.maxX - view.minX) * (view.maxY - view.minY)) / ROOM_PX2);
  }

  /* Areas always: they may move up or down a little. */
  function areaNames(page, small) {
    const { ctx, view } = page;
    const height = small ? 12 : 15;
    ctx.font = `600 ${height}px ${FONT}`;
    for (const area of [...atlas.data.areas].sort((a, b) => b.weight - a.weight)) {
      const [mx, my] = atlas.mercator(...area.label);
      const [x, y] = [mx * view.worldPx - view.left, my * view.worldPx - view.top];
      const text = atlas.textAt(area.short);
      const half = widthOf(ctx, text) / 2;
      const boxes = SHIFTS.map((dy) => box(x, y + dy, half, height / 2, 0));
      const free = boxes.find((one) => isFree(page, one));
      if (!free) continue;
      page.taken.push({ ...free, text });
      const { area: chosen } = atlas.state;
      write(ctx, text, free, INK, 4, chosen === atlas.CITY || chosen === area.id ? 1 : 0.55);
    }
  }

  function box(x, y, halfWidth, halfHeight, angle) {
    return { x, y, halfWidth: halfWidth + GAP, halfHeight: halfHeight + GAP, angle };
  }

  function widthOf(ctx, text) {
    const key = ctx.font + "\n" + text;
    if (!widths.has(key)) widths.set(key, ctx.measureText(text).width);
    return widths.get(key);
  }

  function write(ctx, text, { x, y, angle }, colour, halo, alpha = 1) {
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(angle);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    ctx.globalAlpha = alpha;
    ctx.strokeStyle = "rgba(255, 255, 255, 0.92)";
    ctx.lineWidth = halo;
    ctx.strokeText(text, 0, 0);
    ctx.fillStyle = colour;
    ctx.fillText(text, 0, 0);
    ctx.restore();
  }

  const isFree = ({ taken }, one) => !taken.some((other) => meet(one, other));

  /* Whether two boxes, each turned its own way, have a point in common. */
  function meet(a, b) {
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const reach = a.halfWidth + a.halfHeight + b.halfWidth + b.halfHeight;
    if (Math.abs(dx) > reach || Math.abs(dy) > reach) return false;
    return [a.angle, a.angle + Math.PI / 2, b.angle, b.angle + Math.PI / 2].every((axis) => {
      const [ux, uy] = [Math.cos(axis), Math.sin(axis)];
      return Math.abs(dx * ux + dy * uy) < extent(a, axis) + extent(b, axis);
    });
  }

  /* Half of how much room a box takes along a direction. */
  function extent({ halfWidth, halfHeight, angle }, axis) {
    return (
      halfWidth * Math.abs(Math.cos(angle - axis)) + halfHeight * Math.abs(Math.sin(angle - axis))
    );
  }

  function isInside({ x, y, ...one }, view) {
    const [dx, dy] = [extent(one, 0), extent(one, Math.PI / 2)];
    return x - dx > view.minX && x + dx < view.maxX && y - dy > view.minY && y + dy < view.maxY;
  }

  /* A feature without a name goes by its id, which is nothing to write on a map. */
  function isNamed(layer, i) {
    return !layer.ids || atlas.textAt(layer.names[i]) !== layer.ids[i];
  }

  /* Lines by name, pieces that meet joined; the longest name first. */
  function streetsOf(drawing) {
    const { layer } = drawing;
    const pieces = new Map();
    layer.names.forEach((at, i) => {
      if (!isNamed(layer, i)) return;
      if (!pieces.has(at)) pieces.set(at, []);
      pieces.get(at).push(...drawing.partsOf(i));
    });
    return [...pieces]
      .map(([at, parts]) => ({ at, chains: joined(parts) }))
      .map((one) => ({ ...one, length: Math.max(...one.chains.map(lengthOf)) }))
      .sort((a, b) => b.length - a.length);
  }

  function joined(parts) {
    const open = parts.map(({ x, y }) => Array.from(x, (one, k) => [one, y[k]]));
    const chains = [];
    while (open.length) {
      let chain = open.pop();
      for (let k = 0; k < open.length; k += 1) {
        const longer = meeting(chain, open[k]);
        if (!longer) continue;
        chain = longer;
        open.splice(k, 1);
        k = -1;
      }
      chains.push(chain);
    }
    return chains;
  }

  function meeting(a, b) {
    const [start, end] = [a[0], a.at(-1)].map(String);
    const [first, last] = [b[0], b.at(-1)].map(String);
    if (end === first) return [...a, ...b.slice(1)];
    if (end === last) return [...a, ...b.slice(0, -1).reverse()];
    if (start === last) return [...b, ...a.slice(1)];
    if (start === first) return [...b.slice(1).reverse(), ...a];
    return null;
  }

  function lengthOf(chain) {
    return chain
      .slice(1)
      .reduce((sum, [x, y], k) => sum + Math.hypot(x - chain[k][0], y - chain[k][1]), 0);
  }

  function streetNames(page, drawing, height) {
    if (!drawing.layer.named) return;
    if (!streets.has(drawing.layer)) streets.set(drawing.layer, streetsOf(drawing));
    page.ctx.font = `500 ${height}px ${FONT}`;
    for (const { at, chains, length } of streets.get(drawing.layer)) {
      if (page.left <= 0) return;
      const text = atlas.textAt(at);
      const width = widthOf(page.ctx, text);
      if (length * page.view.worldPx < LONGER * width) continue;
      alongChains(page, chains, text, width, height);
    }
  }

  /* Places along a street lie where they lie whatever the view shows of it, so none jumps. */
  function alongChains(page, chains, text, width, height) {
    const { view } = page;
    const mine = [];
    for (const chain of chains) {
      const path = onCanvas(chain, view);
      for (const at of spots(path, width)) {
        const found = straight(path, at, width, height);
        if (!found || !isInside(found, page.frame) || !isFree(page, found)) continue;
        if (mine.some((one) => Math.hypot(one.x - found.x, one.y - found.y) < APART_PX)) continue;
        mine.push(found);
        page.taken.push({ ...found, text });
        page.left -= 1;
        write(page.ctx, text, found, MUTE, 3.4);
      }
    }
  }

  /* A line in pixels, with how far along it each of its positions is. */
  function onCanvas(chain, view) {
    const points = chain.map(([x, y]) => [x * view.worldPx - view.left, y * view.worldPx - view.top]);
    const far = [0];
    for (let k = 1; k < points.length; k += 1) {
      const [dx, dy] = [points[k][0] - points[k - 1][0], points[k][1] - points[k - 1][1]];
      far.push(far[k - 1] + Math.hypot(dx, dy));
    }
    return { points, far };
  }

  /* The middle first, then to both sides of it. */
  function spots({ far }, width) {
    const whole = far.at(-1);
    const step = Math.max(30, width / 2);
    const count = Math.floor((whole - width) / 2 / step);
    const each = Array.from({ length: Math.max(0, count) }, (_, k) => (k + 1) * step);
    if (whole < LONGER * width) return [];
    return [whole / 2, ...each.flatMap((away) => [whole / 2 - away, whole / 2 + away])];
  }

  function pointAt({ points, far }, along) {
    let [low, high] = [0, far.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (far[middle] <= along) low = middle;
      else high = middle;
    }
    const share = (along - far[low]) / (far[high] - far[low] || 1);
    const [[ax, ay], [bx, by]] = [points[low], points[high]];
    return [ax + share * (bx - ax), ay + share * (by - ay), low];
  }

  /* Where a label lies along a line, if the line is straight enough there; else null. */
  function straight(path, at, width, height) {
    const [ax, ay, from] = pointAt(path, at - width / 2);
    const [bx, by, to] = pointAt(path, at + width / 2);
    if (Math.hypot(bx - ax, by - ay) < STRAIGHT * width) return null;
    const reach = (SAG * height) ** 2;
    for (let k = from + 1; k <= to; k += 1) {
      const [x, y] = path.points[k];
      if (atlas.distance2(x, y, ax, ay, bx, by) > reach) return null;
    }
    const angle = Math.atan((by - ay) / (bx - ax || 1e-9));
    return box((ax + bx) / 2, (ay + by) / 2, width / 2, height / 2, angle);
  }

  /* Points and areas: beside the sign or in the middle, the largest first. */
  function spotNames(page, drawing, height) {
    const { layer, count } = drawing;
    if (!layer.named || count > MOST_POINTS) return;
    page.ctx.font = `500 ${height}px ${FONT}`;
    const order = drawing.order || Array.from({ length: count }, (_, i) => i);
    for (const i of order) {
      if (page.left <= 0) return;
      if (!isNamed(layer, i)) continue;
      const text = atlas.textAt(layer.names[i]);
      const half = widthOf(page.ctx, text) / 2;
      const found = besides(drawing, i, page.view, half, height / 2).find(
        (one) => isInside(one, page.frame) && isFree(page, one),
      );
      if (!found) continue;
      page.taken.push({ ...found, text });
      page.left -= 1;
      write(page.ctx, text, found, MUTE, 3.4);
    }
  }

  function besides(drawing, i, view, half, halfHeight) {
    const [lat, lon] = atlas.anchorOf(drawing, i);
    const [mx, my] = atlas.mercator(lon, lat);
    const [x, y] = [mx * view.worldPx - view.left, my * view.worldPx - view.top];
    if (!drawing.r) return [box(x, y, half, halfHeight, 0)];
    const away = drawing.r[i] + GAP + 1;
    return [
      box(x + away + half, y, half, halfHeight, 0),
      box(x - away - half, y, half, halfHeight, 0),
      box(x, y - away - halfHeight, half, halfHeight, 0),
      box(x, y + away + halfHeight, half, halfHeight, 0),
    ];
  }
})(window.almatyGeo);
