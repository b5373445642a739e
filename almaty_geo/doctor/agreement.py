"""Doubts about what should agree: dates in order, replacements, sums with what is published."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.doctor.finding import Finding, id_of, named, rows
from almaty_geo.errors import AlmatyGeoError

SUM_SHARE = 0.02
"""How far the sum of the parts may be from the whole that is published."""

_ORDERED = (("opens", "closes"), ("opened", "closed"), ("start", "end"), ("from", "to"))
_NAMED_MIN = 2


def order(layer: Layer) -> Iterator[Finding]:
    """Yield rows that end before they begin: columns such as ``opens``/``closes`` or ``*_from``."""
    columns = layer.spec.columns
    for name in columns:
        for first, last in _ordered(name):
            if last not in columns or columns[first].kind != columns[last].kind:
                continue
            if columns[first].kind not in {"date", "int", "float"}:
                continue
            frame = layer.frame[[first, last]].dropna()
            for row in frame.index[(frame[first] > frame[last]).to_numpy(dtype=bool)]:
                begins, ends = frame.loc[row, first], frame.loc[row, last]
                feature = id_of(layer, row)
                sentence = f"{feature}: {first} is {begins}, {last} is {ends}, which is earlier."
                yield Finding(layer.id, feature, "order", "warning", sentence)


def replacements(layer: Layer, catalogue: Catalogue) -> Iterator[Finding]:
    """
    Yield replacements that do not add up.

    What a row says of the capacity it replaces (``replaced_<capacity>``) is that of the row it
    replaces; what it adds (``net_<capacity>``) is its own less that; nothing is replaced twice.
    """
    capacity, column = layer.spec.capacity, layer.spec.columns.get("replaces")
    if capacity is None or column is None:
        return
    frame = layer.frame
    told = [frame.get(name) for name in (f"replaced_{capacity}", f"net_{capacity}")]
    held = _held(catalogue, column.layer or layer.id, capacity)
    for row in frame.index:
        feature, gone = id_of(layer, row), frame.loc[row, "replaces"]
        replaced, net = (None if c is None or pd.isna(c[row]) else int(c[row]) for c in told)
        target = held.get(str(gone)) if pd.notna(gone) else 0
        if replaced is not None and target is not None and replaced != target:
            whose = f"{gone} has {target:,}" if pd.notna(gone) else "it replaces nothing"
            sentence = f"{feature}: replaced_{capacity} is {replaced:,}, {whose}."
            yield Finding(layer.id, feature, "replaced", "warning", sentence)
        own = frame.loc[row, capacity]
        if net is not None and replaced is not None and pd.notna(own) and net != own - replaced:
            sentence = f"{feature}: net_{capacity} is {net:,}, {own:,} less {replaced:,} is not."
            yield Finding(layer.id, feature, "net", "warning", sentence)
    by = frame["replaces"].dropna()
    for gone in dict.fromkeys(by[by.duplicated()]):
        bearers = named([id_of(layer, row) for row in by.index[by == gone]])
        sentence = f"{gone} is replaced by {bearers}."
        yield Finding(layer.id, "", "replaced-twice", "warning", sentence)


def people(layer: Layer, catalogue: Catalogue) -> Iterator[Finding]:
    """Yield areas whose people are others in the layer of areas than in sum over their points."""
    if layer.spec.role != "demand":
        return
    for name, column in layer.spec.columns.items():
        areas = _readable(catalogue, column.layer) if column.layer else None
        if areas is None or "people" not in areas.frame or areas.spec.role != "area":
            continue
        sums = layer.frame.groupby(name)["people"].sum()
        for row in areas.frame.index:
            area, stated = areas.frame.loc[row, "id"], areas.frame.loc[row, "people"]
            counted = int(sums.get(area, 0))
            if pd.notna(stated) and int(stated) != counted:
                sentence = f"{counted:,} people in {area}; {areas.id} says {int(stated):,}."
                yield Finding(layer.id, "", "people-sum", "warning", sentence)


def published(layer: Layer, catalogue: Catalogue) -> Iterator[Finding]:
    """
    Yield sums of a layer that are not the total published in a table of series.

    A row of a table with the columns ``series``, ``value`` and ``unit`` is the total of a column
    if it bears the column's unit, and its series ends with the column's name without the unit.
    """
    if layer.spec.geometry == "none":
        return
    for table in _series(catalogue):
        for name, column in layer.spec.columns.items():
            if not column.unit or column.kind not in {"int", "float"}:
                continue
            values = layer.frame[name].to_numpy(dtype=float, na_value=np.nan)
            total, known = float(np.nansum(values)), int((~np.isnan(values)).sum())
            for which, value in _totals(table, name, column.unit) if known else ():
                if abs(total - value) > SUM_SHARE * abs(value):
                    said = f"{name} of {rows(known, len(layer))} sums to {total:,.0f} {column.unit}"
                    sentence = f"{said}; {table.id} says {value:,.0f} ({which})."
                    yield Finding(layer.id, "", "published-sum", "note", sentence)


def unnamed(layer: Layer, catalogue: Catalogue) -> Iterator[Finding]:
    """
    Yield words of an enumeration that name rows of another layer, but for some.

    Where several values of a column are called as rows of a layer of lines are, the others should
    be there too.
    """
    for name, column in layer.spec.columns.items():
        if column.kind != "enum":
            continue
        used = set(layer.frame[name].dropna())
        words = {v: text.en for v, text in column.values.items() if v in used}  # noqa: PD011 - a field of ours
        for other, spec in catalogue.specs.items():
            if spec.geometry != "LineString" or "name_en" not in spec.columns:
                continue
            lines = _readable(catalogue, other)
            if lines is None:
                continue
            known = [str(n).casefold() for n in lines.frame["name_en"].dropna().unique()]
            there = {v for v, word in words.items() if _is_one_of(word, known)}
            missing = [word for v, word in words.items() if v not in there]
            if len(there) >= _NAMED_MIN and missing:
                sentence = f"{name} names {len(there)} rows of {other}; not there are"
                text = f"{sentence} {named(missing)}."
                yield Finding(layer.id, "", "named-nowhere", "note", text)


def _ordered(name: str) -> Iterator[tuple[str, str]]:
    """Yield a column and the one that must not be before it."""
    for first, last in _ORDERED:
        if name == first:
            yield first, last
        elif name.endswith(f"_{first}"):
            yield name, f"{name.removesuffix(first)}{last}"


def _held(catalogue: Catalogue, name: str, capacity: str) -> dict[str, int]:
    """Return the known capacity of each row of a layer, by id."""
    layer = _readable(catalogue, name)
    if layer is None or not {"id", capacity} <= set(layer.frame):
        return {}
    known = layer.frame.dropna(subset=[capacity])
    return {str(i): int(n) for i, n in zip(known["id"], known[capacity], strict=True)}


def _series(catalogue: Catalogue) -> Iterator[Layer]:
    for name, spec in catalogue.specs.items():
        if spec.geometry == "none" and {"series", "value", "unit"} <= set(spec.columns):
            table = _readable(catalogue, name)
            if table is not None:
                yield table


def _totals(table: Layer, column: str, unit: str) -> Iterator[tuple[str, float]]:
    """Yield the rows of a table of series that are totals of a column: id and value."""
    suffix = _slug(unit)
    word = column.removesuffix(f"_{suffix}")
    frame = table.frame.dropna(subset=["series", "unit", "value"])
    columns = (frame.index, frame["series"], frame["unit"], frame["value"])
    for row, series, its_unit, value in zip(*columns, strict=True):
        if _slug(str(its_unit)) == suffix and re.split(r"[\W_]+", str(series))[-1] == word:
            yield id_of(table, row), float(value)


def _slug(unit: str) -> str:
    return re.sub(r"\W+", "_", unit)


def _is_one_of(word: str, names: list[str]) -> bool:
    """
    Return whether a word, or the beginning of it, is one of some names.

    Examples
    --------
    >>> _is_one_of("Small Almatinka river", ["small almatinka"])
    True
    """
    parts = word.casefold().split()
    starts = {" ".join(parts[:n]) for n in range(1, len(parts) + 1)}
    return bool(starts & set(names))


def _readable(catalogue: Catalogue, name: str) -> Layer | None:
    """Return a layer, or None if it cannot be read; that is found where it is checked itself."""
    try:
        return catalogue[name]
    except AlmatyGeoError:
        return None
