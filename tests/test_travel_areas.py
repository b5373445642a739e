from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from streetmaker import drawn, town

from almaty_geo.streets.network import FORWARD
from almaty_geo.travel import ByStreets, Reach
from almaty_geo.travel.kernels.outline import rings

CELL_M = 25.0
TOWN = ByStreets(town(900), cell_m=CELL_M)
LOW, HIGH = TOWN.network.node_xy_m.min(axis=0), TOWN.network.node_xy_m.max(axis=0)


def metres(value: float) -> Reach:
    return Reach(value, "m", "walk", value)


def area(streets: ByStreets, place: tuple[float, float], reach: Reach) -> shapely.Polygon | None:
    found = streets.areas(np.array([place]), reaches=[reach])
    assert found.shape == (1, 1)
    shape: shapely.Polygon | None = found[0, 0]
    return shape


def spread(n: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(LOW, HIGH, (n, 2))


def test_along_one_street_the_area_is_a_diamond_of_cells() -> None:
    street = ByStreets(drawn([(-500, 5), (500, 5)]), cell_m=10)
    found = area(street, (5, 5), metres(100))
    # Centres lie at multiples of ten metres plus five: |x - 5| + |y - 5| is at most 100.
    cells = sum(1 for x in range(-20, 21) for y in range(-20, 21) if abs(x) + abs(y) <= 10)
    assert found is not None
    assert found.area == cells * 100
    assert found.bounds == (-100, -100, 110, 110)


def test_an_area_ends_within_an_edge_and_goes_round_no_corner_that_is_too_far() -> None:
    corner = ByStreets(drawn([(0, 5), (400, 5)], [(400, 5), (400, 400)]), cell_m=10)
    found = area(corner, (0, 5), metres(300))
    assert found is not None
    assert found.bounds[2] == 300
    assert not shapely.intersects_xy(found, 400, 100)


def test_ground_over_the_river_is_not_in_the_area_though_it_is_near() -> None:
    banks = ByStreets(
        drawn([(0, 0), (1000, 0)], [(0, 100), (1000, 100)], [(1000, 0), (1000, 100)]), cell_m=10
    )
    found = area(banks, (100, 0), metres(400))
    assert found is not None
    assert shapely.intersects_xy(found, 100, 30)
    assert not shapely.intersects_xy(found, 100, 100)
    assert found.bounds[3] <= 60


def test_people_drive_to_a_place_so_a_one_way_street_brings_them_from_one_side() -> None:
    street = ByStreets(drawn([(-500, 5), (500, 5)], drive=FORWARD), cell_m=10)
    found = area(street, (5, 5), Reach(200, "m", "drive", 200))
    assert found is not None
    assert found.bounds[0] == -200
    assert found.bounds[2] <= 110  # ahead, only who stands on the same ground walks back


def test_a_place_without_a_street_or_a_spot_has_no_area() -> None:
    street = ByStreets(drawn([(0, 0), (100, 0)]))
    places = np.array([[np.nan, np.nan], [0, 5000], [50, 0]])
    found = street.areas(places, reaches=[metres(50), metres(100)])
    assert [row.tolist() for row in found[:2]] == [[None, None], [None, None]]
    assert found[2, 1].is_valid
    assert street.areas(np.empty((0, 2)), reaches=[metres(50)]).shape == (0, 1)


@pytest.mark.parametrize("unit", ["m", "min"])
def test_areas_are_valid_and_a_longer_reach_holds_a_shorter(unit: str) -> None:
    value = 250 if unit == "m" else 4
    reaches = [Reach(value * k, "m" if unit == "m" else "min", "walk", 250 * k) for k in (3, 1, 2)]
    found = TOWN.areas(spread(12, 1), reaches=reaches)
    for longest, shortest, middle in found:
        assert all(shapely.is_valid([longest, shortest, middle]))
        assert shapely.covers(longest, middle)
        assert shapely.covers(middle, shortest)


def test_areas_are_the_same_each_time_and_whoever_else_is_asked_about() -> None:
    places = spread(5, 2)
    together = TOWN.areas(places, reaches=[metres(400)])
    again = ByStreets(TOWN.network, cell_m=CELL_M).areas(places[::-1], reaches=[metres(400)])[::-1]
    assert [shape.wkb for shape in together[:, 0]] == [shape.wkb for shape in again[:, 0]]


@pytest.mark.parametrize("reach", [metres(500), Reach(6, "min", "drive", 3000)])
def test_a_person_is_inside_just_when_the_way_is_within_reach_up_to_half_a_cell(
    reach: Reach,
) -> None:
    places, people = spread(8, 3), spread(3000, 4)
    areas = TOWN.areas(places, reaches=[reach])[:, 0]
    cell = (np.floor(people / CELL_M) + 0.5) * CELL_M
    for one, shape in enumerate(areas):
        of_cell = TOWN.nearest(cell, places[one : one + 1], reach=reach)
        inside = shapely.contains_xy(shape, people)
        assert np.array_equal(inside, of_cell.way <= reach.value)


def test_only_by_the_border_do_people_and_cells_differ() -> None:
    places, people = spread(8, 3), spread(3000, 4)
    reach = metres(500)
    areas = TOWN.areas(places, reaches=[reach])[:, 0]
    for one, shape in enumerate(areas):
        far = shapely.distance(shape.boundary, shapely.points(people)) > 2 * CELL_M
        way = TOWN.nearest(people, places[one : one + 1], reach=reach).way
        differ = (way <= reach.value) != shapely.contains_xy(shape, people)
        assert not (differ & far).any()


@settings(max_examples=200, deadline=None)
@given(
    st.tuples(st.integers(1, 7), st.integers(1, 7)).flatmap(
        lambda shape: arrays(np.bool_, shape, elements=st.booleans())
    )
)
def test_rings_are_the_border_of_the_cells(cells: np.ndarray) -> None:
    corner, first, part = rings(cells)
    loops = [corner[start:stop] for start, stop in pairwise(first.tolist())]
    polygons = []
    for number in np.unique(part):
        own = [
            shapely.LinearRing(loop) for loop, of in zip(loops, part, strict=True) if of == number
        ]
        around = [ring for ring in own if ring.is_ccw]
        assert len(around) == 1
        polygons.append(shapely.Polygon(around[0], [ring for ring in own if not ring.is_ccw]))
    outline = shapely.MultiPolygon(polygons)
    row, column = np.nonzero(cells)
    assert outline.is_valid
    union = shapely.union_all(shapely.box(column, row, column + 1, row + 1))
    assert shapely.equals(outline, union) or (outline.is_empty and union.is_empty)
