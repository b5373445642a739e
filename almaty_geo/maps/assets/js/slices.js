/*
 * Layers of many lines or outlines: geojson-vt cuts them into tiles, each as exact as its zoom
 * can show, so that a view is painted from what lies in it.
 */
(function (atlas) {
  "use strict";

  // A tile is at least as large on the screen, and less than twice that: paths of fewer shapes are
  // painted faster than one of all.
  const TILE_PX = 256;
  const EXTENT = 4096; // steps along a tile's side
  const DEEPEST = 16;
  const BUFFER = 96; // steps that shapes reach beyond their tile, so that outlines end outside it
  const STEPS_PER_DEGREE = 1e5;

  /* Whole numbers as positions in degrees. */
  function degrees(flat) {
    const path = new Array(flat.length / 2);
    let [lon, lat] = [0, 0];
    for (let k = 0; k < path.length; k += 1) {
      lon += flat[2 * k];
      lat += flat[2 * k + 1];
      path[k] = [lon / STEPS_PER_DEGREE, lat / STEPS_PER_DEGREE];
    }
    return path;
  }

  /* An outer ring runs against the clock; what follows it until the next one are its holes. */
  function polygons(rings) {
    const parts = [];
    for (const ring of rings) {
      if (isOuter(ring) || !parts.length) parts.push([ring]);
      else parts.at(-1).push(ring);
    }
    return parts;
  }

  function isOuter(ring) {
    let twice = 0;
    for (let k = 1; k < ring.length; k += 1) {
      twice += (ring[k - 1][0] - ring[0][0]) * (ring[k][1] - ring[0][1]);
      twice -= (ring[k][0] - ring[0][0]) * (ring[k - 1][1] - ring[0][1]);
    }
    return twice > 0;
  }

  function geojson(layer) {
    const isArea = layer.kind === "area";
    const geometry = (parts) => ({
      type: isArea ? "MultiPolygon" : "MultiLineString",
      coordinates: isArea ? polygons(parts.map(degrees)) : parts.map(degrees),
    });
    const feature = (parts) => ({ type: "Feature", properties: null, geometry: geometry(parts) });
    return { type: "FeatureCollection", features: layer.places.map(feature) };
  }

  /* West, north, east, south of each feature on the square of the web's Mercator. */
  function boxesOf(places) {
    const boxes = new Float64Array(4 * places.length);
    places.forEach((parts, i) => {
      let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
      for (const flat of parts) {
        let [lon, lat] = [0, 0];
        for (let k = 0; k < flat.length; k += 2) {
          lon += flat[k];
          lat += flat[k + 1];
          west = Math.min(west, lon);
          east = Math.max(east, lon);
          south = Math.min(south, lat);
          north = Math.max(north, lat);
        }
      }
      const first = atlas.mercator(west / STEPS_PER_DEGREE, north / STEPS_PER_DEGREE);
      const last = atlas.mercator(east / STEPS_PER_DEGREE, south / STEPS_PER_DEGREE);
      boxes.set([...first, ...last], 4 * i);
    });
    return boxes;
  }

  atlas.Slices = class {
    constructor(layer) {
      this.layer = layer;
      this.count = layer.places.length;
      this.tiles = null; // cut when the layer is first shown
      this.finder = null;
      this.view = null;
    }

    partsOf(i) {
      return this.layer.places[i].map(atlas.positions);
    }

    begin() {
      this.finder = new atlas.Finder(boxesOf(this.layer.places));
      this.side = this.finder.middleSide();
      this.tiles = window.geojsonvt(geojson(this.layer), {
        maxZoom: DEEPEST,
        extent: EXTENT,
        buffer: BUFFER,
        generateId: true,
      });
    }

    draw(ctx, view) {
      if (!this.tiles) this.begin();
      this.view = view;
      const zoom = Math.floor(Math.log2(view.worldPx / TILE_PX));
      const z = Math.max(0, Math.min(DEEPEST, zoom));
      const px = view.worldPx / 2 ** z;
      const column = (x) => Math.floor((x + view.left) / px);
      const row = (y) => Math.floor((y + view.top) / px);
      for (let y = row(view.minY); y <= row(view.maxY); y += 1) {
        for (let x = column(view.minX); x <= column(view.maxX); x += 1) {
          const tile = this.tiles.getTile(z, x, y);
          if (tile) this.drawTile(ctx, view, tile, x * px - view.left, y * px - view.top, px);
        }
      }
    }

    drawTile(ctx, view, tile, left, top, px) {
      const sharp = ctx.getTransform().a; // a tile ends where a pixel does, so that no seam shows
      const whole = (at) => Math.round(at * sharp) / sharp;
      const scale = px / EXTENT;
      ctx.save();
      ctx.beginPath();
      const [x, y] = [whole(left), whole(top)];
      ctx.rect(x, y, whole(left + px) - x, whole(top + px) - y);
      ctx.clip();
      const trace = (to, wanted) => {
        for (const { id, geometry } of tile.features) {
          if (!wanted(id)) continue;
          for (const part of geometry) {
            to.moveTo(left + part[0][0] * scale, top + part[0][1] * scale);
            for (let k = 1; k < part.length; k += 1) {
              to.lineTo(left + part[k][0] * scale, top + part[k][1] * scale);
            }
          }
        }
      };
      if (this.layer.kind === "area") {
        atlas.paintAreas(ctx, this.layer, trace, this.side * view.worldPx);
      } else {
        atlas.paintLines(ctx, this.layer, trace, atlas.lineWidth(this.layer, view));
      }
      ctx.restore();
    }

    at(x, y, slack) {
      if (!this.view) return -1;
      const { worldPx, left, top } = this.view;
      const isArea = this.layer.kind === "area";
      const reach = isArea ? 0 : (this.layer.width / 2 + slack) / worldPx;
      const [mx, my] = [(x + left) / worldPx, (y + top) / worldPx];
      const hit = isArea
        ? (i) => atlas.inside(this.partsOf(i), mx, my)
        : (i) => atlas.isNear(this.partsOf(i), mx, my, reach);
      return this.finder.near(mx, my, reach).find(hit) ?? -1;
    }
  };
})(window.almatyGeo);
