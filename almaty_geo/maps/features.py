"""One layer as the page keeps it: places, and what is to be said of each feature."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.maps.cells import runs
from almaty_geo.maps.naming import Name, feature_names, filled, language_columns, name_of
from almaty_geo.maps.picture import Drawn
from almaty_geo.maps.pool import Pool
from almaty_geo.maps.rendering import geometry_data
from almaty_geo.maps.values import coloured
from almaty_geo.specs import Column, State
from almaty_geo.words import LANGUAGES, Text, count, day, same, say, shown, term

Names = Mapping[str, Mapping[str, Name]]
"""Names of features by layer and id."""

KINDS = {"Point": "point", "LineString": "line", "Polygon": "area"}
COUNTED = frozenset({"people", "pupils", "seats", "beds", "places", "year"})
"""Units that the column's title says already."""
FIRST_YEAR, LAST_YEAR = 1000, 2300
"""A whole number between declared bounds like these is a year, and written without grouping."""
SAMPLES = 3
MANY_NUMBERS = 500
"""With more different numbers than these, the page writes them itself: that is far shorter."""

SHOWN_DIGITS = 2
"""Decimals that a number is shown with at the most."""

UNKNOWN = -1
"""In place of a size: how much the feature can take is not known."""


def feature_data(
    drawn: Drawn, names: Names, pool: Pool, *, area: StudyArea, is_area: bool = False
) -> dict[str, Any]:
    """
    Return a layer for the page.

    Parameters
    ----------
    drawn
        Layer and style.
    names
        Names of features by layer and id, for columns that refer to other layers.
    pool
        Where texts go.
    area
        The ground.
    is_area
        Whether the layer holds the areas that results are split by.

    Returns
    -------
    data
        Only features with a place; every list is in their order.
    """
    layer, style = drawn.layer, drawn.style
    frame = layer.located
    named = bool(language_columns(frame, "name"))
    data: dict[str, Any] = {
        "id": layer.id,
        "title": pool.word(style.title or layer.spec.title),
        "kind": KINDS[layer.spec.geometry],
        "group": style.group,
        "colour": style.colour,
        "width": style.width_px,
        "dash": [float(n) for n in style.dash.split()],
        "shape": style.shape,
        "radius": style.radius_px,
        "show": style.show,
        "always": style.always,
        "labels": style.labels,
        "legend": style.legend and len(frame) > 0,
        "count": pool.word(count(len(layer))),
        **geometry_data(layer, area, is_area=is_area),
        "publishers": [pool.word(p) for p in dict.fromkeys(s.publisher for s in layer.spec.source)],
        "named": named,
        "names": [pool.name(name) for name in _located(feature_names(layer), layer)]
        if named
        else [],
        "columns": [_column(stem, layer, names, pool) for stem in _said_columns(layer)],
    }
    if "id" in frame:
        data["ids"] = packed_ids(filled(frame["id"]))
    if style.by:
        write = _writer(layer.spec.columns[style.by], _referred(style.by, layer, names))
        data["classes"] = coloured(layer, style.by, write, pool)
    return {**data, **_sizes(drawn, pool), **_states(layer, pool), **_halos(layer, pool)}


def class_digits(of: NDArray[np.uint8], layer: Layer) -> str:
    """Return the class of each feature that has a place, one base-36 digit each."""
    has = layer.frame.index.isin(layer.located.index)
    return "".join(np.base_repr(int(c), 36).lower() for c in of[has])


def packed_ids(ids: list[str]) -> list[str] | dict[str, Any]:
    """
    Return ids, as numbers where they are many and count up.

    Examples
    --------
    >>> packed_ids(["a", "b"])
    ['a', 'b']
    >>> packed_ids([f"cell-{n:04}" for n in range(1, 1001)])
    {'start': 'cell-', 'digits': 4, 'numbers': [1, 1000]}
    """
    parted = [re.fullmatch(r"(.*?)([0-9]{1,15})", one, flags=re.DOTALL) for one in ids]
    starts = {one[1] for one in parted if one}
    if len(ids) < MANY_NUMBERS or not all(parted) or len(starts) != 1:
        return ids
    ends = [one[2] for one in parted if one]
    digits = min(map(len, ends))
    numbers = [int(end) for end in ends]
    if [f"{number:0{digits}}" for number in numbers] != ends:
        return ids
    return {"start": starts.pop(), "digits": digits, "numbers": runs(np.array(numbers))}


def _located(values: list[Name], layer: Layer) -> list[Name]:
    """Return what belongs to features with a place."""
    has = layer.frame.index.isin(layer.located.index)
    return [value for value, keep in zip(values, has, strict=True) if keep]


def _said_columns(layer: Layer) -> list[str]:
    """Return the columns a reader is told, in the order declared; languages of one thing once."""
    told: dict[str, None] = {}
    amount = amount_column(layer) if layer.spec.role == "demand" else None
    for name, column in layer.spec.columns.items():
        stem = _stem(name, column)
        if name in layer.frame and stem not in {"id", "name", "precision_m", amount}:
            told[stem] = None
    return list(told)


def _stem(name: str, column: Column) -> str:
    """Return a column's name without its language, where it has one."""
    stem, _, end = name.rpartition("_")
    return stem if stem and end in LANGUAGES and column.kind == "str" else name


def _column(stem: str, layer: Layer, names: Names, pool: Pool) -> dict[str, Any]:
    """Return one thing told of each feature: its title, and the text for each."""
    column = layer.spec.columns.get(stem)
    if column is None or _stem(stem, column) != stem:
        return _language_column(stem, layer, pool)
    told = {"title": pool.word(column.title or same(stem)), "unit": pool.word(_unit(column))}
    values = layer.located[stem]
    if column.kind in {"int", "float"} and not _is_year(column) and values.nunique() > MANY_NUMBERS:
        return {**told, "numbers": [_bare_number(value) for value in values]}
    written = _writer(column, _referred(stem, layer, names))
    return {
        **told,
        "values": [-1 if pd.isna(value) else pool.name(written(value)) for value in values],
    }


def _bare_number(value: Any) -> float | int | None:  # noqa: ANN401 - a cell of any layer
    """Return a number that the page writes itself; None where there is none."""
    if pd.isna(value):
        return None
    short = round(float(value), SHOWN_DIGITS)
    return int(short) if short.is_integer() else short


def _referred(column: str, layer: Layer, names: Names) -> Mapping[str, Name]:
    """Return the names of what a column refers to, by id."""
    return names.get(layer.spec.columns[column].layer or "", {})


def _language_column(stem: str, layer: Layer, pool: Pool) -> dict[str, Any]:
    """Return what the source says in one language or several."""
    columns = language_columns(layer.located, stem)
    titles = {
        lang: layer.spec.columns[f"{stem}_{lang}"].title or same(stem.replace("_", " "))
        for lang in columns
    }
    first = next(iter(titles.values()))
    title = Text(**{lang: _bare(titles.get(lang, first)[lang]) for lang in LANGUAGES})
    found = [
        name_of({lang: values[row] for lang, values in columns.items()})
        for row in range(len(layer.located))
    ]
    values = [-1 if name is None else pool.name(name) for name in found]
    return {"title": pool.word(title), "unit": "", "values": values}


def _bare(title: str) -> str:
    """Return a title without a language in brackets at its end."""
    return title.partition(" (")[0] if title.endswith(")") else title


def _unit(column: Column) -> Text:
    """Return the unit to write after each value; empty where the title says it."""
    return same("") if column.unit in COUNTED or not column.unit else term("unit", column.unit)


def _writer(column: Column, names: Mapping[str, Name]) -> Callable[[Any], Name]:
    """Return how a column's values are written."""
    if words := column.values:  # noqa: PD011 - a field of ours, not a pandas object's
        return lambda value: _plain(words.get(str(value), same(str(value))))
    if column.kind == "ref":
        return lambda value: names.get(str(value), _plain(same(str(value))))
    if column.kind == "bool":
        return lambda value: _plain(say("yes") if value else say("no"))
    if column.kind == "date":
        return lambda value: _plain(day(date.fromisoformat(str(value))))
    if column.kind == "str" or _is_year(column):
        return lambda value: _plain(same(str(value)))
    return lambda value: _plain(shown(value if column.kind == "float" else int(value)))


def _plain(text: Text) -> Name:
    """Return a text whose language is of no account."""
    return Name(text, same(""))


def _is_year(column: Column) -> bool:
    """Return whether a column holds years: its unit says so, or its bounds do."""
    if column.kind != "int" or column.minimum is None or column.maximum is None:
        return column.unit == "year"
    return column.unit == "year" or FIRST_YEAR <= column.minimum <= column.maximum <= LAST_YEAR


def amount_column(layer: Layer) -> str | None:
    """Return the column that sizes the signs of a layer, if any."""
    return "people" if layer.spec.role == "demand" else layer.spec.capacity


def _sizes(drawn: Drawn, pool: Pool) -> dict[str, Any]:
    """Return how large each sign is, 0 to 100 by the square root of its amount, and samples."""
    layer = drawn.layer
    column = amount_column(layer)
    if column is None or layer.spec.geometry != "Point" or not len(layer.located):
        return {}
    amounts = np.asarray(layer.located[column].astype("float64"))
    largest = float(np.nan_to_num(amounts).max())
    if largest <= 0:
        return {}
    declared = layer.spec.columns[column]
    demand = layer.spec.role == "demand"
    said = [pool.name(_plain(count(amount))) for amount in np.nan_to_num(amounts).tolist()]
    sizes = np.rint(100 * np.sqrt(np.maximum(amounts, 0) / largest))
    return {
        **({"amounts": said} if demand else {}),
        "sizes": np.nan_to_num(sizes, nan=0 if demand else UNKNOWN).astype(int).tolist(),
        "size_title": pool.word(declared.title or same(column)),
        "size_samples": [
            [round(100 * float(np.sqrt(value / largest))), pool.word(count(value))]
            for value in _samples(largest)
        ],
    }


def _samples(largest: float) -> list[int]:
    """
    Return a few round amounts, largest first.

    Examples
    --------
    >>> _samples(13_943)
    [10000, 2000, 500]
    >>> _samples(777)
    [500, 100, 50]
    """
    power = int(np.floor(np.log10(largest))) if largest >= 1 else 0
    lead = 5 if largest >= 5 * 10**power else 1
    first = lead * 10**power
    steps = (1, 5, 20) if lead == 1 else (1, 5, 10)
    return [first // step for step in steps[:SAMPLES] if first // step >= 1]


def _states(layer: Layer, pool: Pool) -> dict[str, Any]:
    """Return the state of each feature, where the layer tells of any."""
    column = layer.spec.columns.get("state")
    if column is None or "state" not in layer.located:
        return {}
    known = list(get_args(State))
    found = filled(layer.located["state"])
    present = [state for state in known if state in found]
    if not present:
        return {}
    words = column.values  # noqa: PD011 - a field of ours, not a pandas object's
    titles = {state: words.get(state) or term("state", state) for state in present}
    return {
        "states": [[state, pool.word(titles[state])] for state in present],
        "state": "".join(str(present.index(s)) if s in present else "-" for s in found),
    }


def _halos(layer: Layer, pool: Pool) -> dict[str, Any]:
    """Return within how many metres each place is known, where that is said."""
    metres = _stated_precision(layer)
    if not any(metres):
        return {}
    words = {
        str(m): pool.word(say("approximate place, within {n}\u00a0m", n=count(m)))
        for m in sorted(set(metres) - {0})
    }
    return {"halos_m": metres, "halo_words": words}


def _stated_precision(layer: Layer) -> list[int]:
    """Return the metres within which each place is known; 0 where nobody says."""
    frame, precision = layer.located, layer.spec.precision
    if "precision_m" in frame:
        stated = np.asarray(frame["precision_m"].astype("float64").fillna(0.0))
        return [round(float(m)) for m in stated]
    known = precision.metres if precision.method == "hand_placed" else None
    return [round(known or 0)] * len(frame)
