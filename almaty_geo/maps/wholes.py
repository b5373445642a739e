"""Whole numbers as short text that a page reads back: a byte for a small one, more for others."""

from base64 import b64encode

import numpy as np
from numpy.typing import NDArray

BITS = 7
"""Bits of a number that a byte holds; its highest bit says that more follow."""

LONGEST = 9
"""Most bytes that a number takes: 63 bits."""


def packed(*columns: NDArray[np.generic] | list[int]) -> str:
    """
    Return whole numbers as text.

    The sign goes to the lowest bit, then seven bits a byte, the lowest first; all in base64.

    Parameters
    ----------
    columns
        Whole numbers, between -2 ** 61 and 2 ** 61; written one after the other.

    Returns
    -------
    text
        Letters, digits, ``+``, ``/`` and ``=``.

    Examples
    --------
    >>> packed([0, -1, 1, 64])
    'AAECgAE='
    """
    flat = [np.asarray(column, dtype=np.int64).ravel() for column in columns]
    value = np.concatenate(flat) if flat else np.empty(0, dtype=np.int64)
    lifted = np.where(value < 0, -2 * value - 1, 2 * value)
    parts = lifted[:, None] >> (BITS * np.arange(LONGEST))
    used = np.maximum((parts > 0).sum(axis=1), 1)
    kept = np.arange(LONGEST) < used[:, None]
    more = np.arange(LONGEST) < used[:, None] - 1
    byte = (parts & (2**BITS - 1)) + np.where(more, 2**BITS, 0)
    return b64encode(byte[kept].astype(np.uint8).tobytes()).decode()


def steps(values: NDArray[np.generic]) -> NDArray[np.int64]:
    """
    Return each row's difference from the one before it; the first from 0.

    Examples
    --------
    >>> steps(np.array([5, 7, 6])).tolist()
    [5, 2, -1]
    """
    whole = np.asarray(values, dtype=np.int64)
    return np.diff(whole, axis=0, prepend=np.zeros_like(whole[:1]))


def runs(values: NDArray[np.generic] | list[int]) -> NDArray[np.int64]:
    """
    Return values as runs: how many runs, then each value and how often it comes in a row.

    Examples
    --------
    >>> runs(np.array([0, 0, 0, 3])).tolist()
    [2, 0, 3, 3, 1]
    """
    whole = np.asarray(values, dtype=np.int64)
    start = np.flatnonzero(np.concatenate([np.ones(len(whole[:1]), bool), np.diff(whole) != 0]))
    often = np.diff(np.append(start, len(whole)))
    return np.concatenate([[len(start)], np.column_stack([whole[start], often]).ravel()])
