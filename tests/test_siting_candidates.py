"""Where a facility could be put, and which exclusions were checked."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from miswriting import miswritten

from almaty_geo.errors import SpecError, UsageError
from almaty_geo.plan.folder import read_each
from almaty_geo.siting.candidates import Zone, candidates, grid
from almaty_geo.specs import Exclusion, read_spec
from almaty_geo.words import Text

ROOT = Path(__file__).parents[1]
DECLARED = ROOT / "layers" / "exclusions"
WORDS = Text("а", "а", "a")


def exclusion(name: str, *, layer: str | None = None, distance_m: float | None = None) -> Exclusion:
    return Exclusion(
        id=name, title=WORDS, layer=layer, distance_m=distance_m, basis=WORDS, confidence="low"
    )


def zone(name: str, distance_m: float, *shapes: shapely.Geometry | None) -> Zone:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return Zone(exclusion(name, layer="somewhere", distance_m=distance_m), made)


LINE = [(float(x), 0.0) for x in range(0, 60, 10)]
IDS = tuple(f"p{k}" for k in range(6))


def test_places_nearer_than_the_distance_are_ruled_out_and_those_as_far_are_not() -> None:
    found = candidates(IDS, np.array(LINE), [zone("intakes", 10, shapely.Point(0, 0))])
    assert found.ids == IDS[1:]
    assert found.excluded_by == (("intakes", 1),)


def test_a_distance_of_nothing_keeps_off_the_polygon_itself() -> None:
    found = candidates(IDS, np.array(LINE), [zone("parks", 0, shapely.box(10, -5, 30, 5))])
    assert found.ids == ("p0", "p4", "p5")


def test_a_place_ruled_out_twice_is_counted_by_each() -> None:
    zones = [zone("b", 15, shapely.Point(0, 0)), zone("a", 5, shapely.Point(0, 0))]
    found = candidates(IDS, np.array(LINE), zones)
    assert found.excluded_by == (("a", 1), ("b", 2))
    assert (found.given, len(found.ids)) == (6, 4)


def test_what_has_no_layer_or_no_place_is_told_as_not_checked() -> None:
    zones = [
        Zone(exclusion("faults")),
        zone("nowhere", 100, None, shapely.Point()),
        zone("half", 5, shapely.Point(0, 0), None),
    ]
    found = candidates(IDS, np.array(LINE), zones)
    assert [e.id for e in found.unchecked] == ["faults", "nowhere"]
    assert [(c.exclusion.id, c.features, c.unlocated) for c in found.checked] == [("half", 1, 1)]


def test_things_without_a_place_are_counted_and_no_candidates() -> None:
    places = np.array([[np.nan, np.nan], [1.0, 1.0]])
    found = candidates(("no", "yes"), places, [])
    assert (found.ids, found.unlocated, found.given) == (("yes",), 1, 2)


def test_a_grid_lies_on_whole_steps_and_does_not_move_with_the_area() -> None:
    ids, xy_m = grid([shapely.box(5, 5, 35, 25)], step_m=10)
    assert ids == ("10_10", "10_20", "20_10", "20_20", "30_10", "30_20")
    more, _ = grid([shapely.box(5, 5, 35, 25), shapely.box(33, 5, 52, 12)], step_m=10)
    assert set(ids) < set(more)
    assert xy_m.tolist()[0] == [10, 10]


@pytest.mark.parametrize(
    ("step_m", "area", "complaint"),
    [
        (0, shapely.box(0, 0, 1, 1), "step must be above 0 m, not 0"),
        (0.001, shapely.box(0, 0, 10, 10), "more than 200,000: take a larger step"),
        (100, shapely.box(1, 1, 2, 2), "No point of a grid of 100 m lies inside"),
        (1, shapely.Polygon(), "There is no area to lay a grid on"),
    ],
)
def test_a_grid_that_cannot_be_laid_says_why(
    step_m: float, area: shapely.Polygon, complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        grid([area], step_m=step_m)


def test_no_candidate_left_names_what_excluded_them() -> None:
    with pytest.raises(UsageError, match="No candidate site is left of 6: excluded by all"):
        candidates(IDS, np.array(LINE), [zone("all", 1000, shapely.Point(0, 0))])


def test_nothing_with_a_place_is_no_candidate() -> None:
    with pytest.raises(UsageError, match="nothing given has a place"):
        candidates(("a",), np.full((1, 2), np.nan), [])
    with pytest.raises(UsageError, match=r"2 ids need places of shape \(2, 2\)"):
        candidates(("a", "b"), np.zeros((1, 2)), [])


def test_the_bundled_exclusions_name_layers_that_exist_and_what_is_not_checked() -> None:
    declared = read_each(DECLARED, Exclusion)
    layers = {path.stem for path in (ROOT / "layers").glob("*.toml")}
    assert {e.layer for e in declared.values() if e.layer} <= layers
    unchecked = {e.id for e in declared.values() if e.layer is None}
    named = {"tectonic-faults", "mudflow-channels", "river-strips", "detailed-plan", "land-title"}
    assert named <= unchecked
    assert all(e.confidence != "high" for e in declared.values())


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("distance_m = 200\n", "", "'distance_m' goes with 'layer'"),
        ('layer = "intakes"\n', "", "'distance_m' goes with 'layer'"),
        ("distance_m = 200", "distance_m = -1", "distance_m: .*-1"),
        ("distance_m = 200", "distance_m = inf", "distance_m: .*finite"),
        ("distance_m = 200", "radius_m = 200", "unknown key 'radius_m'"),
        ('confidence = "assumption"', 'confidence = "sure"', "confidence: .*'sure'"),
        ("[basis]", "[base]", "key 'basis' is missing"),
    ],
)
def test_a_wrong_exclusion_says_what_is_wrong(
    before: str, after: str, complaint: str, tmp_path: Path
) -> None:
    broken = miswritten(DECLARED / "intake-zones.toml", before, after, tmp_path)
    with pytest.raises(SpecError, match=rf"^intake-zones\.toml: .*({complaint})"):
        read_spec(broken, Exclusion, id="intake-zones")


def test_columns_to_match_need_a_layer() -> None:
    with pytest.raises(ValueError, match="'where' goes with 'layer'"):
        Exclusion(id="x", title=WORDS, where={"a": 1}, basis=WORDS, confidence="low")
