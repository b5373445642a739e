/*
 * What a trial is reckoned with, part three: ways by streets, in whole millimetres or
 * milliseconds. Places join the nearest point of an edge that the mode may travel; searches run
 * against the direction of travel, from facilities to people.
 */
(function (atlas) {
  "use strict";

  atlas.reckoning.streets = function (tools) {
    const [FORWARD, BACKWARD, NEITHER] = [1, 2, 3];
    const BUCKETS = 128;
    const HAIR = { mm: 1e-3, ms: 1e-3, limit: 1e-6 };
    const GRAIN = 2 ** 24;
    const { rounded, reader, metres } = tools;
    const perUnit = (speed) => (speed === null ? 1000 : 60000);
    const limitOf = (value, speed) => Math.floor(value * perUnit(speed) + HAIR.limit);

    /* Running sums of a column of pairs. */
    function summed(read, size) {
      const values = read(2 * size);
      for (let i = 2; i < values.length; i += 1) values[i] += values[i - 2];
      return values;
    }

    function unpacked({ graph, modes, amended, points, leg_m_per_min: leg, cap }) {
      const { next, column } = reader(graph);
      const nodes = next();
      const node = summed(column, nodes);
      const size = next();
      const tail = column(size);
      for (let e = 1; e < size; e += 1) tail[e] += tail[e - 1];
      const head = column(size).map((step, e) => tail[e] + step);
      const length = column(size);
      const corners = column(size);
      const steps = column(2 * corners.reduce((sum, count) => sum + count, 0));
      const off = new Map(amended.map(([e, ...by]) => [e, by]));
      return {
        ...{ nodes, node, size, tail, head, length, corners, steps, off, leg, cap, points },
        modes: Object.fromEntries(Object.entries(modes).map(([mode, one]) => [mode, known(one)])),
        graphs: new Map(),
        snappers: new Map(),
      };

      function known({ way, speeds = null, speed = null }) {
        const of = speed && reader(speed).runs(size);
        return { way: reader(way).runs(size), speed: speeds && ((e) => speeds[of[e]]) };
      }
    }

    /* The arcs that lead to each node, as one mode travels them, at what cost. */
    function graphOf(streets, mode, speed) {
      const name = `${mode} ${speed === null}`;
      if (!streets.graphs.has(name)) streets.graphs.set(name, graph(streets, mode, speed));
      return streets.graphs.get(name);
    }

    function graph(streets, mode, speed) {
      const { nodes, size, tail, head, length } = streets;
      const { way, speed: fast } = streets.modes[mode];
      const cost = length.map((mm, e) =>
        speed === null ? mm : Math.max(1, rounded((mm / 1000 / fast(e)) * 60000)),
      );
      const first = new Int32Array(nodes + 1);
      const each = function (use) {
        for (let e = 0; e < size; e += 1) {
          if (way[e] !== NEITHER && way[e] !== BACKWARD) use(head[e], tail[e], cost[e]);
          if (way[e] !== NEITHER && way[e] !== FORWARD) use(tail[e], head[e], cost[e]);
        }
      };
      each((at) => (first[at + 1] += 1));
      for (let n = 0; n < nodes; n += 1) first[n + 1] += first[n];
      const free = first.slice(0, nodes);
      const from = new Int32Array(first[nodes]);
      const dear = new Float64Array(first[nodes]);
      each(function (at, other, price) {
        from[free[at]] = other;
        dear[free[at]] = price;
        free[at] += 1;
      });
      return { streets, mode, speed, way, cost, first, from, dear, hung: null };
    }

    /* What a leg off the streets costs, rounded up. */
    function legOf({ streets, speed }, mm) {
      return speed === null ? mm : Math.ceil(mm * (60 / streets.leg) - HAIR.ms);
    }

    /* The lesser whole number not below a product over a third number. */
    function shareUp(cost, along, length) {
      if (cost === length) return along;
      if (cost * along <= Number.MAX_SAFE_INTEGER) {
        const low = Math.floor((cost * along) / length);
        return [low - 1, low, low + 1].find((n) => n * length >= cost * along);
      }
      const [c, a, l] = [cost, along, length].map(BigInt);
      return Number((c * a + l - 1n) / l);
    }

    /* How a place hangs on the graph: from both ends of its edge, or from those it can use. */
    function hung(graph, { edge, along, off }, out) {
      if (edge < 0) return { edge, off, nodes: [], at: 0, leg: 0 };
      const { streets, way, cost } = graph;
      const at = shareUp(cost[edge], along, streets.length[edge]);
      const leg = legOf(graph, off);
      const [ahead, back] = [way[edge] !== BACKWARD, way[edge] !== FORWARD];
      const [first, second] = out ? [back, ahead] : [ahead, back];
      const nodes = [];
      if (first || at === 0) nodes.push([streets.tail[edge], at + leg]);
      if (second || at === cost[edge]) nodes.push([streets.head[edge], cost[edge] - at + leg]);
      return { edge, off, nodes, at, leg };
    }

    function joins(text) {
      const { next, column } = reader(text);
      const size = next();
      const [edge, along, off] = [column(size), column(size), column(size)];
      return Array.from(edge, (e, i) => ({ edge: e, along: along[i], off: off[i] }));
    }

    /* People on a graph, by edge and by node; made once. */
    function people(graph, ground) {
      if (graph.hung) return graph.hung;
      const all = joins(ground.streets.points[graph.mode]).map((one) => hung(graph, one, true));
      const by = (lists, key, value) => lists.set(key, [...(lists.get(key) || []), value]);
      const [onEdge, atNode] = [new Map(), new Map()];
      all.forEach(({ edge, nodes }, i) => {
        if (edge >= 0) by(onEdge, edge, i);
        for (const [node, cost] of nodes) by(atNode, node, [i, cost]);
      });
      const widest = all.reduce((most, { off }) => Math.max(most, off), 0);
      graph.hung = { all, onEdge, atNode, widest };
      return graph.hung;
    }

    /* Lets costs spread from some nodes as far as they fall and the limit allows. */
    function spread({ first, from, dear }, best, starts, limit, touched) {
      const width = Math.max(1, Math.ceil((limit + 1) / BUCKETS));
      const buckets = Array.from({ length: BUCKETS }, () => []);
      const put = function (node, cost) {
        if (cost > limit || cost >= best[node]) return;
        if (touched && best[node] === Infinity) touched.push(node);
        best[node] = cost;
        buckets[Math.floor(cost / width)].push(node, cost);
      };
      for (const [node, cost] of starts) put(node, cost);
      for (const bucket of buckets) {
        while (bucket.length) {
          const cost = bucket.pop();
          const node = bucket.pop();
          if (cost !== best[node]) continue;
          for (let at = first[node]; at < first[node + 1]; at += 1) put(from[at], cost + dear[at]);
        }
      }
    }

    /* Segments of the edges that a mode may join, with what it takes to tell places on them. */
    function snapperOf(streets, mode) {
      if (!streets.snappers.has(mode)) streets.snappers.set(mode, snapper(streets, mode));
      return streets.snappers.get(mode);
    }

    function snapper(streets, mode) {
      const { node, size, tail, head, corners, steps, off, modes } = streets;
      const segments = [];
      let read = 0;
      for (let e = 0; e < size; e += 1) {
        const by = off.get(e) || [0, 0, 0, 0];
        let [x, y] = [node[2 * tail[e]], node[2 * tail[e] + 1]];
        const course = [[x + by[0], y + by[1]]];
        for (let c = 0; c < corners[e]; c += 1, read += 2) {
          x += steps[read];
          y += steps[read + 1];
          course.push([x, y]);
        }
        course.push([node[2 * head[e]] + by[2], node[2 * head[e] + 1] + by[3]]);
        if (modes[mode].way[e] !== NEITHER) segments.push(...cut(e, course));
      }
      return segments;
    }

    /* One edge as segments in metres, each with how far along the course it starts. */
    function cut(edge, course) {
      const found = [];
      let whole = 0;
      for (let c = 1; c < course.length; c += 1) {
        const [ax, ay, bx, by] = [...course[c - 1], ...course[c]].map((mm) => mm / 1000);
        const exact = Math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay));
        found.push({ edge, ax, ay, bx, by, start: whole, size: exact, course: 0 });
        whole += rounded(exact * GRAIN) / GRAIN;
      }
      for (const one of found) one.course = whole;
      return found;
    }

    /* The point of a segment that is nearest to a place; its very ends where they are. */
    function foot({ ax, ay, bx, by }, x, y) {
      const [dx, dy] = [bx - ax, by - ay];
      const along = (x - ax) * dx + (y - ay) * dy;
      const whole = dx * dx + dy * dy;
      if (along <= 0) return [ax, ay];
      if (along >= whole) return [bx, by];
      return [ax + dx * (along / whole), ay + dy * (along / whole)];
    }

    /* Of points equally near the one farthest west, then farthest south, then on the first edge. */
    function snap(streets, mode, [x, y]) {
      const cap = streets.cap + 0.001;
      let [least, west, south, found] = [cap * cap, Infinity, Infinity, null];
      for (const one of snapperOf(streets, mode)) {
        const [px, py] = foot(one, x, y);
        const squared = (px - x) * (px - x) + (py - y) * (py - y);
        if (squared > least) continue;
        if (squared === least && (px > west || (px === west && py >= south))) continue;
        [least, west, south, found] = [squared, px, py, one];
      }
      return found ? placedOn(streets, found, x, y) : { edge: -1, along: 0, off: 0 };
    }

    /* The point is a whole number of millimetres along; the rounding is in the way off. */
    function placedOn({ length, cap }, { edge, ax, ay, bx, by, start, size, course }, x, y) {
      const within = (share) => Math.min(1, Math.max(0, share));
      const [dx, dy] = [bx - ax, by - ay];
      const square = size > 0 ? dx * dx + dy * dy : 1;
      const share = within(((x - ax) * dx + (y - ay) * dy) / square);
      const perM = length[edge] / (course > 0 ? course : 1);
      const exact = rounded((start + share * size) * perM);
      const along = Math.min(length[edge], Math.max(0, exact));
      const at = (along / perM - start) / (size > 0 ? size : 1);
      const [ex, ey] = [x - (ax + dx * within(at)), y - (ay + dy * within(at))];
      const over = Math.abs(at - within(at)) * size;
      const off = Math.ceil((Math.sqrt(ex * ex + ey * ey) + over) * 1000 - HAIR.mm);
      return off <= Math.ceil(cap * 1000) ? { edge, along, off } : { edge: -1, along: 0, off: 0 };
    }

    /* A theme on its ground: sites are the plan's, then those that were ever tried. */
    function of({ ground, rule, places, mode, joins: text }) {
      const { streets, size } = ground;
      const graph = graphOf(streets, mode, rule.m_per_min);
      const per = perUnit(rule.m_per_min);
      const limit = limitOf(Math.max(rule.reach, ...rule.steps), rule.m_per_min);
      const joined = joins(text);
      const at = places.map((place) => (place ? metres(...place, ground.plane) : null));
      const best = new Float64Array(streets.nodes).fill(Infinity);
      const ways = new Float64Array(size);
      const onto = new Map(); // sites on a graph
      let before = [];
      snap(streets, mode, [ground.x[0], ground.y[0]]); // made ready before the first click

      function siteOn(graph, k) {
        const name = `${graph.speed === null} ${k}`;
        if (!onto.has(name)) {
          const site = hung(graph, joined[k], false);
          onto.set(name, { ...site, beside: besides(graph, site, at[k]) });
        }
        return onto.get(name);
      }

      /* People who need no node between: along one edge, or across ground without a street. */
      function besides(graph, { edge, off, at: there, leg }, xy) {
        if (edge < 0) return [];
        const { all, onEdge, widest } = people(graph, ground);
        const found = [];
        for (const i of onEdge.get(edge) || []) {
          const step = there - all[i].at;
          const wrong = step > 0 ? BACKWARD : FORWARD;
          if (step === 0 || graph.way[edge] !== wrong) {
            found.push([i, all[i].leg + Math.abs(step) + leg]);
          }
        }
        const far = (Math.max(widest, off) + 1) / 1000;
        for (let i = 0; i < size; i += 1) {
          const dx = ground.x[i] - xy[0];
          const dy = ground.y[i] - xy[1];
          if (dx > far || -dx > far || dx * dx + dy * dy > far * far || all[i].edge < 0) continue;
          const straight = Math.ceil(Math.sqrt(dx * dx + dy * dy) * 1000 - HAIR.mm);
          if (straight <= Math.max(all[i].off, off)) found.push([i, legOf(graph, straight)]);
        }
        return found;
      }

      /* Sites that come are let spread; where one goes, all is reckoned anew: it takes little. */
      function follow(open) {
        const all = open.flatMap((is, k) => (is ? [k] : []));
        const gone = before.some((is, k) => is && !open[k]);
        if (gone) best.fill(Infinity);
        const fresh = gone ? all : all.filter((k) => !before[k]);
        spread(graph, best, fresh.flatMap((k) => siteOn(graph, k).nodes), limit, null);
        people(graph, ground).all.forEach(({ nodes }, i) => {
          ways[i] = Infinity;
          for (const [node, cost] of nodes) ways[i] = Math.min(ways[i], best[node] + cost);
        });
        for (const k of all) {
          for (const [i, cost] of siteOn(graph, k).beside) ways[i] = Math.min(ways[i], cost);
        }
        before = open;
      }

      const scratch = new Float64Array(streets.nodes).fill(Infinity);
      const least = new Map();

      /* Every point from which a seat at a site may be had, with the way in whole units. */
      function pairs(k, { limit: value, m_per_min: speed }) {
        const own = graphOf(streets, mode, speed);
        const most = limitOf(value, speed);
        const site = siteOn(own, k);
        const touched = [];
        const note = function ([i, cost]) {
          if (cost <= most && !(least.get(i) <= cost)) least.set(i, cost);
        };
        spread(own, scratch, site.nodes, most, touched);
        const { atNode } = people(own, ground);
        for (const node of touched) {
          for (const [i, cost] of atNode.get(node) || []) note([i, scratch[node] + cost]);
          scratch[node] = Infinity;
        }
        site.beside.forEach(note);
        const found = [...least].flat();
        least.clear();
        return found;
      }

      function site(place) {
        const xy = metres(...place, ground.plane);
        joined.push(snap(streets, mode, xy));
        return at.push(xy) - 1;
      }

      return {
        follow,
        pairs,
        site,
        kinds: 1,
        joins: (k) => joined[k].edge >= 0,
        way: (i) => ways[i] / per,
      };
    }

    return { unpacked, of };
  };
})(window.almatyGeo);
