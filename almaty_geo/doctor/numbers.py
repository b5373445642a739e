"""Doubts about numbers: far from all others, or a place-holder by the look of them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.doctor.finding import Finding, id_of, named

FEW = 12
"""Fewer values than this tell nothing about what is usual."""

FAR = 3.5
"""Robust z-score from which a value is far from the others, on both the plain and the log scale."""

_SAME_DIGITS_MIN = 3


def outliers(layer: Layer) -> Iterator[Finding]:
    r"""
    Yield numbers that stand far from the others of their column.

    .. math:: z = 0.6745 \, |x - m| / \mathrm{MAD}

    with :math:`m` the median. Sizes of things are skewed: what is far on a plain scale only is
    just large, and what is far on a log scale only is just small.
    """
    for name, values in _columns(layer):
        known = np.flatnonzero(~np.isnan(values))
        if len(known) < FEW:
            continue
        at = values[known]
        score = _z(at)
        if (at > 0).all():
            score = np.minimum(score, _z(np.log(at)))
        far = known[score > FAR]
        if len(far):
            told = [f"{id_of(layer, layer.frame.index[i])} ({values[i]:,g})" for i in far]
            sentence = f"{name} is {np.median(at):,g} in the middle, and far from it at"
            feature = id_of(layer, layer.frame.index[far[0]]) if len(far) == 1 else ""
            yield Finding(layer.id, feature, "outlier", "note", f"{sentence} {named(told)}.")


def placeholders(layer: Layer) -> Iterator[Finding]:
    """Yield largest numbers that are one digit, repeated: so do people fill what they must."""
    for name, values in _columns(layer):
        known = values[~np.isnan(values)]
        if len(known) < 2 or not known.max() > np.median(known):  # noqa: PLR2004 - largest of several
            continue
        digits = f"{known.max():g}"
        if len(digits) >= _SAME_DIGITS_MIN and digits.isdigit() and len(set(digits)) == 1:
            row = id_of(layer, layer.frame.index[int(np.nanargmax(values))])
            said = f"{row}: {name} is {digits}, the largest of all and one digit repeated"
            yield Finding(layer.id, row, "placeholder", "note", f"{said}: is it known?")


def _columns(layer: Layer) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield columns with amounts; those of a table, and of pieces of street, are of many kinds."""
    if layer.spec.geometry == "none" or layer.spec.routable:
        return
    for name, column in layer.spec.columns.items():
        if column.kind in {"int", "float"}:
            yield name, layer.frame[name].to_numpy(dtype=float, na_value=np.nan)


def _z(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return robust z-scores; 0 where half of all values are the same."""
    off = np.abs(values - np.median(values))
    spread = float(np.median(off))
    scores: NDArray[np.float64] = 0.6745 * off / spread if spread > 0 else np.zeros(len(off))
    return scores
