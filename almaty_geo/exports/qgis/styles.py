"""Styles in a package: the table in which QGIS looks for them, one style a language."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time

import pandas as pd

from almaty_geo.exports.qgis.looks import Look
from almaty_geo.exports.qgis.renderers import plain, renderer
from almaty_geo.exports.qgis.symbols import PAPER, PX_MM, column, options
from almaty_geo.exports.sheet import Sheet
from almaty_geo.exports.xml_text import child
from almaty_geo.specs import Column
from almaty_geo.words import LANGUAGES, Language, same, term

STYLES = "layer_styles"
"""Name of the table, as QGIS has it."""

VERSION = "3.22.0"
"""Of QGIS: the oldest that the styles were tried with."""

_TITLES: Mapping[Language, str] = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_GEOMETRY = {"Point": "0", "LineString": "1", "Polygon": "2", "none": "4"}
_INK = "22,32,44,255"


def layer_styles(looks: Sequence[Look], *, language: Language, date: date) -> Sheet:
    """
    Return the table of styles.

    Each table of the package has a style a language, with the same colours and with legend and
    columns in that language.

    Parameters
    ----------
    looks
        Tables of the package.
    language
        Language of the style that is taken when nobody chooses.
    date
        Day that the styles bear.
    """
    rows = [(look, lang) for look in looks for lang in LANGUAGES]
    columns = pd.DataFrame(
        {
            "f_table_catalog": [""] * len(rows),
            "f_table_schema": [""] * len(rows),
            "f_table_name": [look.name for look, _ in rows],
            "f_geometry_column": [
                "" if look.sheet.geometry == "none" else "geom" for look, _ in rows
            ],
            "styleName": [_TITLES[lang] for _, lang in rows],
            "styleQML": [_qml(look, lang) for look, lang in rows],
            "styleSLD": [""] * len(rows),
            "useAsDefault": [lang == language for _, lang in rows],
            "description": [look.title[lang] for look, lang in rows],
            "owner": [""] * len(rows),
            "ui": [""] * len(rows),
            "update_time": [datetime.combine(date, time(), tzinfo=UTC)] * len(rows),
        }
    )
    return Sheet(
        name=STYLES,
        columns=columns,
        shapes=pd.Series([None] * len(rows), dtype=object).to_numpy(),
        geometry="none",
        description="",
        date=date,
    )


def add_style(parent: ET.Element, look: Look, language: Language) -> None:
    """Add how a table is drawn, and what its columns are called, to a style or a project."""
    placed = look.sheet.geometry != "none"
    if placed:
        parent.append(renderer(look, language))
    if look.role == "area":
        parent.set("labelsEnabled", "1")
        _add_labels(parent, look, language)
    fields, aliases = child(parent, "fieldConfiguration"), child(parent, "aliases")
    for at, (name, title, words) in enumerate(_fields(look, language)):
        _add_field(fields, name, words)
        child(aliases, "alias", field=name, index=str(at), name=title)
    naming = look.naming(language)
    if naming:
        child(parent, "previewExpression", column(look.stored[naming]))
    child(parent, "layerGeometryType", _GEOMETRY[look.sheet.geometry])


def _qml(look: Look, language: Language) -> str:
    """Return a style as QGIS keeps it in a package."""
    root = ET.Element("qgis", {"version": VERSION, "styleCategories": "AllStyleCategories"})
    add_style(root, look, language)
    return _DOCTYPE + ET.tostring(root, encoding="unicode")


def _fields(look: Look, language: Language) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Yield each column's name, its title, and words for its values, first the package's own."""
    yield "fid", "", []
    for name, stored in look.stored.items():
        declared = look.columns.get(name)
        if declared is None:
            yield stored, "", []
            continue
        words = declared.values  # noqa: PD011 - a field of ours, not a pandas object's
        told = [(plain(text[language]), value) for value, text in words.items()]
        yield stored, _title(name, declared, language), told


def _title(name: str, declared: Column, language: Language) -> str:
    """Return what a column is, with its unit."""
    title = (declared.title or same(name))[language]
    return plain(f"{title}, {term('unit', declared.unit)[language]}" if declared.unit else title)


def _add_field(fields: ET.Element, name: str, words: list[tuple[str, str]]) -> None:
    """Add how a column's cells are shown: an enumeration by its words."""
    field = child(fields, "field", name=name, configurationFlags="None")
    widget = child(field, "editWidget", type="ValueMap" if words else "TextEdit")
    config = child(widget, "config")
    if not words:
        options(config, {"IsMultiline": False, "UseHtml": False})
        return
    listed = child(child(config, "Option", type="Map"), "Option", name="map", type="List")
    for word, value in words:
        options(listed, {word: value})


def _add_labels(parent: ET.Element, look: Look, language: Language) -> None:
    """Add the names of areas, in dark letters with a light edge."""
    naming = look.naming(language)
    settings = child(child(parent, "labeling", type="simple"), "settings", calloutType="simple")
    text = child(
        settings,
        "text-style",
        fieldName=look.stored[naming],
        isExpression="0",
        allowHtml="0",
        fontFamily="Noto Sans",
        fontSize="9",
        fontSizeUnit="Point",
        fontWeight="63",
        textColor=_INK,
    )
    edge = {"bufferDraw": "1", "bufferSize": f"{3 * PX_MM:.2f}", "bufferSizeUnits": "MM"}
    white = ",".join([str(int(PAPER[at : at + 2], 16)) for at in (1, 3, 5)] + ["255"])
    child(text, "text-buffer", bufferColor=white, bufferOpacity="1", **edge)
    child(settings, "placement", placement="1", centroidInside="1", centroidWhole="1")
    child(settings, "rendering", drawLabels="1", obstacle="0")
