"""A project of QGIS: opens a package with groups, styles and titles in one language."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from almaty_geo.area import DEGREES
from almaty_geo.exports.qgis.looks import Group, Look
from almaty_geo.exports.qgis.renderers import plain
from almaty_geo.exports.qgis.styles import VERSION, add_style
from almaty_geo.exports.xml_text import child
from almaty_geo.words import Language, Text, say

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_MARGIN = 0.08
"""Of the height and width of what is shown at first, around it."""

_NEARLY = 0.01
"""Share of demand points that may lie beyond each side of it."""

_GEOMETRY = {"Point": "Point", "LineString": "Line", "Polygon": "Polygon", "none": "No geometry"}
_BACKGROUND = ("238", "241", "244")
"""The ground beyond the areas: red, green, blue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a project is about."""

    title: Text
    """Its title."""

    package: str
    """Name of the package, which lies beside the project."""

    metric_crs: str
    """Plane of the map."""

    date: date
    """Day that the project bears."""


def project(looks: Sequence[Look], ground: Ground, language: Language) -> str:
    """Return the text of a project; ``looks`` come bottom first."""
    root = ET.Element(
        "qgis",
        {"version": VERSION, "projectname": "", "saveDateTime": f"{ground.date}T00:00:00"},
    )
    child(root, "title", ground.title[language])
    _add_crs(child(root, "projectCrs"), ground.metric_crs)
    _add_tree(root, looks, ground, language)
    _add_view(root, looks, ground)
    layers = child(root, "projectlayers")
    for look in looks:
        _add_layer(layers, look, ground, language)
    order = child(root, "layerorder")
    for look in reversed(looks):
        child(order, "layer", id=_id(look))
    _add_properties(root)
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"


def group_titles() -> Mapping[Group, Text]:
    """Return what each group of layers is called, top first."""
    return {
        "facilities": say("Facilities"),
        "network": say("Roads and networks"),
        "people": say("People"),
        "answer": say("Answer"),
        "base": say("Base map"),
        "data": say("Data"),
    }


def _add_crs(parent: ET.Element, crs: str) -> None:
    """Add a coordinate system by what it is; QGIS passes over one that has only a name."""
    system = child(parent, "spatialrefsys", nativeFormat="Wkt")
    child(system, "wkt", CRS(crs).to_wkt())
    child(system, "authid", crs)


def _id(look: Look) -> str:
    """Return what the parts of a project call a layer; QGIS replaces an id without "_"."""
    return f"layer_{look.name}"


def _source(look: Look, ground: Ground) -> str:
    return f"./{ground.package}|layername={look.name}"


def _add_tree(root: ET.Element, looks: Sequence[Look], ground: Ground, language: Language) -> None:
    """Add the list of layers by group, and the order in which they are drawn."""
    tree = child(root, "layer-tree-group")
    child(tree, "customproperties")
    for group, title in group_titles().items():
        members = [look for look in reversed(looks) if look.group == group]
        if not members:
            continue
        branch = child(
            tree,
            "layer-tree-group",
            name=plain(title[language]),
            checked="Qt::Checked",
            expanded="1" if any(look.show for look in members) else "0",
        )
        child(branch, "customproperties")
        for look in members:
            leaf = child(
                branch,
                "layer-tree-layer",
                id=_id(look),
                name=plain(look.title[language]),
                checked="Qt::Checked" if look.show else "Qt::Unchecked",
                expanded="0",
                providerKey="ogr",
                source=_source(look, ground),
            )
            child(leaf, "customproperties")
    custom = child(tree, "custom-order", enabled="1")
    for look in reversed(looks):
        child(custom, "item", _id(look))


def _add_view(root: ET.Element, looks: Sequence[Look], ground: Ground) -> None:
    """Add what the map shows at first."""
    west, south, east, north = _extent(looks, ground.metric_crs)
    edges = {"xmin": west, "ymin": south, "xmax": east, "ymax": north}
    told = {name: f"{value:.0f}" for name, value in edges.items()}
    canvas = child(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    child(canvas, "units", "meters")
    extent = child(canvas, "extent")
    for name, value in told.items():
        child(extent, name, value)
    child(canvas, "rotation", "0")
    _add_crs(child(canvas, "destinationsrs"), ground.metric_crs)
    view = child(child(root, "ProjectViewSettings"), "DefaultViewExtent", **told)
    _add_crs(view, ground.metric_crs)


def _extent(looks: Sequence[Look], crs: str) -> tuple[float, float, float, float]:
    """Return the box where nearly all demand lies, else of the areas, else of all, in the plane."""
    people = [look for look in looks if look.role == "demand" and look.sheet.geometry == "Point"]
    ground = people or [look for look in looks if look.role == "area"] or looks
    shapes = np.concatenate([look.sheet.shapes for look in ground])
    placed = gpd.GeoSeries(shapes[~shapely.is_missing(shapes)], crs=DEGREES)
    if placed.empty:
        return (0.0, 0.0, 1.0, 1.0)
    points = shapely.get_coordinates(np.asarray(placed.to_crs(crs)))
    nearly = _NEARLY if people else 0.0
    west, south = np.quantile(points, nearly, axis=0).tolist()
    east, north = np.quantile(points, 1 - nearly, axis=0).tolist()
    wide, high = (east - west) * _MARGIN, (north - south) * _MARGIN
    return (west - wide, south - high, east + wide, north + high)


def _add_layer(layers: ET.Element, look: Look, ground: Ground, language: Language) -> None:
    """Add one layer: where it is, what it is called, how it is drawn."""
    layer = child(
        layers,
        "maplayer",
        type="vector",
        geometry=_GEOMETRY[look.sheet.geometry],
        styleCategories="AllStyleCategories",
        autoRefreshEnabled="0",
        hasScaleBasedVisibilityFlag="0",
    )
    child(layer, "id", _id(look))
    child(layer, "datasource", _source(look, ground))
    child(layer, "layername", plain(look.title[language]))
    if look.sheet.geometry != "none":
        _add_crs(child(layer, "srs"), DEGREES)
    child(layer, "provider", "ogr", encoding="UTF-8")
    add_style(layer, look, language)


def _add_properties(root: ET.Element) -> None:
    """Add what else makes the project itself: paths from where it lies, and the ground's colour."""
    properties = child(root, "properties")
    child(child(properties, "Paths"), "Absolute", "false", type="bool")
    child(child(properties, "SpatialRefSys"), "ProjectionsEnabled", "1", type="int")
    gui = child(properties, "Gui")
    for name, value in zip(("Red", "Green", "Blue"), _BACKGROUND, strict=True):
        child(gui, f"CanvasColor{name}Part", value, type="int")
