from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from almaty_geo.errors import DataError
from almaty_geo.spreading import (
    Parts,
    by_area,
    dasymetric,
    largest_remainder,
    overlaps,
    shared,
    to_nearest,
)

WEIGHTS = st.lists(st.integers(0, 5_000), min_size=1, max_size=30).filter(any)


def boxes(*corners: tuple[float, float, float, float]) -> NDArray[np.object_]:
    return np.array([shapely.box(*c) for c in corners], dtype=object)


def points(*xy: tuple[float, float]) -> NDArray[np.object_]:
    return np.array([shapely.Point(*c) for c in xy], dtype=object)


def triples(parts: Parts) -> list[tuple[int, int, float]]:
    each = zip(parts.source.tolist(), parts.target.tolist(), parts.weight.tolist(), strict=True)
    return [(s, t, round(w, 9)) for s, t, w in each]


def test_what_is_left_goes_to_the_largest_remainders() -> None:
    # quotas 4.7, 4.0, 1.3: whole parts sum to 9, the one left goes to .7
    assert largest_remainder([47, 40, 13], 10).tolist() == [5, 4, 1]


def test_equal_remainders_are_served_in_the_order_given() -> None:
    assert largest_remainder([1, 1, 1], 10).tolist() == [4, 3, 3]
    assert largest_remainder([1, 1, 1], 10, order=["c", "a", "b"]).tolist() == [3, 4, 3]


def test_round_off_does_not_decide_who_is_first() -> None:
    third = 0.1 + 0.2  # 0.30000000000000004
    assert largest_remainder([third, 0.3, 0.3], 1, order=[3, 1, 2]).tolist() == [0, 1, 0]


def test_nobody_without_weight_gets_any() -> None:
    assert largest_remainder([0, 5, 0], 3).tolist() == [0, 3, 0]
    assert largest_remainder([0, 0], 0).tolist() == [0, 0]
    assert largest_remainder([], 0).tolist() == []


@pytest.mark.parametrize(
    ("weights", "total", "message"),
    [
        ([1, -1], 5, "0 or more"),
        ([1, float("nan")], 5, "0 or more"),
        ([1, float("inf")], 5, "0 or more"),
        ([1], -1, "0 or more"),
        ([0, 0], 1_500, "1,500 cannot be shared out: nobody has any weight"),
        ([], 2, "2 cannot be shared out"),
    ],
)
def test_what_cannot_be_shared_is_refused(weights: list[float], total: int, message: str) -> None:
    with pytest.raises(DataError, match=message):
        largest_remainder(weights, total)


@given(WEIGHTS, st.integers(0, 3_000_000))
def test_shares_are_those_of_exact_fractions(weights: list[int], total: int) -> None:
    quotas = [Fraction(w * total, sum(weights)) for w in weights]
    exact = [int(q) for q in quotas]
    ranked = sorted(range(len(weights)), key=lambda i: (exact[i] - quotas[i], i))
    for i in ranked[: total - sum(exact)]:
        exact[i] += 1
    assert largest_remainder(weights, total).tolist() == exact


@given(WEIGHTS, st.integers(0, 3_000_000), st.randoms())
def test_the_order_of_rows_does_not_matter(weights: list[int], total: int, random: object) -> None:
    ids = [f"id-{n:02d}" for n in range(len(weights))]
    mixed = list(range(len(weights)))
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis' own Random
    straight = dict(zip(ids, largest_remainder(weights, total, order=ids), strict=True))
    given_mixed = [weights[i] / 7 for i in mixed]
    again = largest_remainder(given_mixed, total, order=[ids[i] for i in mixed])
    assert [int(straight[ids[i]]) for i in mixed] == again.tolist()


@given(st.lists(WEIGHTS, min_size=1, max_size=6), st.data())
def test_each_group_is_shared_as_if_it_were_alone(
    groups: list[list[int]], data: st.DataObject
) -> None:
    totals = [data.draw(st.integers(0, 10_000)) for _ in groups]
    of = np.repeat(np.arange(len(groups)), [len(g) for g in groups])
    mixed = np.array(data.draw(st.permutations(range(len(of)))), dtype=np.intp)
    each = np.concatenate(groups)
    got = np.empty(len(of), dtype=np.int64)
    got[mixed] = shared(each[mixed], of[mixed], np.array(totals), order=mixed)
    alone = [largest_remainder(g, t) for g, t in zip(groups, totals, strict=True)]
    assert got.tolist() == np.concatenate(alone).tolist()


def test_area_in_common_is_measured_and_touching_is_none() -> None:
    sources = boxes((0, 0, 10, 10), (10, 0, 20, 10))
    targets = boxes((5, 0, 10, 10), (0, 0, 20, 5), (20, 0, 30, 10))
    assert triples(overlaps(sources, targets)) == [(0, 0, 50), (0, 1, 50), (1, 1, 50)]
    assert triples(by_area(sources, targets)) == [(0, 0, 0.5), (0, 1, 0.5), (1, 1, 0.5)]


def test_what_is_in_no_target_stays_in_a_place_of_its_own() -> None:
    parts = by_area(boxes((0, 0, 10, 10), (50, 0, 60, 10)), boxes((0, 0, 4, 10)))
    assert triples(parts.completed(1, 2)) == [(0, 0, 0.4), (0, 1, 0.6), (1, 2, 1.0)]


def test_overlapping_targets_share_and_nobody_counts_twice() -> None:
    parts = by_area(boxes((0, 0, 10, 10)), boxes((0, 0, 10, 10), (0, 0, 5, 10)))
    thirds = [(0, 0, round(2 / 3, 9)), (0, 1, round(1 / 3, 9))]
    assert triples(parts.completed(2, 1)) == thirds


def test_people_are_spread_by_footprint_times_storeys() -> None:
    buildings = boxes((0, 0, 2, 1), (5, 5, 6, 7), (9, 0, 11, 1))
    # 2 × 1, 2 × 9, and half of 2 × 4 in the block: 2, 18, 4 of 24
    parts = dasymetric(boxes((0, 0, 10, 10)), buildings, np.array([1.0, 9.0, 4.0]))
    assert triples(parts) == [
        (0, 0, round(2 / 24, 9)),
        (0, 1, round(18 / 24, 9)),
        (0, 2, round(4 / 24, 9)),
    ]


def test_nobody_is_put_where_the_density_is_0_and_an_empty_block_has_no_part() -> None:
    blocks = boxes((0, 0, 10, 10), (10, 0, 20, 10), (20, 0, 30, 10))
    land = boxes((0, 0, 5, 10), (5, 0, 15, 10))
    parts = dasymetric(blocks, land, np.array([3.0, 0.0]))
    assert triples(parts) == [(0, 0, 1.0)]


def test_a_building_point_on_a_border_belongs_to_the_first_block() -> None:
    blocks = boxes((0, 0, 10, 10), (10, 0, 20, 10))
    homes = points((10, 5), (3, 3), (15, 5), (99, 99))
    parts = dasymetric(blocks, homes, np.array([1.0, 3.0, 2.0, 1.0]))
    assert triples(parts) == [(0, 0, 0.25), (0, 1, 0.75), (1, 2, 1.0)]


def test_each_goes_to_the_nearest_and_among_equals_to_the_first() -> None:
    parts = to_nearest(points((0, 0), (9, 0)), points((-1, 0), (1, 0), (10, 0)))
    assert triples(parts) == [(0, 0, 1.0), (1, 2, 1.0)]


BOX = st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 30), st.integers(1, 30)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


@given(st.lists(BOX, min_size=1, max_size=8), st.lists(BOX, min_size=1, max_size=8), st.data())
def test_people_are_conserved_by_disaggregation(
    sources: list[tuple[int, int, int, int]],
    targets: list[tuple[int, int, int, int]],
    data: st.DataObject,
) -> None:
    people = np.array([data.draw(st.integers(0, 500)) for _ in sources])
    density = np.array([float(data.draw(st.integers(0, 3))) for _ in targets])
    one, other = boxes(*sources), boxes(*targets)
    for parts in (by_area(one, other), dasymetric(one, other, density)):
        whole = parts.completed(len(targets), len(sources))
        assert np.allclose(whole.sums(len(sources)), 1)
        each = shared(whole.weight, whole.source, people, order=whole.target)
        assert np.bincount(whole.source, each, len(sources)).tolist() == people.tolist()


@given(st.lists(BOX, min_size=1, max_size=8), BOX, st.floats(0.05, 0.95))
def test_a_district_split_in_two_sums_to_the_same(
    sources: list[tuple[int, int, int, int]], district: tuple[int, int, int, int], at: float
) -> None:
    west, south, east, north = district
    cut = west + at * (east - west)
    one = boxes(*sources)
    whole = by_area(one, boxes(district)).sums(len(sources))
    halves = boxes((west, south, cut, north), (cut, south, east, north))
    assert np.allclose(by_area(one, halves).sums(len(sources)), whole)


@given(st.lists(BOX, min_size=1, max_size=6), st.lists(BOX, min_size=1, max_size=6))
def test_moving_everything_changes_no_share(
    sources: list[tuple[int, int, int, int]], targets: list[tuple[int, int, int, int]]
) -> None:
    one, other = boxes(*sources), boxes(*targets)
    moved = [shapely.transform(x, lambda xy: xy + 1_000) for x in (one, other)]
    assert triples(by_area(one, other)) == triples(by_area(*moved))


def test_cells_are_cut_as_an_independent_engine_cuts_them() -> None:
    exactextract = pytest.importorskip("exactextract", reason="exactextract is not installed")
    raster = pytest.importorskip("exactextract.raster", reason="exactextract is not installed")
    rows, columns, size = 12, 15, 7.0
    counts = np.random.default_rng(1).integers(0, 90, (rows, columns)).astype(np.float64)
    cells = boxes(
        *(
            (c * size, (rows - 1 - r) * size, (c + 1) * size, (rows - r) * size)
            for r in range(rows)
            for c in range(columns)
        )
    )
    outline = shapely.Polygon([(3, 5), (90, 20), (70, 80), (40, 40), (10, 77)])
    parts = by_area(cells, np.array([outline], dtype=object))
    source = raster.NumPyRasterSource(counts, 0, 0, columns * size, rows * size)
    feature = {"type": "Feature", "geometry": shapely.geometry.mapping(outline), "properties": {}}
    (found,) = exactextract.exact_extract(source, [feature], ["sum", "count"])
    ours = (counts.ravel()[parts.source] * parts.weight).sum()
    # its shares of cells are single floats
    assert found["properties"]["sum"] == pytest.approx(ours, rel=1e-7)
    assert found["properties"]["count"] == pytest.approx(parts.weight.sum(), rel=1e-7)
