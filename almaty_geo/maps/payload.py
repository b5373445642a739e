"""Everything a page shows, as one JSON text: the page's scripts draw it, and nothing else."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.maps.features import class_digits, feature_data
from almaty_geo.maps.naming import Name, feature_names, filled, short_names
from almaty_geo.maps.palette import class_colours, part_colours
from almaty_geo.maps.picture import Drawn, Picture, drawn_layers, ordered_sections
from almaty_geo.maps.pool import Pool
from almaty_geo.maps.provenance import credits_due, notices, provenance
from almaty_geo.maps.rendering import LIBRARIES
from almaty_geo.maps.scene_data import scenes_data
from almaty_geo.maps.tabs import groups_of
from almaty_geo.maps.trials import grounds, trial_data
from almaty_geo.maps.wording import LANGUAGE_NAMES, groups, interface, scale_steps
from almaty_geo.sections import Answer, Bars, Cell, Classes, Marks, Row, Section, Table, Told
from almaty_geo.specs import Tiles
from almaty_geo.words import Language, Text, count, day, say

Mode = Literal["atlas", "explore"]
TRIMMED = 0.005
"""Share of people left out at each side when a view is fitted to where people live."""

MARGIN = 0.04
"""Share of such a view's size added again on each side."""


def page_data(
    picture: Picture, *, languages: Sequence[Language], sections: tuple[Section, ...], mode: Mode
) -> dict[str, Any]:
    """
    Return a page's data.

    Parameters
    ----------
    picture
        What to show.
    languages
        Languages of the page.
    sections
        What is said beside the map, in order.
    mode
        The whole page, or a map to look into.

    Returns
    -------
    data
        What JSON can hold; the page's scripts know its keys.
    """
    return _page_data(picture, Pool(languages), sections, mode)


def as_json(data: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    r"""
    Return JSON that may stand in a ``script`` element: ``<`` is written ``\u003c``.

    Examples
    --------
    >>> as_json({"name": "</script>"})
    '{"name":"\\u003c/script>"}'
    """
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return written.replace("<", r"\u003c").encode("utf-8", "backslashreplace").decode("utf-8")


def _page_data(
    picture: Picture, pool: Pool, sections: tuple[Section, ...], mode: Mode
) -> dict[str, Any]:
    """Return the page's data."""
    word = pool.word
    drawn = drawn_layers(picture, sections)
    scope = {**picture.layers, picture.areas.id: picture.areas}
    names = {name: _names_by_id(layer) for name, layer in scope.items()}
    people = _people_layer(drawn, sections)
    listed = sorted(scope.values(), key=lambda layer: layer.id)
    layers = [
        feature_data(x, names, pool, area=picture.area, is_area=x.layer is picture.areas)
        for x in drawn
    ]
    return {
        "mode": mode,
        "languages": [[lang, *LANGUAGE_NAMES[lang]] for lang in pool.languages],
        "language": picture.language if picture.language in pool.languages else pool.languages[0],
        "words": {key: word(text) for key, text in _interface(picture).items()},
        "groups": [[key, word(text)] for key, text in groups().items()],
        "scale": [[metres, word(text)] for metres, text in scale_steps()],
        "title": word(picture.spec.title),
        "date": word(say("Plan of {date}", date=day(picture.date))),
        "plan": picture.plan_id,
        "hash": picture.input_hash,
        "opens_at": picture.opens_at,
        "home": _home(picture, people),
        "areas_layer": picture.areas.id,
        "areas": _areas(picture, people, pool),
        "sections": [_section(section, picture, pool) for section in sections],
        "tabs": [
            [word(group.title), [[s.id, word(group.short(s))] for s in group.sections]]
            for group in groups_of(sections, picture.spec)
        ],
        "ground": grounds(sections),
        "scenes": scenes_data(picture.scenes, sections, picture.layers, pool),
        "layers": layers,
        "drawer": [provenance(layer, pool) for layer in listed],
        "credits": credits_due(listed),
        "notices": notices(libraries_of(layers)),
        "tiles": _tiles(picture.spec.tiles, pool),
        "texts": pool.texts,
    }


def libraries_of(layers: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return the vendored packages, beside Leaflet, that it takes to draw layers."""
    needed = {LIBRARIES[layer["way"]] for layer in layers if layer["way"] in LIBRARIES}
    return tuple(sorted(needed))


def _tiles(tiles: Tiles | None, pool: Pool) -> dict[str, Any] | None:
    """Return tiles from a network; None where none are asked for."""
    if tiles is None:
        return None
    return {
        "address": tiles.address,
        "attribution": pool.word(tiles.attribution),
        "title": pool.word(tiles.title or say("Map from the network")),
        "deepest": tiles.deepest_zoom,
        "show": tiles.show,
    }


def _interface(picture: Picture) -> dict[str, Text]:
    """Return the page's own words; the place may be more than a city."""
    return interface() if picture.whole is None else {**interface(), "city": picture.whole}


def first_view(picture: Picture, sections: tuple[Section, ...]) -> list[float]:
    """Return west, south, east, north of the view that a page opens with."""
    return _home(picture, _people_layer(drawn_layers(picture, sections), sections))


def _names_by_id(layer: Layer) -> Mapping[str, Name]:
    """Return the name of each feature of a layer by its id."""
    if "id" not in layer.frame:
        return {}
    return dict(zip(filled(layer.frame["id"]), feature_names(layer), strict=True))


def _people_layer(drawn: tuple[Drawn, ...], sections: tuple[Section, ...]) -> Layer | None:
    """Return the demand layer that the page colours, or the first one that it draws."""
    coloured = {s.classes.layer for s in sections if s.classes is not None}
    demand = [one.layer for one in drawn if one.layer.spec.role == "demand"]
    return next((x for x in demand if x.id in coloured), demand[0] if demand else None)


def _home(picture: Picture, people: Layer | None) -> list[float]:
    """Return west, south, east, north of the first view: as asked, where people live, or all."""
    if picture.spec.view_deg is not None:
        return _box(picture.spec.view_deg)
    if people is not None and len(people.located):
        weights = np.asarray(people.located["people"], dtype=float)
        return _fitted(shapely.get_coordinates(people.located.geometry), weights)
    return _box(shapely.total_bounds(np.asarray(picture.areas.located.geometry, dtype=object)))


def _fitted(lon_lat: NDArray[np.float64], weights: NDArray[np.float64]) -> list[float]:
    """Return the box of points without the outermost weight on each side."""
    sides = [_weighted_range(lon_lat[:, axis], weights) for axis in (0, 1)]
    (west, east), (south, north) = sides
    dx, dy = MARGIN * (east - west), MARGIN * (north - south)
    return _box([west - dx, south - dy, east + dx, north + dy])


def _weighted_range(
    values: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the range of values that leaves out a share of the weight on each side."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    total = reached[-1]
    if total <= 0:
        return float(values.min()), float(values.max())
    ends = np.searchsorted(reached, [TRIMMED * total, (1 - TRIMMED) * total])
    low, high = values[order][np.minimum(ends, len(values) - 1)]
    return float(low), float(high)


def _box(sides: Sequence[float] | NDArray[np.float64]) -> list[float]:
    """Return west, south, east, north, rounded to about a metre."""
    return [round(float(side), 5) for side in sides]


def _areas(picture: Picture, people: Layer | None, pool: Pool) -> list[dict[str, Any]]:
    """Return the areas: names, where a view of each goes and where its label stands."""
    areas = picture.areas
    frame = areas.located
    names = _names_by_id(areas)
    ids = filled(frame["id"])
    short = short_names([names[area] for area in ids])
    living = _living_in(areas.id, people)
    described = []
    for area, label, shape in zip(ids, short, frame.geometry, strict=True):
        lon_lat, weights = living.get(area, (np.empty((0, 2)), np.empty(0)))
        lived_in = weights.sum() > 0
        spot = (
            np.average(lon_lat, axis=0, weights=weights)
            if lived_in
            else shapely.get_coordinates(shape.representative_point())[0]
        )
        described.append(
            {
                "id": area,
                "name": pool.name(names[area]),
                "short": pool.name(Name(label, names[area].written_in)),
                "box": _fitted(lon_lat, weights) if lived_in else _box(shape.bounds),
                "label": _box(spot),
                "weight": int(weights.sum()) if lived_in else 0,
            }
        )
    return described


def _living_in(
    areas: str, people: Layer | None
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return where the people of each area live and how many, where their layer says it."""
    if people is None:
        return {}
    column = next(
        (n for n, c in people.spec.columns.items() if c.kind == "ref" and c.layer == areas), None
    )
    if column is None:
        return {}
    frame = people.located
    lon_lat = shapely.get_coordinates(frame.geometry)
    weights = np.asarray(frame["people"], dtype=float)
    at = np.asarray(filled(frame[column]), dtype=object)
    return {str(area): (lon_lat[at == area], weights[at == area]) for area in np.unique(at)}


def _section(section: Section, picture: Picture, pool: Pool) -> dict[str, Any]:
    """Return what a subject says."""
    word = pool.word
    return {
        "id": section.id,
        "title": word(section.title),
        "scenario": word(section.scenario) if section.scenario else "",
        "answers": {answer.area: _answer(answer, pool) for answer in section.answers},
        "bars": _bars(section.bars, pool) if section.bars else None,
        "tables": [_table(table, pool) for table in section.tables],
        "notes": [word(note) for note in section.notes],
        "classes": _classes(section.classes, picture, pool) if section.classes else None,
        "marks": _marks(section.marks, pool) if section.marks else None,
        "told": _told(section.told, pool),
        "trial": trial_data(section.trial, pool) if section.trial else None,
        "layers": list(section.layers),
        "sources": list(section.sources),
    }


def _told(told: Sequence[Told], pool: Pool) -> dict[str, dict[str, Any]]:
    """Return what is said of single features, by layer and id."""
    by_layer: dict[str, dict[str, Any]] = {}
    for one in told:
        by_layer.setdefault(one.layer, {})[one.id] = pool.word(one.text)
    return by_layer


def _marks(marks: Marks, pool: Pool) -> dict[str, Any]:
    """Return numbered places."""
    return {"title": pool.word(marks.title), "places": [list(place) for place in marks.lon_lat]}


def _answer(answer: Answer, pool: Pool) -> dict[str, Any]:
    """Return the answer for one area."""
    return {
        "headline": pool.word(answer.headline),
        "emphasis": pool.word(answer.emphasis),
        "figures": [[f.id, pool.word(f.shown), pool.word(f.label)] for f in answer.figures],
    }


def _bars(bars: Bars, pool: Pool) -> dict[str, Any]:
    """Return areas compared; every number comes with its written form."""
    return {
        "title": pool.word(bars.title),
        "parts": [pool.word(part) for part in bars.parts],
        "colours": part_colours(len(bars.parts)),
        "rows": [
            [row.area, list(row.parts), [pool.word(count(part)) for part in row.parts]]
            for row in bars.rows
        ],
    }


def _table(table: Table, pool: Pool) -> dict[str, Any]:
    """Return a table."""
    return {
        "title": pool.word(table.title),
        "columns": [[pool.word(column.title), column.align] for column in table.columns],
        "rows": [
            [row.area, row.total, [_cell(cell, pool) for cell in row.cells], *_feature(row)]
            for row in table.rows
        ],
    }


def _feature(row: Row) -> list[str]:
    """Return layer and id of the facility that a row is about; nothing for other rows."""
    layer, _, row_id = row.feature.partition("/")
    return [layer, row_id] if row.feature else []


def _cell(cell: Cell, pool: Pool) -> str | list[Any] | dict[str, Any]:
    """Return a cell: its text alone where there is nothing more to it."""
    text = pool.word(cell.shown)
    if cell.tone or cell.language:
        return {"text": text, "tone": cell.tone, "in": cell.language}
    return text


def _classes(classes: Classes, picture: Picture, pool: Pool) -> dict[str, Any] | None:
    """Return how people are coloured; None where their layer is not drawn."""
    layer = picture.layers.get(classes.layer)
    if layer is None:
        return None
    return {
        "layer": classes.layer,
        "title": pool.word(classes.title),
        "titles": [pool.word(title) for title in classes.titles],
        "colours": class_colours(len(classes.titles)),
        "of": class_digits(classes.of, layer),
    }


def sections_of(picture: Picture, only: str | None = None) -> tuple[Section, ...]:
    """Return the sections of a page, or the one that is asked for."""
    return (picture.section(only),) if only is not None else ordered_sections(picture)
