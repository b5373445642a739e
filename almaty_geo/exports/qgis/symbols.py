"""Signs as QGIS writes them: state is told by how a sign is filled, as on the atlas."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Literal

from almaty_geo.exports.xml_text import child

PX_MM = 25.4 / 96
"""Millimetres of a pixel, as a browser counts."""

PAPER = "#ffffff"
DASHES = {"under_construction": "9 4", "design": "2 4", "planned": "5 5"}
"""Of a line, by state, in pixels."""

Filling = Literal["solid", "ring", "half", "target", "dashed"]
FILLINGS: dict[str, Filling] = {
    "existing": "solid",
    "under_construction": "half",
    "design": "target",
    "planned": "dashed",
}
"""Of a point, by state."""

_SHAPES = {"circle": "circle", "ring": "circle", "diamond": "diamond", "square": "square"}
_LARGER = {"circle": 1.0, "diamond": 1.2, "square": 0.89}
"""So that signs of one size look alike."""

_HALVES = {
    "circle": ("semi_circle", -90, 1.0),
    "diamond": ("diagonal_half_square", 45, 0.5**0.5),
    "square": ("half_square", 0, 1.0),
}
"""The left half of a sign: its name, how it is turned, and how large it is then."""

_HAIR, _THIN, _THICK = 0.4, 0.8, 2.0
"""Of an edge, in pixels."""

_LIGHT = 150
"""Colours brighter than this, of 255, need an edge to stand out from paper."""

_CORE = 0.35
"""How large the core of a sign is within it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A point's sign."""

    colour: str
    """Such as "#0b5a8a"."""

    shape: Literal["circle", "diamond", "square", "ring"]
    """Outline."""

    radius_px: float
    """Size; the largest one where an expression sizes it."""

    filling: Filling
    """How it is filled."""

    size: str = ""
    """Expression from 0 to 1 for the size of each sign; empty for signs of one size."""

    halo_m: str = ""
    """Expression for the radius within which the place is known, in metres; empty for none."""

    dot: bool = False
    """Whether it is one of very many, without a white edge."""


def marker(name: str, sign: Sign) -> ET.Element:
    """Return the symbol of a point."""
    symbol = _symbol("marker", name)
    if sign.halo_m:
        _add_halo(symbol, sign)
    shape = _SHAPES[sign.shape]
    edge = min(_THICK, max(_THIN, sign.radius_px * 0.32))
    solid, larger = sign.filling == "solid", _LARGER[shape]
    _add_mark(
        symbol,
        sign,
        {
            "name": shape,
            "color": _rgba(sign.colour if solid else PAPER),
            "outline_color": _rgba(_edge(sign)),
            "outline_width": _mm(_HAIR if sign.dot else min(edge, 1.2) if solid else edge),
            "outline_style": "dash" if sign.filling == "dashed" else "solid",
        },
        scale=larger,
    )
    if sign.filling == "half":
        half, turned, scale = _HALVES[shape]
        drawn = {"name": half, "angle": str(turned), "color": _rgba(sign.colour)}
        _add_mark(symbol, sign, {**drawn, "outline_style": "no"}, scale=larger * scale)
    if sign.filling == "target":
        core = {"name": shape, "color": _rgba(sign.colour), "outline_style": "no"}
        _add_mark(symbol, sign, core, scale=larger * _CORE)
    return symbol


def line(name: str, colour: str, width_px: float, dash_px: str = "") -> ET.Element:
    """Return the symbol of a line."""
    symbol = _symbol("line", name)
    dash = [f"{float(n) * PX_MM:.2f}" for n in dash_px.split()]
    _add_layer(
        symbol,
        "SimpleLine",
        {
            "line_color": _rgba(colour),
            "line_width": _mm(width_px),
            "line_width_unit": "MM",
            "line_style": "solid",
            "capstyle": "flat" if dash else "round",
            "joinstyle": "round",
            "use_custom_dash": "1" if dash else "0",
            "customdash": ";".join(dash) if dash else "5;2",
            "customdash_unit": "MM",
        },
    )
    return symbol


def area(name: str, fill: str, colour: str, width_px: float) -> ET.Element:
    """Return the symbol of an area: its fill, and its outline."""
    symbol = _symbol("fill", name)
    _add_layer(
        symbol,
        "SimpleFill",
        {
            "style": "solid",
            "color": _rgba(fill),
            "outline_color": _rgba(colour),
            "outline_width": _mm(width_px),
            "outline_width_unit": "MM",
            "outline_style": "solid",
            "joinstyle": "round",
        },
    )
    return symbol


def column(name: str) -> str:
    """Return a column's name as an expression has it, whatever is in it."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def options(parent: ET.Element, values: dict[str, str | bool | int]) -> ET.Element:
    """Add a map of values as QGIS writes one, and return it."""
    found = child(parent, "Option", type="Map")
    for name, value in values.items():
        kind = {bool: "bool", int: "int"}.get(type(value), "QString")
        told = str(value).lower() if isinstance(value, bool) else str(value)
        child(found, "Option", name=name, value=told, type=kind)
    return found


def _symbol(kind: str, name: str) -> ET.Element:
    always = {"alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    return ET.Element("symbol", {"type": kind, "name": name, **always})


def _add_layer(symbol: ET.Element, kind: str, props: dict[str, str], *, sized: str = "") -> None:
    """Add a layer to a symbol, its properties as both old and new versions read them."""
    layer = child(symbol, "layer", enabled="1", locked="0")
    layer.set("class", kind)
    layer.set("pass", "0")
    options(layer, dict(props))
    for key, value in sorted(props.items()):
        child(layer, "prop", k=key, v=value)
    if sized:
        driven = child(child(layer, "data_defined_properties"), "Option", type="Map")
        child(driven, "Option", name="name", value="", type="QString")
        held = child(driven, "Option", name="properties", type="Map")
        size = child(held, "Option", name="size", type="Map")
        child(size, "Option", name="active", value="true", type="bool")
        child(size, "Option", name="expression", value=sized, type="QString")
        child(size, "Option", name="type", value="3", type="int")
        child(driven, "Option", name="type", value="collection", type="QString")


def _add_mark(symbol: ET.Element, sign: Sign, props: dict[str, str], *, scale: float) -> None:
    """Add one mark, as large as the sign or a part of it."""
    size = 2 * sign.radius_px * PX_MM * scale
    always = {"size": f"{size:.3f}", "size_unit": "MM", "outline_width_unit": "MM"}
    sized = f"{size:.3f} * {sign.size}" if sign.size else ""
    _add_layer(symbol, "SimpleMarker", {**always, "scale_method": "diameter", **props}, sized=sized)


def _add_halo(symbol: ET.Element, sign: Sign) -> None:
    """Add the circle within which the place is."""
    _add_layer(
        symbol,
        "SimpleMarker",
        {
            "name": "circle",
            "size": "0",
            "size_unit": "RenderMetersInMapUnits",
            "scale_method": "diameter",
            "color": _rgba(sign.colour, opacity=0.08),
            "outline_color": _rgba(sign.colour),
            "outline_width": _mm(1.2),
            "outline_width_unit": "MM",
            "outline_style": "dash",
        },
        sized=f"2 * {sign.halo_m}",
    )


def _edge(sign: Sign) -> str:
    """Return the colour of a sign's edge: white around a solid one, darker around a light dot."""
    if not sign.dot:
        return PAPER if sign.filling == "solid" else sign.colour
    red, green, blue = (int(sign.colour[at : at + 2], 16) for at in (1, 3, 5))
    if 0.299 * red + 0.587 * green + 0.114 * blue <= _LIGHT:
        return sign.colour
    return f"#{round(red * 0.62):02x}{round(green * 0.6):02x}{round(blue * 0.4):02x}"


def _mm(px: float) -> str:
    return f"{px * PX_MM:.3f}"


def _rgba(colour: str, *, opacity: float = 1.0) -> str:
    """Return a colour as QGIS writes it."""
    channels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return ",".join(map(str, [*channels, round(255 * opacity)]))
