/* The map: what is painted in which order, where it looks, and what a click means. */
(function (atlas) {
  "use strict";

  const GROUND = "#eef1f4";
  const PAPER = "#ffffff";
  const VEIL = "rgba(238, 241, 244, 0.66)";
  const ACCENT = "#0b5a8a";
  const CLOSEST = 15;
  const WIDE_PX = 700; // a map as wide leaves room beside the tools
  const POPUP_PX = { least: 260, most: 320, low: 140, high: 300 }; // width and height
  const LEGEND_SHARE = 0.42; // of the map's width, at most, is left to the legend
  const SMALL_PX = 560; // a map narrower than this has smaller names
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  const drawings = atlas.data.layers.map(atlas.drawingOf);
  const areas = drawings.find((drawing) => drawing.layer.id === atlas.data.areas_layer);
  let map = null;
  let painter = null;
  let popup = null;
  let fitted = ""; // the view that the page chose itself, or "pending" while it goes there
  let quiet = false; // while the page itself changes the map's size

  atlas.mapWing = {
    taps: [], // who may take a click before the map does: each says whether it did
    overlays: [], // who paints over everything else
    paint, // what any canvas of the map shows

    start(given) {
      map = given;
      map.createPane("atlas").style.zIndex = 350;
      const draw = (...asked) => atlas.mapWing.paint(...asked);
      painter = new atlas.Painter(draw, { pane: "atlas" }).addTo(map);
      popup = L.popup({ maxWidth: POPUP_PX.most, minWidth: 200, closeButton: true });
      look(false);
      atlas.online.start(map);
      map.on("moveend", remember);
      map.on("click", choose);
      map.on("mousemove", hover);
      map.on("mouseout", () => hint(""));
      map.on("popupopen", ({ popup: opened }) => label(opened));
      map.on("popupopen popupclose", ({ type }) => {
        document.documentElement.classList.toggle("telling", type === "popupopen");
      });
      fromKeys(map.getContainer());
      new ResizeObserver(() => resized()).observe(map.getContainer());
    },

    zoom(by) {
      map.setZoom(map.getZoom() + by, { animate: !calm.matches });
    },

    /* Paint for paper: sharper, at the size that the page has now. */
    forPaper(ratio) {
      painter.ratio = ratio;
      resized();
      painter.repaint();
    },

    closePopup: () => map.closePopup(),

    repaint: () => painter && painter.repaint(),
    size: () => map.getSize(),
    looksAt: () => viewNow(),
    middle: () => map.latLngToLayerPoint(map.getCenter()),

    doubleClickZooms(may) {
      map.doubleClickZoom[may ? "enable" : "disable"]();
    },

    pixelM() {
      const y = atlas.mercator(0, map.getCenter().lat)[1];
      return atlas.metresPerPixel(y, 256 * 2 ** map.getZoom());
    },

    /* Paint what the window of the map shows, from its upper left corner on. */
    paintOn(ctx) {
      const { x, y } = map.getSize();
      const corner = map.containerPointToLayerPoint([0, 0]);
      ctx.beginPath();
      ctx.rect(0, 0, x, y);
      ctx.clip();
      ctx.translate(-corner.x, -corner.y);
      atlas.mapWing.paint(ctx, { ...painter.viewOf(corner, corner.add([x, y])), alone: true });
    },

    /* Go to features of a layer, with what is said of the one in their middle. */
    show(layer, features) {
      const drawing = drawings.find((one) => one.layer.id === layer);
      const [i] = features.slice(Math.floor((features.length - 1) / 2));
      clearOfTools();
      const box = L.latLngBounds(features.flatMap((k) => atlas.cornersOf(drawing, k)));
      const at = L.latLng(atlas.anchorOf(drawing, i));
      atlas.set({ shown: { ...atlas.state.shown, [layer]: true } });
      map.once("moveend", () => {
        popup.setLatLng(at).setContent(atlas.popupOf(drawing, i));
        popup.openOn(map);
      });
      const options = { animate: !calm.matches };
      if (drawing.layer.kind === "point") {
        map.setView(at, Math.max(map.getZoom(), CLOSEST), options);
      } else {
        map.fitBounds(box, { ...options, padding: [48, 48], maxZoom: CLOSEST });
      }
    },

    /* Latitude and longitude of a feature. */
    spotOf: (layer, i) => atlas.anchorOf(drawings.find((one) => one.layer.id === layer), i),

    /* The area that a feature lies in, or null. */
    areaOf(layer, i) {
      const [lat, lon] = atlas.anchorOf(drawings.find((one) => one.layer.id === layer), i);
      const [x, y] = atlas.mercator(lon, lat);
      const k = areas ? areas.parts.findIndex((rings) => atlas.inside(rings, x, y)) : -1;
      return k < 0 ? null : atlas.areas.get(areas.layer.ids[k]) || null;
    },

    scale(longestPx) {
      const y = atlas.mercator(0, map.getCenter().lat)[1];
      const perPixel = atlas.metresPerPixel(y, 256 * 2 ** map.getZoom());
      const fitting = atlas.data.scale.filter(([metres]) => metres / perPixel <= longestPx);
      const [metres, words] = fitting.at(-1) || atlas.data.scale[0];
      return { px: metres / perPixel, words };
    },

    onMove: (listener) => map.on("zoomend moveend", listener),
  };

  atlas.onChange(function (state, changed) {
    if (!map) return;
    if (changed.has("section") || changed.has("language")) map.closePopup();
    const moved = ["area", "view"].some((key) => changed.has(key));
    if (moved) look(!calm.matches);
    const plainMove = changed.size === 1 && (changed.has("view") || changed.has("split"));
    if (!plainMove) painter.repaint();
  });

  function paint(ctx, view) {
    const shown = drawings.filter((drawing) => atlas.isShown(drawing.layer));
    const grounded = shown.includes(areas);
    if (view.alone || !atlas.online.isSeen()) {
      ctx.fillStyle = GROUND;
      ctx.fillRect(view.minX, view.minY, view.maxX - view.minX, view.maxY - view.minY);
      if (grounded) areas.fill(ctx, view, PAPER);
    } else {
      ctx.clearRect(view.minX, view.minY, view.maxX - view.minX, view.maxY - view.minY);
      if (grounded) areas.place(view);
    }
    shown.forEach((drawing) => drawing.draw(ctx, view));
    if (grounded) {
      const chosen = areas.layer.ids.indexOf(atlas.state.area);
      if (chosen >= 0) areas.single(ctx, view, chosen, VEIL, ACCENT);
    }
    atlas.drawLabels(ctx, view, {
      frame: frame(),
      small: map.getSize().x < SMALL_PX,
      areas: grounded,
      drawings: shown.filter(({ layer }) => layer.labels),
    });
    atlas.drawMarks(ctx, view);
    atlas.mapWing.overlays.forEach((draw) => draw(ctx, view));
  }

  /* The window of the map, in the pixels that painting counts in. */
  function frame() {
    const { x: minX, y: minY } = map.containerPointToLayerPoint([0, 0]);
    const { x, y } = map.getSize();
    return { minX, minY, maxX: minX + x, maxY: minY + y };
  }

  /* Look where the state says: at a view of the reader's own, an area, or the whole city. */
  function look(animate) {
    const { view, area } = atlas.state;
    if (view) {
      const [zoom, lat, lon] = view;
      if (viewNow().join() !== view.join()) map.setView([lat, lon], zoom, { animate });
      return;
    }
    const box = atlas.areas.has(area) ? atlas.areas.get(area).box : atlas.data.home;
    const { x: width } = map.getSize();
    const room = Math.min(28, width / 24);
    fitted = "pending";
    map.fitBounds(atlas.bounds(box), {
      animate,
      paddingTopLeft: [room, room],
      paddingBottomRight: [width > WIDE_PX ? legendRoom(width) : room, room],
      maxZoom: CLOSEST,
    });
  }

  function legendRoom(width) {
    if (document.documentElement.classList.contains("printing")) return 0; // it stands below
    const { offsetWidth } = document.getElementById("legend");
    return Math.min(LEGEND_SHARE * width, offsetWidth + 24);
  }

  function viewNow() {
    const { lat, lng } = map.getCenter();
    return [Number(map.getZoom().toFixed(2)), Number(lat.toFixed(4)), Number(lng.toFixed(4))];
  }

  /* A move of the reader's own goes into the address; one of the page's own does not. */
  function remember() {
    if (quiet) return;
    const now = viewNow();
    if (fitted === "pending") {
      fitted = now.join();
      return;
    }
    if (now.join() !== fitted) atlas.set({ view: now });
  }

  function resized() {
    quiet = true;
    map.invalidateSize({ animate: false, pan: false });
    quiet = false;
    look(false);
  }

  function under(point, slack) {
    for (let k = drawings.length - 1; k >= 0; k -= 1) {
      const drawing = drawings[k];
      if (drawing === areas || !atlas.isShown(drawing.layer)) continue;
      const i = drawing.at(point.x, point.y, slack);
      if (i >= 0) return { drawing, i };
    }
    return null;
  }

  function choose(event) {
    if (atlas.mapWing.taps.some((tap) => tap(event))) return;
    const touch = event.originalEvent && event.originalEvent.pointerType === "touch";
    const found = under(event.layerPoint, touch ? 10 : 4);
    if (found) {
      clearOfTools();
      popup.setLatLng(event.latlng).setContent(atlas.popupOf(found.drawing, found.i));
      popup.openOn(map);
      return;
    }
    const i =
      areas && atlas.isShown(areas.layer) ? areas.at(event.layerPoint.x, event.layerPoint.y) : -1;
    const area = i >= 0 ? areas.layer.ids[i] : atlas.CITY;
    if (area !== atlas.state.area) atlas.set({ area, view: viewNow() });
  }

  /* Enter tells what lies in the middle of the map, where a cross stands meanwhile. */
  function fromKeys(container) {
    container.addEventListener("keydown", (event) => {
      const drawn = document.documentElement.classList.contains("drawing-now");
      if (event.key !== "Enter" || event.target !== container || drawn) return;
      event.preventDefault();
      const latlng = map.getCenter();
      const containerPoint = map.latLngToContainerPoint(latlng);
      choose({ latlng, containerPoint, layerPoint: map.latLngToLayerPoint(latlng) });
    });
  }

  /* What is said of a feature opens beside the search and the tools, not behind them. */
  function clearOfTools() {
    const { x: width, y: height } = map.getSize();
    const top = width > WIDE_PX ? 60 : 116;
    const tools = document.querySelector("#tools > .stack").offsetWidth + 28;
    const beside = width - tools - 20 > POPUP_PX.least ? tools : 10;
    const { options } = popup;
    options.autoPanPaddingTopLeft = [10, top];
    options.autoPanPaddingBottomRight = [beside, 20];
    options.maxWidth = Math.min(POPUP_PX.most, width - beside - 60);
    options.maxHeight = Math.max(POPUP_PX.low, Math.min(POPUP_PX.high, height - top - 70));
  }

  function hover(event) {
    const found = under(event.layerPoint, 2);
    map.getContainer().style.cursor = found ? "pointer" : "";
    hint(found ? atlas.hintOf(found.drawing, found.i) : "", event.containerPoint);
  }

  function hint(text, at) {
    const box = document.getElementById("hint");
    box.hidden = !text;
    box.textContent = text;
    if (!text) return;
    const room = map.getSize();
    const x = Math.min(at.x + 14, room.x - box.offsetWidth - 8);
    const y = Math.min(at.y + 16, room.y - box.offsetHeight - 8);
    box.style.transform = `translate(${x}px, ${y}px)`;
  }

  function label(opened) {
    const close = opened.getElement()?.querySelector(".leaflet-popup-close-button");
    close?.setAttribute("aria-label", atlas.word("close"));
  }

  document.documentElement.style.setProperty("--ground", GROUND);
})(window.almatyGeo);
