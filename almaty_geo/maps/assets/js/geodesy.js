/*
 * Lengths and areas on the WGS 84 ellipsoid. A stretch between two positions is straight in
 * longitude and latitude, as RFC 7946 has it, so what is measured is what is saved.
 */
(function (atlas) {
  "use strict";

  const A = 6378137;
  const F = 1 / 298.257223563;
  const B = A * (1 - F);
  const E = Math.sqrt(F * (2 - F));
  const MOST_STEPS = 60;
  // Gauss and Legendre's rule with five points, on the stretch from 0 to 1.
  const RULE = [-0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831, 0.906179845938664]
    .map((x) => (1 + x) / 2)
    .map((t, k) => [
      t,
      [0.1184634425280945, 0.2393143352496832, 0.2844444444444444][Math.min(k, 4 - k)],
    ]);

  const radians = (degrees) => (degrees * Math.PI) / 180;

  /* Metres between two positions along the ellipsoid (Vincenty 1975, inverse). */
  atlas.distanceM = function ([lon1, lat1], [lon2, lat2]) {
    const [u1, u2] = [lat1, lat2].map((lat) => Math.atan((1 - F) * Math.tan(radians(lat))));
    const [sin1, cos1] = [Math.sin(u1), Math.cos(u1)];
    const [sin2, cos2] = [Math.sin(u2), Math.cos(u2)];
    const apart = radians(lon2 - lon1);
    let lambda = apart;
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const [sinL, cosL] = [Math.sin(lambda), Math.cos(lambda)];
      const sinS = Math.hypot(cos2 * sinL, cos1 * sin2 - sin1 * cos2 * cosL);
      if (sinS === 0) return 0;
      const cosS = sin1 * sin2 + cos1 * cos2 * cosL;
      const sigma = Math.atan2(sinS, cosS);
      const sinA = (cos1 * cos2 * sinL) / sinS;
      const cos2A = 1 - sinA * sinA;
      const middle = cos2A ? cosS - (2 * sin1 * sin2) / cos2A : 0;
      const c = (F / 16) * cos2A * (4 + F * (4 - 3 * cos2A));
      const inner = middle + c * cosS * (2 * middle * middle - 1);
      const next = apart + (1 - c) * F * sinA * (sigma + c * sinS * inner);
      if (Math.abs(next - lambda) < 1e-12) return arc(cos2A, middle, sinS, cosS, sigma);
      lambda = next;
    }
    return NaN; // at two opposite ends of the world, where no plan lies
  };

  function arc(cos2A, middle, sinS, cosS, sigma) {
    const k = (cos2A * (A * A - B * B)) / (B * B);
    const a = 1 + (k / 16384) * (4096 + k * (k * (320 - 175 * k) - 768));
    const b = (k / 1024) * (256 + k * (k * (74 - 47 * k) - 128));
    const twice = 2 * middle * middle - 1;
    const last = (b / 6) * middle * (4 * sinS * sinS - 3) * (4 * middle * middle - 3);
    return B * a * (sigma - b * sinS * (middle + (b / 4) * (cosS * twice - last)));
  }

  atlas.lengthM = function (places, closed) {
    const ends = closed ? [...places.slice(1), places[0]] : places.slice(1);
    return ends.reduce((sum, end, k) => sum + atlas.distanceM(places[k], end), 0);
  };

  /* Square metres between the equator and a parallel, for each radian of longitude. */
  function strip(lat) {
    const sin = Math.sin(radians(lat));
    const x = E * sin;
    return (B * B * (sin / (1 - x * x) + Math.atanh(x) / E)) / 2;
  }

  /* Square metres within a ring, counted positive where it runs against the clock. */
  function signedM2(ring) {
    const ground = strip(ring[0][1]);
    return -ring.reduce((sum, [lon, lat], k) => {
      const [nextLon, nextLat] = ring[(k + 1) % ring.length];
      const mean = RULE.reduce((s, [t, w]) => s + w * (strip(lat + t * (nextLat - lat)) - ground), 0);
      return sum + mean * radians(nextLon - lon);
    }, 0);
  }

  atlas.areaM2 = (ring) => Math.abs(signedM2(ring));
  atlas.isCounterclockwise = (ring) => signedM2(ring) > 0;

  /* Whether a ring crosses itself, so that it has no area to speak of. */
  atlas.crossesItself = function (ring) {
    const n = ring.length;
    for (let i = 0; i < n; i += 1) {
      for (let j = i + 2; j < n; j += 1) {
        if (i === 0 && j === n - 1) continue;
        if (crosses(ring[i], ring[i + 1], ring[j], ring[(j + 1) % n])) return true;
      }
    }
    return false;
  };

  function crosses(a, b, c, d) {
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
  }

  function side([ax, ay], [bx, by], [px, py]) {
    return Math.sign((bx - ax) * (py - ay) - (by - ay) * (px - ax));
  }

  /* Latitude and longitude of the corners of a feature, as Leaflet wants them. */
  atlas.cornersOf = function (drawing, i) {
    return drawing.path
      ? [latLon(drawing.path, i)]
      : drawing.partsOf(i).flatMap((part) => Array.from(part.x, (_, k) => latLon(part, k)));
  };

  /* A place on a feature to hang words from: a point itself, the middle of a line or an area. */
  atlas.anchorOf = function (drawing, i) {
    if (drawing.path) return latLon(drawing.path, i);
    const parts = drawing.partsOf(i);
    if (drawing.layer.kind === "area") {
      const [x, y] = [parts[0].x, parts[0].y].map((at) => (Math.min(...at) + Math.max(...at)) / 2);
      if (atlas.inside(parts, x, y)) return atlas.lonLat(x, y).reverse();
    }
    const longest = parts.reduce((a, b) => (b.x.length > a.x.length ? b : a));
    return latLon(longest, Math.floor(longest.x.length / 2));
  };

  function latLon(path, k) {
    return atlas.lonLat(path.x[k], path.y[k]).reverse();
  }

  /* Back from the web's Mercator square: longitude and latitude. */
  atlas.lonLat = function (x, y) {
    return [x * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];
  };
})(window.almatyGeo);
