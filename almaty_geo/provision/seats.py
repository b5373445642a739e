"""What schools offer: seats, shifts and languages; unknown seats stay unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.errors import UnknownNameError, UsageError
from almaty_geo.places import Facilities, Membership, membership
from almaty_geo.provision.declared import Seating
from almaty_geo.provision.instance import Positions, Whole
from almaty_geo.provision.pupils import whole_column

MOST_SHIFTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Seats:
    """What m open schools offer."""

    one_shift: Whole
    """Seats in one shift, shape (m,); 0 where unknown, but see ``known``."""

    shifts: Whole
    """In how many shifts each teaches, shape (m,)."""

    known: NDArray[np.bool_]
    """Whether the seats are known, shape (m,)."""

    admits: NDArray[np.bool_]
    """Whether the school teaches in the language asked for; all do where none is, shape (m,)."""

    tongue_unknown: int = 0
    """Schools left out because nobody says in which language they teach."""

    @property
    def offered(self) -> Whole:
        """Seats in all shifts, shape (m,); 0 where unknown or not admitting."""
        return np.where(self.known & self.admits, self.one_shift * self.shifts, 0)


def seats(
    rule: Seating,
    facilities: Facilities,
    layers: Sequence[Layer],
    *,
    shifts: int | None = None,
    language: str | None = None,
) -> Seats:
    """
    Return what open schools offer.

    Parameters
    ----------
    rule
        What the plan declares.
    facilities
        The open schools, m of them.
    layers
        The layers they come from.
    shifts
        Shifts of every school; each school's own where None.
    language
        Only schools that teach in it; any where None.

    Returns
    -------
    seats
        In the order of the facilities.

    Raises
    ------
    UsageError
        If the shifts are not 1 to 4, or the plan declares no column of languages.
    UnknownNameError
        If no school of the plan teaches in that language.
    DataError
        If a school has fewer than 0 seats, or a number of shifts below 1.
    """
    if shifts is not None and not 1 <= shifts <= MOST_SHIFTS:
        raise UsageError(f"Shifts {shifts} must be a whole number from 1 to {MOST_SHIFTS}.")
    by_id = {layer.id: layer for layer in layers}
    at = rows(facilities, by_id)
    one_shift = _gathered(facilities, at, _capacities(by_id, rule.theme))
    own = _gathered(facilities, at, _shifts(rule, by_id))
    admits, unsaid = _admitting(rule, facilities, by_id, at, language)
    known = one_shift >= 0
    return Seats(
        one_shift=np.where(known, one_shift, 0),
        shifts=own if shifts is None else np.full(len(own), shifts, dtype=np.int64),
        known=known,
        admits=admits,
        tongue_unknown=unsaid,
    )


def rows(facilities: Facilities, layers: Mapping[str, Layer]) -> Positions:
    """Return the row of its own layer that each facility stands in, shape (m,)."""
    place = {
        f"{name}/{row}": at
        for name, layer in layers.items()
        for at, row in enumerate(layer.frame["id"].astype(str))
    }
    return np.array([place[name] for name in facilities.ids], dtype=np.intp)


def layer_of(facility: str) -> str:
    """Return the layer of a facility's id."""
    return facility.partition("/")[0]


def memberships(facilities: Facilities, layers: Sequence[Layer], areas: Layer) -> Membership:
    """Return the area that each open facility belongs to."""
    by_id = {layer.id: layer for layer in layers}
    of = {name: membership(layer, areas).of for name, layer in by_id.items()}
    at = rows(facilities, by_id)
    each = [of[layer_of(name)][row] for name, row in zip(facilities.ids, at, strict=True)]
    return Membership(tuple(areas.frame["id"].astype(str)), np.array(each, dtype=np.intp))


def _gathered(facilities: Facilities, at: Positions, columns: Mapping[str, Whole]) -> Whole:
    each = [columns[layer_of(name)][row] for name, row in zip(facilities.ids, at, strict=True)]
    return np.array(each, dtype=np.int64)


def _capacities(layers: Mapping[str, Layer], theme: str) -> dict[str, Whole]:
    """Return the seats of each row of each layer, -1 where unknown."""
    return {
        name: np.full(len(layer), -1, dtype=np.int64)
        if layer.spec.capacity is None
        else whole_column(layer, layer.spec.capacity, theme)
        for name, layer in layers.items()
    }


def _shifts(rule: Seating, layers: Mapping[str, Layer]) -> dict[str, Whole]:
    """Return the shifts of each row of each layer; the declared number where it is not said."""
    column = rule.shifts.column
    own: dict[str, Whole] = {}
    for name, layer in layers.items():
        if column is None or column not in layer.spec.columns:
            own[name] = np.full(len(layer), rule.shifts.otherwise, dtype=np.int64)
        else:
            said = whole_column(layer, column, rule.theme)
            own[name] = np.where(said < 1, rule.shifts.otherwise, said)
    return own


def _admitting(
    rule: Seating,
    facilities: Facilities,
    layers: Mapping[str, Layer],
    at: Positions,
    language: str | None,
) -> tuple[NDArray[np.bool_], int]:
    """Return which facilities teach in a language, and how many do not say."""
    if language is None:
        return np.ones(len(at), dtype=bool), 0
    if rule.language is None:
        raise UsageError(f"Theme {rule.theme!r} declares no column with languages of teaching.")
    taught = {name: _languages(layer, rule.language) for name, layer in layers.items()}
    every = {one for each in taught.values() for row in each for one in row}
    if language not in every:
        raise UnknownNameError("language of teaching", language, every)
    each = [taught[layer_of(n)][row] for n, row in zip(facilities.ids, at, strict=True)]
    admits = np.array([language in own for own in each], dtype=bool)
    return admits, sum(not own for own in each)


def _languages(layer: Layer, column: str) -> list[frozenset[str]]:
    """Return the languages of each row; none where it does not say."""
    if column not in layer.spec.columns:
        return [frozenset()] * len(layer)
    said = layer.frame[column].astype("string").fillna("")
    return [frozenset(filter(None, one.split("_"))) for one in said]
