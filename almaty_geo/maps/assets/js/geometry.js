/* Places: whole numbers in the data, positions on the web's Mercator square from 0 to 1 here. */
(function (atlas) {
  "use strict";

  const STEPS_PER_DEGREE = 1e5;
  const EQUATOR_M = 40075016.686;

  atlas.mercator = function (lon, lat) {
    const y = Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI;
    return [(lon + 180) / 360, (1 - y) / 2];
  };

  /* Positions from differences: lon, lat, then what to add for each next one. */
  atlas.positions = (flat) => atlas.positionsBy(STEPS_PER_DEGREE, flat);

  atlas.positionsBy = function (perDegree, flat) {
    const count = flat.length / 2;
    const path = { x: new Float64Array(count), y: new Float64Array(count) };
    let lon = 0;
    let lat = 0;
    for (let i = 0; i < count; i += 1) {
      lon += flat[2 * i];
      lat += flat[2 * i + 1];
      [path.x[i], path.y[i]] = atlas.mercator(lon / perDegree, lat / perDegree);
    }
    return path;
  };

  /* Metres on the ground of one pixel at a height of the square. */
  atlas.metresPerPixel = function (y, worldPx) {
    return EQUATOR_M / (worldPx * Math.cosh(Math.PI * (1 - 2 * y)));
  };

  atlas.bounds = ([west, south, east, north]) => L.latLngBounds([south, west], [north, east]);

  /* Squared distance in pixels from a point to a stretch of line. */
  atlas.distance2 = function (px, py, ax, ay, bx, by) {
    const dx = bx - ax;
    const dy = by - ay;
    const length2 = dx * dx + dy * dy;
    const share = length2 ? ((px - ax) * dx + (py - ay) * dy) / length2 : 0;
    const t = Math.min(1, Math.max(0, share));
    const ex = px - ax - t * dx;
    const ey = py - ay - t * dy;
    return ex * ex + ey * ey;
  };

  /* Whether a point lies within reach of one of several lines. */
  atlas.isNear = (parts, x, y, reach) =>
    parts.some((part) => {
      for (let i = 1; i < part.x.length; i += 1) {
        const [ax, ay, bx, by] = [part.x[i - 1], part.y[i - 1], part.x[i], part.y[i]];
        if (atlas.distance2(x, y, ax, ay, bx, by) <= reach * reach) return true;
      }
      return false;
    });

  /* Whether a point lies in rings, holes left out. */
  atlas.inside = function (rings, x, y) {
    let within = false;
    for (const ring of rings) {
      for (let i = 0, j = ring.x.length - 1; i < ring.x.length; j = i, i += 1) {
        const crosses = ring.y[i] > y !== ring.y[j] > y;
        if (!crosses) continue;
        const at = ((ring.x[j] - ring.x[i]) * (y - ring.y[i])) / (ring.y[j] - ring.y[i]);
        if (x < ring.x[i] + at) within = !within;
      }
    }
    return within;
  };
})(window.almatyGeo);
