"""What a scenario selects of a layer's rows, and what it changes in them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.errors import SpecError, UnknownNameError
from almaty_geo.specs import Change, Column, Scenario, Selection

Mask = NDArray[np.bool_]
Value = str | int | float | bool
KINDS: Mapping[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "str": (str,),
    "enum": (str,),
    "ref": (str,),
    "date": (str,),
}


def selected(layer: Layer, selection: Selection, scenario: Scenario) -> Mask:
    """
    Return which rows of a layer a selection means, shape (n,).

    Raises
    ------
    SpecError
        If it names an id or a column that the layer does not have.
    """
    chosen = np.ones(len(layer), dtype=bool)
    if selection.ids:
        own = layer.frame["id"].astype(str)
        if unknown := set(selection.ids) - set(own):
            cause = UnknownNameError(f"id in {layer.id}", min(unknown), own)
            raise SpecError(f"{scenario.id}.toml: {cause}")
        chosen &= own.isin(selection.ids).to_numpy(dtype=bool)
    for column, value in selection.where.items():
        if column not in layer.spec.columns:
            cause = UnknownNameError(f"column of {layer.id}", column, layer.spec.columns)
            raise SpecError(f"{scenario.id}.toml: {cause}")
        chosen &= (layer.frame[column] == value).fillna(value=False).to_numpy(dtype=bool)
    return chosen


def changed(layer: Layer, scenario: Scenario) -> Layer:
    """
    Return a layer with the values that a scenario gives its rows.

    Parameters
    ----------
    layer
        Any layer.
    scenario
        What changes.

    Returns
    -------
    layer
        The same layer where the scenario changes nothing of it.

    Raises
    ------
    SpecError
        If the scenario changes what the layer does not have, sets a value that its sidecar does
        not allow, or sets one value of one row twice, differently.
    """
    own = [change for change in scenario.changes if change.layer == layer.id]
    if not own:
        return layer
    frame = layer.frame.copy()
    seen: dict[tuple[str, int], Value] = {}
    for change in own:
        mask = selected(layer, change, scenario)
        rows = np.flatnonzero(mask)
        if not len(rows):
            raise SpecError(f"{scenario.id}.toml: changes nothing: {layer.id} has no such row.")
        for column, value in change.becomes.items():
            _check_value(layer, column, value, scenario)
            _check_once(layer, column, value, rows=rows, seen=seen, scenario=scenario)
            frame.loc[mask, column] = value
    return replace(layer, frame=frame)


def _check_once(
    layer: Layer,
    column: str,
    value: Value,
    *,
    rows: NDArray[np.intp],
    seen: dict[tuple[str, int], Value],
    scenario: Scenario,
) -> None:
    """Refuse a value that an earlier change sets otherwise."""
    for row in rows.tolist():
        before = seen.setdefault((column, row), value)
        if before != value:
            name = f"{layer.id}/{layer.frame['id'].iloc[row]}"
            raise SpecError(
                f"{scenario.id}.toml: changes {column} of {name} twice, to {before} and {value}."
            )


def _check_value(layer: Layer, column: str, value: Value, scenario: Scenario) -> None:
    """Refuse a column that is not there, and a value that its declaration does not allow."""
    if column not in layer.spec.columns:
        cause = UnknownNameError(f"column of {layer.id}", column, layer.spec.columns)
        raise SpecError(f"{scenario.id}.toml: changes: {cause}")
    spec = layer.spec.columns[column]
    if (expected := _expected(spec, value)) is not None:
        raise SpecError(
            f"{scenario.id}.toml: changes {column} of {layer.id} to {value!r}; "
            f"the layer allows {expected}."
        )


def _expected(spec: Column, value: Value) -> str | None:
    """Return what a column allows if a value is something else, or None."""
    if not isinstance(value, KINDS[spec.kind]) or (
        isinstance(value, bool) != (spec.kind == "bool")
    ):
        return f"values of kind {spec.kind}"
    if spec.kind == "enum" and value not in spec.values:
        return ", ".join(sorted(spec.values))
    if isinstance(value, int | float) and not isinstance(value, bool):
        low = -np.inf if spec.minimum is None else spec.minimum
        high = np.inf if spec.maximum is None else spec.maximum
        if not low <= value <= high:
            return f"{low:g} to {high:g}"
    return None


def means(change: Change | Selection) -> str:
    """Return a selection in a few words, such as "schools_planned where programme = x"."""
    if change.ids:
        return f"{change.layer} {', '.join(change.ids)}"
    if change.where:
        rules = ", ".join(f"{column} = {value}" for column, value in change.where.items())
        return f"{change.layer} where {rules}"
    return f"{change.layer}, all"
