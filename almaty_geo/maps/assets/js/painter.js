/*
 * A canvas under the map that follows its moves and zooms, as Leaflet's own renderers do, and
 * asks for a new painting when they end.
 */
(function (atlas) {
  "use strict";

  atlas.Painter = L.Renderer.extend({
    options: { padding: 0.15 },

    initialize(paint, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._paint = paint;
      this.ratio = 0; // pixels of the canvas for one of the page; 0 for the screen's own
    },

    repaint() {
      if (this._map && this._container) this._update();
    },

    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.className = "atlas-canvas";
      this._container.setAttribute("aria-hidden", "true");
      this._ctx = this._container.getContext("2d");
    },

    _destroyContainer() {
      this._container.remove();
      this._container = null;
    },

    _updatePaths() {},

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const { min, max } = this._bounds;
      const size = this._bounds.getSize();
      const ratio = this.ratio || Math.min(3, window.devicePixelRatio || 1);
      const canvas = this._container;
      L.DomUtil.setPosition(canvas, min);
      canvas.width = Math.round(size.x * ratio);
      canvas.height = Math.round(size.y * ratio);
      canvas.style.width = size.x + "px";
      canvas.style.height = size.y + "px";
      const ctx = this._ctx;
      ctx.setTransform(ratio, 0, 0, ratio, -min.x * ratio, -min.y * ratio);
      this._paint(ctx, this.viewOf(min, max));
      this.fire("update");
    },

    viewOf(min, max) {
      const origin = this._map.getPixelOrigin();
      return {
        worldPx: 256 * 2 ** this._map.getZoom(),
        left: origin.x,
        top: origin.y,
        minX: min.x,
        minY: min.y,
        maxX: max.x,
        maxY: max.y,
        alone: this.ratio !== 0, // on paper, where no tiles lie beneath
      };
    },
  });
})(window.almatyGeo);
