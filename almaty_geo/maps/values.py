"""Features coloured by a column of their own: groups of words, or steps of an amount."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.errors import SpecError
from almaty_geo.maps.naming import Name
from almaty_geo.maps.palette import CATEGORIES, NOT_STATED, class_colours
from almaty_geo.maps.pool import Pool
from almaty_geo.specs import Column
from almaty_geo.words import Text, count, same, say

STEPS = 5
"""Groups that an amount is parted into, each with about as many features."""

Writer = Callable[[Any], Name]


def coloured(layer: Layer, column: str, write: Writer, pool: Pool) -> dict[str, Any]:
    """
    Return the groups that features are coloured by.

    Parameters
    ----------
    layer
        The layer.
    column
        One of its columns.
    write
        How a value of the column is written.
    pool
        Languages of the page.

    Returns
    -------
    classes
        ``title``, and for each group ``titles`` and ``colours``; ``of``: one base-36 digit for each
        feature with a place, its group.

    Raises
    ------
    SpecError
        If the column has more words than there are colours that can be told apart.
    """
    declared, values = layer.spec.columns[column], layer.located[column]
    titles, of = _steps(values) if declared.kind in {"int", "float"} else _words(values, write)
    colours = (
        class_colours(len(titles))[::-1]
        if declared.kind in {"int", "float"}
        else CATEGORIES[: len(titles)]
    )
    if len(titles) > len(CATEGORIES):
        raise SpecError(
            f"The map colours {layer.id} by {column!r}, which has {len(titles)} values; "
            f"no more than {len(CATEGORIES)} colours can be told apart."
        )
    if (of < 0).any():
        titles, colours = [*titles, say("not stated")], (*colours, NOT_STATED)
        of = np.where(of < 0, len(titles) - 1, of)
    return {
        "title": pool.word(_title(column, declared)),
        "titles": [pool.word(title) for title in titles],
        "colours": list(colours),
        "of": "".join(np.base_repr(int(group), 36).lower() for group in of),
    }


def _title(column: str, declared: Column) -> Text:
    """Return what the legend calls a column."""
    return declared.title or same(column)


def _words(values: "pd.Series[Any]", write: Writer) -> tuple[list[Text], NDArray[np.int64]]:
    """Return groups of one value each, the most frequent first; -1 where there is none."""
    codes, found = pd.factorize(values)
    sizes = np.bincount(codes[codes >= 0], minlength=len(found))
    order = np.argsort(-sizes, kind="stable")
    rank = np.empty(len(found), dtype=np.int64)
    rank[order] = np.arange(len(found))
    titles = [write(found[at]).text for at in order]
    return titles, np.where(codes >= 0, rank[codes] if len(found) else -1, -1)


def _steps(values: "pd.Series[Any]") -> tuple[list[Text], NDArray[np.int64]]:
    """Return groups of about as many features each, by amount; -1 where there is none."""
    numbers = np.asarray(values.astype("float64"), dtype=np.float64)
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return [], np.full(len(numbers), -1)
    cuts = np.unique(np.quantile(known, np.arange(1, STEPS) / STEPS, method="lower"))
    ends = np.append(cuts[cuts < known.max()], known.max())  # each end belongs to its group
    of = np.searchsorted(ends, numbers, side="left")
    titles = [_from_to(known[np.searchsorted(ends, known) == k]) for k in range(len(ends))]
    return titles, np.where(np.isnan(numbers), -1, of)


def _from_to(inside: NDArray[np.float64]) -> Text:
    """Return the least and the largest amount of a group, or the only one."""
    low, high = (count(_plain(end), digits=2) for end in (inside.min(), inside.max()))
    return low if low == high else say("{low} to {high}", low=low, high=high)


def _plain(number: float) -> float | int:
    """Return a number without a fraction as a whole one."""
    return int(number) if float(number).is_integer() else float(number)
