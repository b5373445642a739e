"""Whole numbers packed to text read back the same."""

import itertools
from base64 import b64decode
from collections.abc import Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from almaty_geo.maps.wholes import packed, runs, steps

WHOLE = st.lists(st.integers(-(2**61), 2**61), max_size=30)
SMALL = st.lists(st.integers(0, 3), max_size=40)


def read(text: str) -> Iterator[int]:
    value = shift = 0
    for byte in b64decode(text):
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield -(value + 1) // 2 if value % 2 else value // 2
            value = shift = 0


@given(WHOLE, WHOLE)
def test_numbers_are_read_back_one_column_after_another(one: list[int], two: list[int]) -> None:
    assert list(read(packed(one, np.array(two, dtype=np.int64)))) == one + two


@given(SMALL)
def test_runs_hold_every_value_in_order(values: list[int]) -> None:
    size, *told = runs(np.array(values, dtype=np.int8)).tolist()
    assert len(told) == 2 * size
    pairs = list(zip(told[::2], told[1::2], strict=True))
    assert [value for value, often in pairs for _ in range(often)] == values
    assert all(a[0] != b[0] for a, b in itertools.pairwise(pairs))


@given(WHOLE)
def test_steps_add_up_to_the_values(values: list[int]) -> None:
    halved = [value // 2 for value in values]
    assert np.cumsum(steps(np.array(halved, dtype=np.int64))).tolist() == halved


def test_a_small_number_takes_one_byte() -> None:
    assert len(b64decode(packed(list(range(-64, 64))))) == 128
    assert len(b64decode(packed([64, -65]))) == 4
