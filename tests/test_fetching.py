"""What goes out to fetch: whole and the same whichever way it comes, or one clear line."""

import datetime as dt
import gzip
import hashlib
import json
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import overpass_server as server
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from miswriting import miswritten
from overpass_server import answer, says, serving

from almaty_geo.area import StudyArea
from almaty_geo.errors import DataError, OutputError, SpecError, UsageError
from almaty_geo.fetching import Fetched, FetchError, FetchTheme, Limits, fetch, forget, read_themes
from almaty_geo.fetching.answers import elements_of
from almaty_geo.fetching.queries import query, tiles
from almaty_geo.fetching.rows import Rows
from almaty_geo.plan import Plan
from almaty_geo.reading import read_outside
from almaty_geo.specs import LayerSpec
from almaty_geo.words import same

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "layers" / "fetch" / "themes.toml"
THEMES = read_themes(TABLE)
BOX = (76.5, 43.0, 77.3, 43.6)
REGION = (74.0, 42.0, 79.0, 48.0)
DAY = dt.date(2026, 4, 9)
NOTHING = "has nothing of"

RECORDED = {  # streets in each recorded answer; None where it is no answer of the Overpass API
    "080f1ee0852d7d33532051501f904f731425f449": 2548,
    "0e516be6a96a6ebdf05f2b751a9239a95cfc2b05": 0,
    "1f26e37a90ec40ddf450dd299e9aaf53ea59f0be": 501,
    "539c3647952b6825445560b41f0602d5a3099258": 96,
    "589254daf07cc2d35e577e889ba9f000479daf01": 0,
    "6e6f82aec6d276a6dce6823627bec16bd6f69a6c": 18,
    "b6ddf9f6311e31a3d0ff78d33f1bddcf47cd74ff": None,
    "c0575957e491d95daf16bc90d75c9822ad70b893": 640,
    "f29ab53c19f9c1421aabb41729b62a505cd984de": 2545,
}


def node(ref: int, lon: float, lat: float, /, **tags: str) -> dict[str, Any]:
    place = {"type": "node", "id": ref, "lon": lon, "lat": lat}
    return {**place, "tags": _keyed(tags)} if tags else place


def way(ref: int, nodes: Iterable[int], /, **tags: str) -> dict[str, Any]:
    return {"type": "way", "id": ref, "nodes": list(nodes), "tags": _keyed(tags)}


def relation(ref: int, members: Iterable[tuple[str, int, str]], /, **tags: str) -> dict[str, Any]:
    parts = [{"type": kind, "ref": number, "role": role} for kind, number, role in members]
    return {"type": "relation", "id": ref, "members": parts, "tags": _keyed(tags)}


def _keyed(tags: dict[str, str]) -> dict[str, str]:
    return {key.replace("__", ":"): value for key, value in tags.items()}


def square(ref: int, west: float, south: float, side: float) -> list[dict[str, Any]]:
    """Return the corners of a square as nodes, numbered from `ref`."""
    corners = [(0, 0), (side, 0), (side, side), (0, side)]
    return [
        node(ref + i, round(west + x, 7), round(south + y, 7)) for i, (x, y) in enumerate(corners)
    ]


SCHOOL = node(5, 76.9, 43.25, amenity="school", name="№ 5", capacity="800")
STREET = [node(1, 76.9, 43.2), node(2, 76.91, 43.2), way(7, [1, 2], highway="residential")]


def quick(waited: list[float] | None = None, /, **changed: Any) -> Limits:
    """Return limits that wait for nothing, and note for how long they would have."""
    wait = (waited if waited is not None else []).append
    return replace(Limits(connect_s=2, read_s=5, total_s=20, wait=wait), **changed)


def fetched(theme: str, body: bytes, folder: Path, /, box: Any = BOX) -> Fetched:
    """Return what a recorded answer gives."""
    file = folder / "answer.json"
    file.write_bytes(body)
    return fetch(THEMES[theme], bounds_deg=box, source=file)


def same_layer(one: gpd.GeoDataFrame, two: gpd.GeoDataFrame) -> None:
    """Hold two layers to the same rows, columns, types, places and coordinate system."""
    assert one.crs == two.crs
    pd.testing.assert_frame_equal(pd.DataFrame(one.to_wkb()), pd.DataFrame(two.to_wkb()))


def said(found: Fetched) -> list[str]:
    return [note.text.en for note in found.notes]


# ---- the table of tags


@pytest.mark.parametrize("name", THEMES)
def test_every_theme_that_ships_asks_for_something_and_becomes_a_layer(
    name: str, almaty: Plan
) -> None:
    theme = THEMES[name]
    assert theme.theme is None or theme.theme in {*almaty.themes, *almaty.norms}
    assert (theme.role == "facility") == (theme.theme is not None)
    assert all(column.title for column in theme.columns.values())
    assert "out skel" in query(theme, BOX)


def test_the_themes_that_are_promised_are_there() -> None:
    promised = "streets schools kindergartens polyclinics pharmacies parks bus_stops fire_stations"
    assert set(promised.split()) <= set(THEMES)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("tile_deg = 0.25", "tile_size = 1", "streets: unknown key 'tile_size'"),
        ('elements = ["way"]\ntile', "tile", "streets: the file: lines are ways"),
        ('geometry = "LineString"', 'geometry = "none"', "streets: .*have a geometry"),
        ('area = ["yes"]', 'area = ["*"]', "streets: .*'without' names values"),
        ('amenity = ["school"]', "amenity = []", "schools: any_of.0.amenity: .*at least 1"),
        ('amenity = ["school"]', "amenity = ['sc\"hool']", "schools: any_of.0.amenity.0: .*match"),
        ('amenity = ["school"]', "'am[enity' = ['x']", "schools: any_of.0.am.enity.*: .*match"),
        ('[{ amenity = ["school"] }]', "[]", "schools: any_of: .*at least 1"),
        ('columns = ["ref", "op', 'columns = ["rev", "op', "bus_stops: columns: 'rev' is not in"),
        ("[columns.ref]", "[columns.id]", "columns: 'ref' is not in the table"),
        ('tag = "lanes"\nkind = "int"', 'tag = "lanes"\nkind = "bool"', "'str' or 'int', not 'b"),
        ("[columns.lanes]", "[colums.lanes]", "unknown key 'colums'; known: columns, themes"),
    ],
)
def test_a_wrong_table_says_what_is_wrong(
    before: str, after: str, complaint: str, tmp_path: Path
) -> None:
    broken = miswritten(TABLE, before, after, tmp_path)
    with pytest.raises(SpecError, match=rf"^themes\.toml: .*{complaint}"):
        read_themes(broken)


def test_a_column_may_not_take_the_name_of_another(tmp_path: Path) -> None:
    text = TABLE.read_text(encoding="utf-8").replace("columns.shelter]", "columns.name_ru]")
    broken = tmp_path / "themes.toml"
    broken.write_text(text.replace('"shelter"', '"name_ru"'), encoding="utf-8")
    with pytest.raises(SpecError, match=r"bus_stops: .*'name_ru' is taken"):
        read_themes(broken)


# ---- what is asked


def test_a_question_names_south_first_and_every_kind_of_element() -> None:
    asked = query(THEMES["polyclinics"], (76.5, 43.0, 77.3, 43.6))
    assert "[bbox:43.0000000,76.5000000,43.6000000,77.3000000];" in asked
    assert asked.count('["amenity"~"^(clinic|doctors)$"]') == 3
    assert asked.count('["healthcare"~"^(clinic|doctor|centre)$"]') == 3
    assert asked.endswith("out body;\n>;\nout skel qt;\n")


def test_all_tags_of_a_table_are_needed_and_excluded_ones_shut_out() -> None:
    assert 'node["railway"="station"]["station"="subway"];' in query(THEMES["metro"], BOX)
    assert '$"]["area"!="yes"];' in query(THEMES["streets"], BOX)
    assert not THEMES["metro"].takes("node", {"railway": "station"})
    assert not THEMES["streets"].takes("way", {"highway": "pedestrian", "area": "yes"})
    assert THEMES["streets"].takes("way", {"highway": "pedestrian", "area": "no"})
    assert not THEMES["streets"].takes("node", {"highway": "residential"})
    anything = FetchTheme.model_validate(
        {**THEMES["parks"].model_dump(exclude={"columns"}), "any_of": [{"leisure": ["*"]}]}
    )
    assert anything.takes("way", {"leisure": "whatever"})
    assert 'way["leisure"];' in query(anything, BOX)


def test_a_box_is_cut_into_parts_that_cover_it() -> None:
    parts = tiles(BOX, tile_deg=0.25, most=99)
    assert len(parts) == 4 * 3
    assert sum((e - w) * (n - s) for w, s, e, n in parts) == pytest.approx(0.8 * 0.6)
    assert len(tiles((76.1, 43.0, 76.7, 43.1), tile_deg=0.2, most=99)) == 3


@pytest.mark.parametrize(
    ("box", "complaint"),
    [
        ((77.3, 43.0, 76.5, 43.6), "Box 77.3, 43, 76.5, 43.6 is none"),
        ((76.5, 43.0, 77.3, 93.0), "is none"),
        ((float("nan"), 43.0, 77.3, 43.6), "is none"),
        ((-180.0, -90.0, 180.0, 90.0), "needs 64800 requests, at most 256"),
    ],
)
def test_a_box_that_is_none_or_too_large_is_refused(box: Any, complaint: str) -> None:
    with (
        serving(says(answer([SCHOOL]))) as (url, state),
        pytest.raises(UsageError, match=complaint),
    ):
        fetch(THEMES["schools"], bounds_deg=box, source=url)
    assert not state.asked


def test_a_box_that_is_none_is_refused_for_a_file_too(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is none: west < east, south < north"):
        fetched("schools", answer([SCHOOL]), tmp_path, (77.3, 43.0, 76.5, 43.6))


# ---- from elements to a layer


def test_each_kind_of_element_becomes_a_row_with_names_and_columns(tmp_path: Path) -> None:
    found = fetched(
        "schools",
        answer([
            relation(3, [("way", 31, "")], amenity="school", type="multipolygon", name="Лицей"),
            way(31, [21, 22, 23, 24, 21]),
            *square(21, 76.95, 43.25, 0.002),
            way(4, [11, 12, 13, 14, 11], amenity="school", name="Мектеп", name__kk="Мектеп"),
            *square(11, 76.9, 43.3, 0.001),
            node(5, 76.9, 43.25, amenity="school", name="№ 5", name__en="No 5", capacity="800"),
            node(6, 76.91, 43.25, amenity="school", name__ru="Школа", addr__street="Абая"),
            node(7, 76.92, 43.25, amenity="pharmacy", name="no school"),
        ]),
        tmp_path,
    )  # fmt: skip
    frame = found.frame.astype(object).where(found.frame.notna(), None)
    assert list(frame["id"]) == ["node-5", "node-6", "way-4", "relation-3"]
    assert list(frame["name_ru"]) == ["№ 5", "Школа", None, "Лицей"]
    assert list(frame["name_kk"]) == [None, None, "Мектеп", None]
    assert list(frame["name_en"]) == ["No 5", None, None, None]
    assert list(frame["capacity"]) == [800, None, None, None]
    assert list(frame["street"]) == [None, "Абая", None, None]
    assert [p.wkt for p in found.frame.geometry] == [
        "POINT (76.9 43.25)",
        "POINT (76.91 43.25)",
        "POINT (76.9005 43.3005)",
        "POINT (76.951 43.251)",
    ]
    assert found.frame.crs == "EPSG:4326"
    assert found.date == "2026-04-08T06:07:10Z"
    assert said(found) == [
        "2 names are in a language that the map does not state; they are shown as Russian."
    ]


def test_areas_keep_their_holes_and_parts(tmp_path: Path) -> None:
    found = fetched(
        "parks",
        answer([
            # A ring of two ways, an island beside it, and a pond within.
            relation(
                1,
                [("way", 1, "outer"), ("way", 2, "outer"), ("way", 3, ""), ("way", 4, "inner")],
                leisure="park",
                type="multipolygon",
            ),
            *square(11, 76.9, 43.2, 0.04),
            way(1, [11, 12, 13]),
            way(2, [11, 14, 13]),
            *square(21, 77.0, 43.2, 0.01),
            way(3, [21, 22, 23, 24, 21]),
            *square(31, 76.91, 43.21, 0.02),
            way(4, [31, 32, 33, 34, 31]),
        ]),
        tmp_path,
    )  # fmt: skip
    (area,) = found.frame.geometry
    assert area.geom_type == "MultiPolygon"
    assert area.area == pytest.approx(0.04**2 + 0.01**2 - 0.02**2)
    assert not area.contains(shapely.Point(76.92, 43.22))


def test_what_has_no_shape_is_counted_by_its_reason_and_nothing_else_is_lost(
    tmp_path: Path,
) -> None:
    found = fetched(
        "parks",
        answer([
            *square(1, 76.9, 43.2, 0.01),
            way(1, [1, 2, 3, 4, 1], leisure="park", name="Whole"),
            way(2, [1, 2, 3, 4], leisure="park"),
            way(3, [1, 2, 99, 1], leisure="park"),
            node(9, 76.9, 43.25, leisure="park"),
            relation(1, [("way", 1, "")], leisure="park", type="site"),
            relation(2, [("way", 77, "outer")], leisure="park", type="multipolygon"),
            relation(3, [("way", 2, "outer")], leisure="park", type="multipolygon"),
            relation(4, [], leisure="park", type="multipolygon"),
            way(5, [4, 9]),
            way(6, [1, 2, 1, 2, 1], leisure="park"),
            # Two triangles that share a corner and overlap.
            node(8, 76.9, 43.22),
            way(7, [4, 1, 2, 4]),
            way(8, [1, 3, 8, 1]),
            relation(6, [("way", 7, ""), ("way", 8, "")], leisure="park", type="multipolygon"),
            relation(7, [("way", 1, ""), ("way", 1, "inner")], leisure="park", type="multipolygon"),
            relation(5, [("way", 1, ""), ("way", 5, "")], leisure="park", type="multipolygon"),
        ]),
        tmp_path,
    )  # fmt: skip
    assert list(found.frame["id"]) == ["way-1"]
    assert said(found)[:4] == [
        "3 things have no row: parts of them did not come.",
        "6 things have no row: their outlines do not make areas.",
        "1 thing has no row: it is mapped as a point, without an outline.",
        "1 thing has no row: it is a relation that makes no area.",
    ]


def test_a_facility_of_another_shape_still_has_its_point(tmp_path: Path) -> None:
    bow = [node(1, 76.9, 43.2), node(2, 76.92, 43.22), node(3, 76.92, 43.2), node(4, 76.9, 43.22)]
    found = fetched(
        "schools",
        answer([
            *bow,
            way(1, [1, 2, 3, 4, 1], amenity="school", name__ru="Crossed"),
            way(2, [1, 3], amenity="school", name__ru="Open"),
            *square(11, 76.95, 43.25, 0.01),
            way(3, [11, 12, 13, 14, 11]),
            relation(1, [("node", 1, ""), ("way", 3, "")], amenity="school", type="site"),
            relation(2, [("relation", 9, "")], amenity="school", type="site"),
            relation(3, [("way", 2, ""), ("way", 3, "")], amenity="school", type="multipolygon"),
        ]),
        tmp_path,
    )  # fmt: skip
    crossed, unclosed, site, torn = found.frame.geometry
    halves = [[(x, 43.2), (x, 43.22), (76.91, 43.21)] for x in (76.9, 76.92)]
    assert any(shapely.Polygon(half).contains(crossed) for half in halves)
    assert unclosed.bounds[1] == 43.2
    assert site.wkt == torn.wkt == "POINT (76.955 43.255)"
    assert "1 outline crosses itself; its point is taken from a mended copy." in said(found)
    assert "1 thing has no row: parts of it did not come." in said(found)


def test_what_lies_outside_the_box_stays_out_and_what_crosses_it_is_whole(tmp_path: Path) -> None:
    elements = [
        *[node(1, 76.9, 43.2), node(2, 77.9, 43.2), node(3, 78.9, 43.2)],
        way(7, [1, 2], highway="residential"),
        way(8, [2, 3], highway="residential"),
    ]
    found = fetched("streets", answer(elements), tmp_path)
    assert list(found.frame["id"]) == ["way-7"]
    assert found.frame.geometry[0].wkt == "LINESTRING (76.9 43.2, 77.9 43.2)"


def test_names_are_kept_as_text_and_what_drives_a_terminal_is_taken_out(tmp_path: Path) -> None:
    names = ["{{7*7}} `${x}` </script><img onerror=a()>", "=1+1", "a\u202eb\x1b[2Jc"]
    places = [node(i, 76.9, 43.2, amenity="school", name=n) for i, n in enumerate(names, start=1)]
    found = fetched("schools", answer(places), tmp_path)
    assert list(found.frame["name_ru"]) == [*names[:2], "ab[2Jc"]
    assert "From 1 text, characters that nobody can see were taken out." in said(found)


def test_a_number_in_words_is_empty_and_counted(tmp_path: Path) -> None:
    given = ["1 200", "about 300", "-4", "1" * 30]
    places = [node(i, 76.9, 43.2, amenity="school", capacity=c) for i, c in enumerate(given, 1)]
    found = fetched("schools", answer(places), tmp_path)
    assert list(found.frame["capacity"].isna()) == [True, True, False, True]
    assert "Column “capacity”: 3 values are no whole numbers and are left empty." in said(found)


def test_an_element_that_comes_twice_is_one_row_with_its_tags(tmp_path: Path) -> None:
    bare = {"type": "way", "id": 7, "nodes": [1, 2]}
    for order in ([STREET[2], bare], [bare, STREET[2]]):
        found = fetched("streets", answer([*STREET[:2], *order]), tmp_path)
        assert list(found.frame["highway"]) == ["residential"]


def test_the_order_of_elements_does_not_matter(tmp_path: Path) -> None:
    elements = [*STREET, way(6, [2, 1], highway="service")]
    one = fetched("streets", answer(elements), tmp_path)
    two = fetched("streets", answer(elements[::-1]), tmp_path)
    assert list(one.frame["id"]) == ["way-6", "way-7"]
    same_layer(one.frame, two.frame)


def test_what_is_fetched_passes_the_door_under_the_sidecar_that_it_brings(tmp_path: Path) -> None:
    found = fetched("schools", answer([SCHOOL]), tmp_path)
    spec = LayerSpec.model_validate({
        "id": "schools_osm",
        "title": found.theme.title,
        "role": found.theme.role,
        "theme": found.theme.theme,
        "geometry": found.theme.geometry,
        "file": "schools_osm.geojson",
        "sha256": "0" * 64,
        "date": found.day,
        "precision": found.precision,
        "source": [found.source(accessed=DAY)],
        "columns": found.columns,
        "notes": found.notes,
    })  # fmt: skip
    path = tmp_path / spec.file
    path.write_text(json.dumps(_geojson(found.frame)), encoding="utf-8")
    area = StudyArea(same("Town"), BOX, "EPSG:32643")
    read = read_outside(path, spec, area)
    assert not read.faults
    assert list(read.frame["capacity"]) == [800]
    assert spec.licence == "ODbL-1.0"
    assert "© OpenStreetMap contributors; as of 2026-04-08T06:07:10Z" in str(spec.source[0].note)
    assert found.sha256 in str(spec.source[0].note)


def _geojson(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    features = [
        {
            "type": "Feature",
            "properties": {k: v for k, v in row.items() if k != "geometry"},
            "geometry": shapely.geometry.mapping(row["geometry"]),
        }
        for row in rows
    ]
    return {"type": "FeatureCollection", "features": features}


def test_an_answer_without_a_date_says_so(tmp_path: Path) -> None:
    for date in ("", "yesterday", "2026-04-08T06:07:10Z<script>"):
        assert fetched("schools", answer([SCHOOL], date=date), tmp_path).day == "not stated"


# Ways among eight nodes of a grid; now and then one that did not come.
GRID = [node(11 + i, 76.9 + i % 3 / 100, 43.2 + i // 3 / 100) for i in range(8)]
_REFS = st.integers(1, 6)
_TAGS = st.sampled_from([{"leisure": "park", "amenity": "school"}, {"leisure": "park"}, {}])
_NODES = st.builds(lambda ref, tags: {**node(ref, 76.95, 43.25), "tags": tags}, _REFS, _TAGS)
_WAYS = st.builds(
    lambda ref, nodes, tags: way(ref, [*nodes, nodes[0]], **tags),
    _REFS,
    st.lists(st.sampled_from([*range(11, 19)] * 3 + [99]), min_size=1, max_size=6),
    _TAGS,
)
_MEMBERS = st.tuples(
    st.sampled_from(["way", "way", "way", "node", "relation"]),
    _REFS,
    st.sampled_from(["outer", "inner", ""]),
)
_RELATIONS = st.builds(
    lambda ref, members, kind, tags: relation(ref, members, **{**tags, "type": kind}),
    _REFS,
    st.lists(_MEMBERS, max_size=4),
    st.sampled_from(["multipolygon", "multipolygon", "site"]),
    _TAGS,
)
_ONCE: Any = {"unique_by": lambda element: (element["type"], element["id"]), "max_size": 20}


@given(
    st.lists(_NODES | _WAYS | _WAYS | _RELATIONS, **_ONCE), st.sampled_from(["parks", "schools"])
)
@settings(max_examples=150, deadline=None)
def test_whatever_the_elements_are_each_of_the_theme_is_a_row_or_counted(
    elements: list[dict[str, Any]], name: str
) -> None:
    theme = THEMES[name]
    rows = Rows(theme, BOX)
    rows.add(elements_of(answer([*GRID, *elements]), "here"))
    wanted = {f"{e['type']}-{e['id']}" for e in elements if theme.takes(e["type"], e["tags"])}
    frame = rows.frame()
    lacking = {f"{kind}-{ref}" for kind, ref in rows.tally.lacking}
    assert set(frame["id"]) | lacking == wanted
    assert len(frame) + len(lacking) == len(wanted)
    assert not frame.geometry.is_empty.any()
    assert set(frame.geom_type) <= {theme.geometry, f"Multi{theme.geometry}"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "id", "lat", "lon", "nodes", "members", "tags", "ref", "role"]
            ),
            inner | st.sampled_from(["node", "way", "relation", 1]),
        )
    ),
    max_leaves=12,
)


@given(_JSON | st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_whatever_comes_is_taken_or_refused_in_one_line(given_: Any) -> None:
    whole = given_ if isinstance(given_, bytes) else json.dumps({"elements": given_}).encode()
    listed = b"" if isinstance(given_, bytes) else json.dumps({"elements": [given_]}).encode()
    for body in (whole, listed):
        try:
            Rows(THEMES["schools"], BOX).add(elements_of(body, "here"))
        except DataError as error:
            assert "\n" not in str(error)  # noqa: PT017 - either way is right


# ---- the recorded answers


@pytest.mark.parametrize("name", [name for name, streets in RECORDED.items() if streets])
def test_a_replayed_answer_gives_the_layer_that_reading_the_recorded_one_gives(
    name: str, real_data: Path, tmp_path: Path
) -> None:
    path = real_data / "overpass" / f"{name}.json"
    body = path.read_bytes()
    theme = THEMES["streets"].model_copy(update={"tile_deg": 10.0})
    read = fetch(theme, bounds_deg=REGION, source=path)
    with serving(server.says_in_pieces(body)) as (url, state):
        got = fetch(theme, bounds_deg=REGION, source=url, cache=tmp_path, limits=quick())
        again = fetch(theme, bounds_deg=REGION, source=url, cache=tmp_path, limits=quick())
    assert len(state.asked) == 1
    assert len(got.frame) == RECORDED[name]
    assert got.sha256 == read.sha256 == again.sha256 == hashlib.sha256(body).hexdigest()
    assert got.date == read.date == json.loads(body)["osm3s"]["timestamp_osm_base"]
    assert got.notes == read.notes
    same_layer(got.frame, read.frame)
    same_layer(again.frame, read.frame)


@pytest.mark.parametrize("name", [name for name, streets in RECORDED.items() if streets])
def test_the_layer_of_a_recorded_answer_is_what_stands_in_it(name: str, real_data: Path) -> None:
    path = real_data / "overpass" / f"{name}.json"
    elements = json.loads(path.read_bytes())["elements"]
    place = {e["id"]: (e["lon"], e["lat"]) for e in elements if e["type"] == "node"}
    ways = {e["id"]: e for e in elements if e["type"] == "way"}
    frame = fetch(THEMES["streets"], bounds_deg=REGION, source=path).frame
    assert list(frame["osm_id"]) == sorted(ways)
    for ref, line, lanes in zip(frame["osm_id"], frame.geometry, frame["level"], strict=True):
        assert list(line.coords) == [place[n] for n in ways[ref]["nodes"]]
        assert str(lanes) == ways[ref]["tags"].get("layer", "<NA>")


@pytest.mark.parametrize("name", [name for name, streets in RECORDED.items() if not streets])
def test_a_recorded_answer_with_nothing_in_it_leaves_no_layer_and_nothing_kept(
    name: str, real_data: Path, tmp_path: Path
) -> None:
    body = (real_data / "overpass" / f"{name}.json").read_bytes()
    complaint = NOTHING if RECORDED[name] == 0 else "no list 'elements'"
    with serving(says(body)) as (url, _), pytest.raises(DataError, match=complaint):
        fetch(THEMES["schools"], bounds_deg=REGION, source=url, cache=tmp_path, limits=quick())
    assert not list(tmp_path.iterdir())


# ---- a server that misbehaves

WHOLE = answer([SCHOOL])
MISBEHAVIOURS: dict[str, tuple[Any, type[Exception], str, int]] = {
    "silent": (server.keeps_silent, FetchError, "no answer in time", 3),
    "dripping": (server.drips, FetchError, "time for fetching is over", 1),
    "dripping after what looks whole": (server.drips_and_ends, FetchError, "time .* is over", 1),
    "cut off": (server.cuts(WHOLE, at=40), FetchError, r"cut off at 40 of \d+ bytes", 3),
    "cut off at once": (server.cuts(WHOLE, at=0), FetchError, "cut off at 0 of", 3),
    "cut off in pieces": (server.cuts_a_piece(WHOLE, packed=False), FetchError, "was cut", 3),
    "cut off when packed": (server.cuts_a_piece(WHOLE, packed=True), FetchError, "was cut", 3),
    "half a packing": (server.ends_within_its_packing(WHOLE), FetchError, "in its packing", 3),
    "cut off without a length": (
        server.says_until_the_end(WHOLE[:-9]), DataError, "not JSON at line 1", 1),
    "hanging up": (server.hangs_up, FetchError, "the connection was cut", 3),
    "too many requests": (says(b"slow down", status=429), FetchError, "429 .*'slow down'", 3),
    "gateway time-out": (says(server.PAGE, status=504), FetchError, "504 .*too busy to handle", 3),
    "time-out, packed": (
        says(gzip.compress(server.PAGE), 504, Content_Encoding="gzip"),
        FetchError, "504 .*too busy to handle", 3),
    "bad question": (says(server.PAGE, status=400), FetchError, "400 .*runtime error", 1),
    "not found": (says(b"", status=404), FetchError, r"status 404 Not Found\.", 1),
    "page": (says(server.PAGE), DataError, "a page in place of data: 'runtime error: open64", 1),
    "empty": (says(answer()), DataError, NOTHING, 1),
    "of something else": (says(answer([STREET[0]])), DataError, NOTHING, 1),
    "without a byte": (says(b""), DataError, "not JSON", 1),
    "huge": (server.never_ends, FetchError, "larger than 1,000,000 bytes", 1),
    "bomb": (server.bomb(200_000_000), FetchError, "larger than 1,000,000 bytes", 1),
    "sending on": (server.sends_on("http://127.0.0.1:9/x"), FetchError, "no redirect", 1),
    "another protocol": (server.speaks_something_else, FetchError, "does not speak HTTP", 1),
    "packed otherwise": (says(WHOLE, Content_Encoding="br"), FetchError, "packed as 'br'", 1),
    "not packed": (says(WHOLE, Content_Encoding="gzip"), FetchError, "is not gzip", 1),
    "packed with a tail": (
        says(gzip.compress(WHOLE) + b"more", Content_Encoding="gzip"),
        FetchError, "goes on after its end", 1),
    "given up": (
        says(WHOLE[:-1] + b', "remark": "runtime error: Query timed out in \\"query\\""}'),
        DataError, "gave up, what came is not whole: 'runtime error: Query timed out", 1),
    "not JSON": (says(b'{"elements": [}'), DataError, "not JSON at line 1, column 15", 1),
    "NaN": (says(WHOLE.replace(b"43.25", b"NaN")), DataError, "number 'NaN'", 1),
    "not finite": (says(WHOLE.replace(b"43.25", b"1e999")), DataError, "not on Earth", 1),
    "doubled": (
        says(WHOLE.replace(b'"id": 5', b'"id": 5, "id": 6')), DataError, "'id' .* twice", 1),
    "too deep": (says(b"[" * 100_000), DataError, "nested deeper", 1),
    "cp1251": (says(b'{"elements": "\xd8"}'), DataError, "byte 14 is 0xd8, expected UTF-8", 1),
    "no object": (says(b"[1]"), DataError, "no list 'elements'", 1),
    "no list": (says(b'{"elements": {}}'), DataError, "no list 'elements'", 1),
    "no elements": (says(answer([7, {"type": []}])), DataError, "of type empty, expected node", 1),
    "swapped": (says(answer([node(1, 43.2, 176.9)])), DataError, "lies at 43.2, 176.9, not on", 1),
    "text for a number": (
        says(WHOLE.replace(b"43.25", b'"43.25"')), DataError, "lies at 76.9, '43.25', not on", 1),
    "id that is none": (says(answer([node(-1, 76, 43)])), DataError, "a node with the id -1", 1),
    "tags that are none": (
        says(answer([{**node(1, 76, 43), "tags": {"a": 1}}])), DataError, "tags that are no", 1),
    "nodes that are none": (says(answer([way(1, [True])])), DataError, "way 1 has nodes that", 1),
    "members that are none": (
        says(answer([{**relation(1, []), "members": [{}]}])), DataError, "has members that", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_each_misbehaviour_ends_in_one_clear_line_and_leaves_nothing(
    name: str, tmp_path: Path
) -> None:
    behaviour, kind, complaint, requests = MISBEHAVIOURS[name]
    limits = quick(
        tries=3,
        pause_s=0,
        read_s=0.3 if name == "silent" else 5,
        size_max_bytes=1_000_000,
        total_s=0.5 if name.startswith("dripping") else 20,
    )
    begun = time.monotonic()
    with serving(behaviour) as (url, state), pytest.raises(kind, match=complaint) as error:
        fetch(THEMES["schools"], bounds_deg=BOX, source=url, cache=tmp_path / "c", limits=limits)
    assert time.monotonic() - begun < 10
    line = str(error.value)
    assert "\n" not in line
    assert len(line) < 400
    assert line.removeprefix("http://").startswith(url.split("/")[2])
    assert len(state.asked) == requests
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_small_body_that_hides_a_huge_one_never_stands_in_memory() -> None:
    limits = quick(size_max_bytes=1_000_000)
    with serving(server.bomb(100_000_000)) as (url, _):
        tracemalloc.start()
        try:
            with pytest.raises(FetchError, match="larger than 1,000,000 bytes"):
                fetch(THEMES["schools"], bounds_deg=BOX, source=url, limits=limits)
            peak_bytes = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak_bytes < 10_000_000


def test_a_server_that_recovers_is_asked_again_after_longer_and_longer_pauses() -> None:
    waited: list[float] = []
    busy = says(server.PAGE, status=504)
    told: list[str] = []
    with serving(busy, server.hangs_up, busy, says(WHOLE)) as (url, state):
        found = fetch(
            THEMES["schools"],
            bounds_deg=BOX,
            source=url,
            limits=quick(waited, total_s=900),
            progress=told.append,
        )
    assert list(found.frame["id"]) == ["node-5"]
    assert waited == [5, 10, 20]
    assert len(state.asked) == 4
    assert len({asked.query for asked in state.asked}) == 1
    assert [line.split(": ")[-1] for line in told] == [
        "1 of 1", "once more in 5 s", "once more in 10 s", "once more in 20 s"]  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "0"}, 0),
        ({"Retry_After": "soon"}, 5),
        ({"Retry_After": "-7"}, 5),
        ({"Retry_After": "²"}, 5),
        ({}, 5),
    ],
)
def test_a_server_that_says_when_to_come_back_is_heeded(
    headers: dict[str, str], waited: float
) -> None:
    waits: list[float] = []
    with serving(says(b"", status=429, **headers), says(WHOLE)) as (url, _):
        fetch(THEMES["schools"], bounds_deg=BOX, source=url, limits=quick(waits))
    assert waits == [waited]


def test_a_date_to_come_back_is_held_against_the_servers_own_clock() -> None:
    waits: list[float] = []

    def behave(handler: server.Handler) -> None:
        handler.send_response_only(429)
        handler.send_header("Date", "Wed, 08 Apr 2026 06:00:00 GMT")
        handler.send_header("Retry-After", "Wed, 08 Apr 2026 06:00:09 GMT")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with serving(behave, says(WHOLE)) as (url, _):
        fetch(THEMES["schools"], bounds_deg=BOX, source=url, limits=quick(waits))
    assert waits == [9]


def test_a_server_that_wants_an_hour_is_left_alone() -> None:
    waits: list[float] = []
    with (
        serving(says(b"", status=429, Retry_After="3600")) as (url, state),
        pytest.raises(FetchError, match=r"Next try after 3600 s: too long to wait\."),
    ):
        fetch(THEMES["schools"], bounds_deg=BOX, source=url, limits=quick(waits, total_s=9e9))
    assert len(state.asked) == 1
    assert not waits


def test_requests_go_out_one_at_a_time_with_pauses_and_say_who_asks(tmp_path: Path) -> None:
    waits: list[float] = []
    theme = THEMES["schools"].model_copy(update={"tile_deg": 0.4})
    with serving(says(WHOLE)) as (url, state):
        found = fetch(theme, bounds_deg=BOX, source=url, cache=tmp_path, limits=quick(waits))
    assert len(state.asked) == 4
    assert state.most_at_once == 1
    assert waits == [1, 1, 1]
    assert len(found.frame) == 1
    assert found.query == "\n".join(asked.query for asked in state.asked)
    for asked in state.asked:
        assert asked.path == "/api/interpreter"
        assert asked.headers["User-Agent"].startswith("almaty-geo/")
        assert set(asked.headers) == {
            "Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}  # fmt: skip


def test_no_redirect_is_followed_to_another_host() -> None:
    with serving(says(WHOLE)) as (other, elsewhere):
        for status in (301, 302, 303, 307, 308):
            with (
                serving(server.sends_on(other, status)) as (url, _),
                pytest.raises(FetchError, match=f"sends on to '{other}'"),
            ):
                fetch(THEMES["schools"], bounds_deg=BOX, source=url, limits=quick())
    assert not elsewhere.asked


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(says(b"", status=404)) as (proxy, elsewhere), serving(says(WHOLE)) as (url, _):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
            monkeypatch.setenv(name, proxy)
        fetch(THEMES["schools"], bounds_deg=BOX, source=url, limits=quick())
    assert not elsewhere.asked


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("ftp://host/x", "begins with http:// or https://"),
        ("file:///etc/passwd", "begins with http:// or https://"),
        ("/vsicurl/http://host/x.osm.pbf", "begins with http:// or https://"),
        ("http:///api", "is no address: expected http://host/path"),
        ("http://host:99999/", "is no address"),
        ("http://host:0/", "is no address"),
        ("http://me:secret@host/", "a name or a password .* is not asked"),
        ("http://me:secret@host:99999/", "a name or a password .* is not asked"),
        ("http://host/a b", "is no address"),
        ("http://host/\r\nX:y", "is no address"),
        ("http://host/#part", "the part after # is never sent"),
        ("city.shp", "expected an address .*, or a file .osm.pbf"),
        ("", "expected an address"),
    ],
)
def test_what_is_neither_an_address_nor_a_file_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint) as error:
        fetch(THEMES["schools"], bounds_deg=BOX, source=source)
    assert "secret" not in str(error.value)


def test_a_server_that_is_not_there_is_asked_once() -> None:
    with serving(says(WHOLE)) as (url, _):
        pass
    waits: list[float] = []
    with pytest.raises(FetchError, match="refuses the connection"):
        fetch(THEMES["schools"], bounds_deg=BOX, source=url, limits=quick(waits))
    assert not waits


def test_an_error_of_fetching_is_an_error_of_the_package_and_of_the_system() -> None:
    assert issubclass(FetchError, OSError)


# ---- what is kept

FOUR = THEMES["schools"].model_copy(update={"tile_deg": 0.4})


def _part(number: int) -> server.Behaviour:
    return says(answer([node(number, 76.9, 43.2, amenity="school")]))


def test_what_broke_off_goes_on_where_it_was(tmp_path: Path) -> None:
    parts = [_part(n) for n in range(1, 5)]
    with serving(*parts) as (url, _):
        whole = fetch(FOUR, bounds_deg=BOX, source=url, limits=quick())
    with serving(*parts[:2], server.cuts(WHOLE, at=9), *parts[2:]) as (url, state):
        with pytest.raises(FetchError, match=r"Given up at part 3 of 4. What came before is kept"):
            fetch(FOUR, bounds_deg=BOX, source=url, cache=tmp_path, limits=quick(tries=1))
        assert len(list(tmp_path.glob("*.answer"))) == len(list(tmp_path.glob("*.json"))) == 2
        found = fetch(FOUR, bounds_deg=BOX, source=url, cache=tmp_path, limits=quick())
    assert len(state.asked) == 5
    assert [one.kept for one in found.answers] == [True, True, False, False]
    assert list(found.frame["id"]) == ["node-1", "node-2", "node-3", "node-4"]
    assert found.sha256 == whole.sha256
    same_layer(found.frame, whole.frame)


def test_beside_each_kept_answer_stands_what_it_is(tmp_path: Path) -> None:
    with serving(says(WHOLE)) as (url, state):
        found = fetch(THEMES["schools"], bounds_deg=BOX, source=url, cache=tmp_path)
    (about,) = tmp_path.glob("*.json")
    assert json.loads(about.read_bytes()) == {
        "address": url,
        "query": state.asked[0].query,
        "sha256": hashlib.sha256(WHOLE).hexdigest(),
        "bytes": len(WHOLE),
        "date": "2026-04-08T06:07:10Z",
    }
    assert about.with_suffix(".answer").read_bytes() == WHOLE
    assert found.size_bytes == len(WHOLE)
    assert len(list(tmp_path.iterdir())) == 2


SPOILT: dict[str, tuple[str, Any]] = {
    "changed": (".answer", lambda data: data.replace(b"43.25", b"43.26")),
    "shorter": (".answer", lambda data: data[:-1]),
    "emptied": (".answer", lambda _: b""),
    "gone": (".answer", None),
    "of another question": (".json", lambda data: data.replace(b"76.5", b"76.4")),
    "half a note": (".json", lambda data: data[: len(data) // 2]),
    "no note": (".json", lambda _: b"[]"),
    "deep": (".json", lambda _: b"[" * 100_000),
    "note gone": (".json", None),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_kept_answer_that_is_not_what_it_was_is_asked_for_again(
    name: str, tmp_path: Path
) -> None:
    suffix, change = SPOILT[name]
    with serving(says(WHOLE)) as (url, state):
        for _ in range(2):
            fetch(THEMES["schools"], bounds_deg=BOX, source=url, cache=tmp_path)
        (path,) = tmp_path.glob(f"*{suffix}")
        before = path.read_bytes()
        path.unlink()
        if change is not None:
            path.write_bytes(change(before))
        found = fetch(THEMES["schools"], bounds_deg=BOX, source=url, cache=tmp_path)
        assert path.read_bytes() == before
    assert len(state.asked) == 2
    assert not found.answers[0].kept


def test_another_question_or_address_finds_nothing_kept(tmp_path: Path) -> None:
    with serving(says(WHOLE)) as (url, state), serving(says(WHOLE)) as (other, elsewhere):
        fetch(THEMES["schools"], bounds_deg=BOX, source=url, cache=tmp_path)
        fetch(THEMES["schools"], bounds_deg=(76.5, 43, 77.3, 43.5), source=url, cache=tmp_path)
        fetch(THEMES["schools"], bounds_deg=BOX, source=other, cache=tmp_path)
        fetch(THEMES["schools"], bounds_deg=BOX, source=url, cache=tmp_path)
    assert (len(state.asked), len(elsewhere.asked)) == (2, 1)


def test_what_is_forgotten_is_asked_anew(tmp_path: Path) -> None:
    with serving(says(WHOLE)) as (url, state):
        fetch(THEMES["schools"], bounds_deg=BOX, source=url, cache=tmp_path)
        forget(THEMES["schools"], bounds_deg=BOX, source=url, cache=tmp_path)
        assert not list(tmp_path.iterdir())
        fetch(THEMES["schools"], bounds_deg=BOX, source=url, cache=tmp_path)
    assert len(state.asked) == 2


def test_parts_of_different_moments_say_so_and_the_oldest_counts() -> None:
    dates = ["2026-04-08T06:00:00Z", "2026-04-07T06:00:00Z", "2026-04-08T07:00:00Z", ""]
    parts = [says(answer([SCHOOL], date=date)) for date in dates]
    with serving(*parts[:3]) as (url, _):
        found = fetch(FOUR, bounds_deg=BOX, source=url, limits=quick())
    assert found.day == "2026-04-07"
    assert said(found)[-1] == (
        "The parts are of different moments, from 2026-04-07T06:00:00Z to 2026-04-08T07:00:00Z."
    )
    with serving(*parts) as (url, _):
        assert fetch(FOUR, bounds_deg=BOX, source=url, limits=quick()).day == "not stated"


def test_the_cap_holds_for_all_parts_together() -> None:
    limits = quick(size_max_bytes=len(WHOLE) * 3)
    with (
        serving(says(WHOLE)) as (url, state),
        pytest.raises(FetchError, match="the answer is larger than"),
    ):
        fetch(FOUR, bounds_deg=BOX, source=url, limits=limits)
    assert len(state.asked) == 4


def test_where_nothing_can_be_kept_the_error_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    with serving(says(WHOLE)) as (url, _):
        for name in ("file", "link"):
            with pytest.raises(OutputError, match=name):
                fetch(THEMES["schools"], bounds_deg=BOX, source=url, cache=tmp_path / name)
    assert (tmp_path / "file").read_text() == "mine"
    assert not list((tmp_path / "folder").iterdir())


def test_killed_half_way_it_leaves_whole_answers_and_goes_on(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from almaty_geo.fetching import *;"
        "assert 'osmium' not in sys.modules;"
        "theme = read_themes(Path(sys.argv[1]))['schools'].model_copy(update={'tile_deg': 0.4});"
        f"fetch(theme, bounds_deg={BOX}, source=sys.argv[2], cache=Path(sys.argv[3]))"
    )
    with serving(_part(1), server.keeps_silent, *map(_part, (2, 3, 4))) as (url, state):
        command = [sys.executable, "-c", code, str(TABLE), url, str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT) as child:
            while len(state.asked) < 2 and child.poll() is None:
                time.sleep(0.01)
            child.kill()
        assert len(list(tmp_path.iterdir())) == 2
        found = fetch(FOUR, bounds_deg=BOX, source=url, cache=tmp_path, limits=quick())
    assert [one.kept for one in found.answers] == [True, False, False, False]
    assert len(found.frame) == 4


# ---- files in place of a server


def test_a_real_file_gives_the_streets_that_another_reader_finds(real_data: Path) -> None:
    path = real_data / "streets" / "almaty_osm_2013.osm.pbf"
    found = fetch(THEMES["streets"], bounds_deg=BOX, source=path)
    lines = pyogrio.read_dataframe(path, layer="lines", columns=["osm_id", "highway"])
    wanted = set(THEMES["streets"].any_of[0]["highway"])
    others = lines[lines["highway"].isin(wanted)].astype({"osm_id": int}).set_index("osm_id")
    ours = found.frame.set_index("osm_id")
    taken_for_areas = {51214865, 137776201}  # closed, and tagged as a building and a landfill too
    assert len(ours) == 4269
    assert set(ours.index) - set(others.index) == taken_for_areas
    assert set(others.index) < set(ours.index)
    shared = np.array(others.geometry), np.array(ours.loc[others.index].geometry)
    assert shapely.equals_exact(*shared, 1e-9).all()
    assert sum("20 lines go on where their parts did not come" in note for note in said(found)) == 1
    assert found.day == "2012-03-13"
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("theme", "rows"),
    [("schools", 69), ("pharmacies", 48), ("parks", 61), ("bus_stops", 192), ("fire_stations", 6)],
)
def test_a_real_file_gives_every_theme(theme: str, rows: int, real_data: Path) -> None:
    path = real_data / "streets" / "almaty_osm_2013.osm.pbf"
    assert len(fetch(THEMES[theme], bounds_deg=BOX, source=str(path)).frame) == rows


def test_a_file_gives_what_an_answer_with_the_same_elements_gives(tmp_path: Path) -> None:
    elements = [
        *square(1, 76.9, 43.2, 0.01),
        node(9, 76.95, 43.25, leisure="park"),
        node(10, 75.0, 43.25, leisure="park"),
        way(1, [1, 2, 3, 4, 1], leisure="park", name="Парк <&>"),
        way(2, [1, 2, 3], foo="bar"),
        way(3, [1, 4, 3]),
        way(4, [1, 2, 88, 1], leisure="park"),
        way(5, [88, 89], leisure="park"),
        relation(1, [("way", 2, "outer"), ("way", 3, "")], leisure="park", type="multipolygon"),
    ]  # fmt: skip
    path = tmp_path / "town.osm"
    path.write_text(_xml(elements), encoding="utf-8")
    read = fetch(THEMES["parks"], bounds_deg=BOX, source=path)
    inside = [e for e in elements if e["id"] != 10]
    got = fetched("parks", answer(inside, date=read.date), tmp_path)
    assert list(read.frame["id"]) == ["way-1", "relation-1"]
    same_layer(read.frame, got.frame)
    assert read.notes == got.notes
    assert read.date == "2026-03-01T12:00:00Z"


def _xml(elements: Iterable[dict[str, Any]]) -> str:
    """Return elements as OpenStreetMap's XML."""
    root = ET.Element("osm", version="0.6")
    order = {"node": 0, "way": 1, "relation": 2}
    for raw in sorted(elements, key=lambda e: (order[e["type"]], e["id"])):
        head = {"version": "1", "timestamp": "2026-03-01T12:00:00Z"}
        known = {key: str(value) for key, value in raw.items() if key in {"id", "lon", "lat"}}
        made = ET.SubElement(root, raw["type"], {**known, **head})
        for ref in raw.get("nodes", []):
            ET.SubElement(made, "nd", ref=str(ref))
        for member in raw.get("members", []):
            ET.SubElement(made, "member", {k: str(v) for k, v in member.items()})
        for key, value in raw.get("tags", {}).items():
            ET.SubElement(made, "tag", k=key, v=value)
    return ET.tostring(root, encoding="unicode")


BILLION = """<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
<osm version="0.6"><node id="1" version="1" lat="43.2" lon="76.9">
<tag k="amenity" v="school"/><tag k="name" v="&b;&c;"/></node></osm>"""


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("x.osm.pbf", b"no pbf at all", "x.osm.pbf: cannot be read as PBF"),
        ("x.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\xff\xff\xff\x7f", "as PBF"),
        ("x.osm", b"<osm version='0.6'><node id='1'", "x.osm: cannot be read as OSM"),
        ("x.osm", b"<html></html>", "cannot be read as OSM"),
        ("x.osm", BILLION.encode(), "cannot be read as OSM .*entit"),
        ("x.osm", b"", "file is empty"),
        ("x.json", b"", "file is empty"),
        ("x.json", b"<html>sorry</html>", "a page in place of data: 'sorry'"),
        ("x.json", b"{}", "no list 'elements'"),
    ],
)
def test_a_broken_file_ends_in_one_clear_line(
    name: str, content: bytes, complaint: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=complaint) as error:
        fetch(THEMES["schools"], bounds_deg=BOX, source=tmp_path / name)
    assert "\n" not in str(error.value)
    assert "Traceback" not in str(error.value)


def test_half_of_a_real_file_is_no_file(real_data: Path, tmp_path: Path) -> None:
    whole = (real_data / "streets" / "almaty_osm_2013.osm.pbf").read_bytes()
    (tmp_path / "half.osm.pbf").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"half\.osm.pbf: cannot be read as PBF"):
        fetch(THEMES["streets"], bounds_deg=BOX, source=tmp_path / "half.osm.pbf")


def test_only_a_regular_file_is_opened(tmp_path: Path) -> None:
    real = tmp_path / "real.osm.pbf"
    real.write_bytes(b"x" * 100)
    (tmp_path / "link.osm.pbf").symlink_to(real)
    (tmp_path / "folder.osm.pbf").mkdir()
    os.mkfifo(tmp_path / "pipe.osm.pbf")
    for name, complaint in {
        "link": "a symbolic link",
        "folder": "is a directory",
        "pipe": "is a pipe",
        "none": "not found",
        "real": "100 bytes, expected at most 99",
    }.items():
        path = tmp_path / f"{name}.osm.pbf"
        with pytest.raises(DataError, match=f"{name}.osm.pbf: {complaint}"):
            fetch(THEMES["schools"], bounds_deg=BOX, source=path, limits=quick(size_max_bytes=99))


def test_the_reader_of_a_file_is_held_to_time_and_size(real_data: Path) -> None:
    path = real_data / "streets" / "almaty_osm_2013.osm.pbf"
    with pytest.raises(FetchError, match=r"reading takes more than 0\.01 s"):
        fetch(THEMES["streets"], bounds_deg=BOX, source=path, limits=quick(total_s=0.01))
    with pytest.raises(DataError, match="holds more than 900,000 bytes of 'streets' in the box"):
        fetch(THEMES["streets"], bounds_deg=BOX, source=path, limits=quick(size_max_bytes=900_000))
    limits = quick(memory_max_bytes=50_000_000)
    with pytest.raises(DataError, match="cannot be read as PBF"):
        fetch(THEMES["streets"], bounds_deg=BOX, source=path, limits=limits)
