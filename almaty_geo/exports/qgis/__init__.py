"""What QGIS needs to open a package as the atlas shows it: styles inside, projects beside."""

from almaty_geo.exports.qgis.looks import Look, looks_of
from almaty_geo.exports.qgis.projects import Ground, project
from almaty_geo.exports.qgis.styles import STYLES, layer_styles

__all__ = ["STYLES", "Ground", "Look", "layer_styles", "looks_of", "project"]
