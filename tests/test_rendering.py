"""How layers are drawn is chosen by what they consist of; what is packed comes back whole."""

import json
import re
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import map_sample
import numpy as np
import pytest
import shape_samples
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from almaty_geo.errors import SpecError
from almaty_geo.maps import draw
from almaty_geo.maps.cells import LEAST, STRAIGHT_M, lattice_of, packed_cells, runs
from almaty_geo.maps.coordinates import packed
from almaty_geo.maps.features import packed_ids
from almaty_geo.maps.rendering import MANY, geometry_data
from almaty_geo.plan import Plan
from almaty_geo.plan.checking import check
from almaty_geo.specs import MapSpec, Style, Tiles, read_spec
from almaty_geo.words import Text

AREA = shape_samples.AREA


def data_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="atlas-data">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def layer_of(page: str, name: str) -> Any:
    return next(layer for layer in data_of(page)["layers"] if layer["id"] == name)


def way_of(shapes: Any, geometry: str = "Polygon", *, is_area: bool = False) -> str:
    layer = shape_samples.land(shapes, geometry=geometry)
    way: str = geometry_data(layer, AREA, is_area=is_area)["way"]
    return way


def unrun(flat: list[int]) -> list[int]:
    steps = [step for step, often in zip(flat[::2], flat[1::2], strict=True) for _ in range(often)]
    return list(accumulate(steps))


def corners_back(grid: dict[str, Any]) -> NDArray[np.float64]:
    """Return each cell's corners as the page reads them off its blocks, shape (n, 4, 2)."""
    columns, rows = grid["size"]
    block = grid["block"]
    across, up = -(-columns // block), -(-rows // block)
    lon, lat = (np.cumsum(grid["nodes"][axis::2]) / 1e7 for axis in (0, 1))
    y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2
    nodes = np.column_stack([(lon + 180) / 360, y]).reshape(up + 1, across + 1, 2)
    made = []
    for number in unrun(grid["at"]):
        row, column = divmod(number, columns)
        (of_row, r), (of_column, c) = divmod(row, block), divmod(column, block)
        sw, se = nodes[of_row, of_column], nodes[of_row, of_column + 1]
        nw, ne = nodes[of_row + 1, of_column], nodes[of_row + 1, of_column + 1]
        for u, v in ((c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1)):
            u, v = u / block, v / block  # noqa: PLW2901 - parts of the block's sides
            made.append((1 - v) * ((1 - u) * sw + u * se) + v * ((1 - u) * nw + u * ne))
    x, y = np.array(made).T
    back = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))
    return np.column_stack([x * 360 - 180, back]).reshape(-1, 4, 2)


@pytest.mark.parametrize(
    ("count", "way"), [(MANY, "plain"), (MANY + 1, "tiles")], ids=["at", "above"]
)
def test_many_outlines_are_cut_into_tiles_and_as_many_as_the_bar_are_not(
    count: int, way: str
) -> None:
    shapes = shape_samples.patches(45)[:count]
    assert way_of(shapes) == way


def test_areas_that_results_are_split_by_are_drawn_one_by_one_however_many() -> None:
    assert way_of(shape_samples.patches(45), is_area=True) == "plain"


def test_a_few_very_long_lines_are_cut_too() -> None:
    turns = np.column_stack([np.linspace(10, 10.08, 40_000), 50 + 0.01 * np.sin(range(40_000))])
    line = shapely.LineString(turns)
    assert way_of([line], "LineString") == "plain"
    assert way_of([line, line], "LineString") == "tiles"


def test_points_are_never_cut() -> None:
    assert way_of(shapely.points(np.full((MANY + 1, 2), 10.01)), "Point") == "plain"


@pytest.mark.parametrize(
    "shapes", [shape_samples.metric_cells(20, 15), shape_samples.degree_cells(20, 15)]
)
def test_cells_are_kept_as_rows_and_columns(shapes: NDArray[np.object_]) -> None:
    lattice = lattice_of(shapes, AREA)
    assert lattice is not None
    assert lattice.size == (20, 15)
    assert lattice.at[21].tolist() == [1, 1]
    assert way_of(shapes) == "cells"


@settings(max_examples=25, deadline=None)
@given(
    kept=st.integers(LEAST, 400),
    order=st.randoms(use_true_random=False),
    metric=st.booleans(),
    decimals=st.integers(6, 9),
)
def test_cells_come_back_where_they_were(
    kept: int,
    order: Any,
    metric: bool,  # noqa: FBT001 - hypothesis draws it
    decimals: int,
) -> None:
    every = shape_samples.metric_cells(40, 35) if metric else shape_samples.degree_cells(40, 35)
    chosen = [every[k] for k in order.sample(range(len(every)), kept)]
    shapes = shapely.transform(np.array(chosen), lambda xy: np.round(xy, decimals))
    lattice = lattice_of(shapes, AREA)
    assert lattice is not None
    back = corners_back(packed_cells(lattice, AREA))
    boxes = shapely.get_coordinates(shapes).reshape(-1, 5, 2)[:, :4]
    off = np.abs(back.mean(axis=1) - boxes.mean(axis=1)) * (71_500, 111_300)
    assert off.max() < STRAIGHT_M + 0.2


def test_what_is_no_grid_is_not_taken_for_one() -> None:
    cells = shape_samples.metric_cells(20, 15)
    moved = cells.copy()
    moved[7] = shapely.transform(moved[7], lambda xy: xy + np.array([0.0002, 0]))
    larger = cells.copy()
    larger[7] = shapely.transform(larger[7], lambda xy: xy + (xy - xy.min(axis=0)) * 0.2)
    turned = shapely.transform(cells, lambda xy: xy @ np.array([[0.9, 0.1], [-0.1, 0.9]]))
    crossed = cells.copy()
    ring = shapely.get_coordinates(crossed[7])
    crossed[7] = shapely.Polygon(ring[[0, 2, 1, 3, 0]])
    for shapes in (moved, larger, turned, crossed, np.append(cells, cells[:1])):
        assert lattice_of(shapes, AREA) is None
    assert lattice_of(cells[: LEAST - 1], AREA) is None
    assert lattice_of(shape_samples.patches(20), AREA) is None


def test_a_grid_of_a_city_is_read_off_blocks_to_a_quarter_of_a_metre() -> None:
    wide = shape_samples.metric_cells(100, 80, 500)
    lattice = lattice_of(wide, AREA)
    assert lattice is not None
    grid = packed_cells(lattice, AREA)
    assert grid["block"] < 32  # half a kilometre each: blocks of the usual size would bend too far
    back = corners_back(grid)
    true = shapely.get_coordinates(wide).reshape(-1, 5, 2)[:, :4].mean(axis=1)
    assert (np.abs(back.mean(axis=1) - true) * (71_500, 111_300)).max() < 2 * STRAIGHT_M


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1))
def test_runs_come_back(numbers: list[int]) -> None:
    assert unrun(runs(np.array(numbers))) == numbers


def ids_back(ids: Any) -> list[str]:
    if isinstance(ids, list):
        return ids
    numbers = unrun(ids["numbers"])
    return [ids["start"] + str(number).rjust(ids["digits"], "0") for number in numbers]


@settings(max_examples=30, deadline=None)
@given(
    start=st.text(max_size=4),
    digits=st.integers(1, 6),
    first=st.integers(0, 10**6),
    odd=st.one_of(st.none(), st.text(max_size=5)),
)
def test_ids_come_back_whatever_they_are(
    start: str, digits: int, first: int, odd: str | None
) -> None:
    ids = [f"{start}{number:0{digits}}" for number in range(first, first + 600)]
    ids += [] if odd is None else [odd]
    assert ids_back(packed_ids(ids)) == ids


def test_an_outer_ring_runs_against_the_clock_and_a_hole_with_it() -> None:
    both = shapely.from_wkt(
        "MULTIPOLYGON (((0 0, 0 4, 4 4, 4 0, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1)),"
        " ((6 6, 6 7, 7 7, 7 6, 6 6)))"
    )
    (rings,) = packed(np.array([both], dtype=object), "Polygon")
    paths = [np.array(ring).reshape(-1, 2).cumsum(axis=0) for ring in rings]
    assert [shapely.is_ccw(shapely.LinearRing(path)) for path in paths] == [True, False, True]


def test_geojson_vt_is_in_a_page_that_needs_it_and_in_no_other() -> None:
    few = draw(shape_samples.picture(shape_samples.land(shape_samples.patches(20))))
    many = draw(shape_samples.picture(shape_samples.land(shape_samples.patches(45))))
    for page, names in ((few, ["Leaflet 1.9.4"]), (many, ["Leaflet 1.9.4", "geojson-vt 4.0.2"])):
        assert [notice["name"] for notice in data_of(page)["notices"]] == names
        assert ("geojsonvt=" in page.replace(" ", "")) == (len(names) > 1)


def test_the_page_is_small_whatever_is_drawn_on_it() -> None:
    empty = len(draw(map_sample.picture()))
    cells = shape_samples.land(shape_samples.metric_cells(125, 80, 25), named=False)
    assert len(draw(shape_samples.picture(cells))) - empty < 300_000  # ten thousand cells
    plots = shape_samples.land(shape_samples.patches(100), named=False)
    assert len(draw(shape_samples.picture(plots))) - empty < 1_000_000  # ten thousand outlines


def test_many_different_numbers_are_written_by_the_page_and_few_are_texts() -> None:
    few = layer_of(
        draw(shape_samples.picture(shape_samples.land(shape_samples.patches(20)))), "land"
    )
    many = layer_of(
        draw(shape_samples.picture(shape_samples.land(shape_samples.patches(25)))), "land"
    )
    assert "values" in few["columns"][1]
    assert many["columns"][1]["numbers"][:3] == [0.25, 1.25, 2.25]


def test_features_are_coloured_by_words_the_most_frequent_first() -> None:
    layer = shape_samples.land(shape_samples.patches(2))
    page = draw(shape_samples.picture(layer, classes=False, by="kind"))
    classes = layer_of(page, "land")["classes"]
    assert classes["title"][2] == "Kind"
    assert [title[2] for title in classes["titles"]] == ["field", "wood", "yard"]
    assert classes["of"] == "0120"


def test_features_are_coloured_by_steps_of_an_amount_and_what_is_not_stated_is_told() -> None:
    layer = shape_samples.land(shape_samples.patches(4))
    layer.frame["worth"] = [None, *range(1, 16)]
    page = draw(shape_samples.picture(layer, classes=False, by="worth"))
    classes = layer_of(page, "land")["classes"]
    assert [title if isinstance(title, str) else title[2] for title in classes["titles"]] == [
        "1 to 3", "4 to 6", "7 to 9", "10 to 12", "13 to 15", "not stated",
    ]  # fmt: skip
    assert classes["of"] == "5000111222333444"
    assert classes["colours"][-1] == "#c3cad1"


def test_an_amount_that_never_changes_is_one_step() -> None:
    layer = shape_samples.land(shape_samples.patches(2))
    layer.frame["worth"] = 7.0
    page = draw(shape_samples.picture(layer, classes=False, by="worth"))
    classes = layer_of(page, "land")["classes"]
    assert (classes["titles"], classes["of"]) == (["7"], "0000")


def test_more_words_than_colours_are_refused() -> None:
    layer = shape_samples.land(shape_samples.patches(3))
    picture = shape_samples.picture(layer, classes=False, by="name_en")
    with pytest.raises(
        SpecError, match=r"colours land by 'name_en', which has 9 values; no more than 7"
    ):
        draw(picture)


def test_a_capacity_that_nobody_knows_is_no_small_one() -> None:
    clinics = map_sample.Sample().clinics()
    clinics.frame["beds"] = [1000, None, 0, 4000]
    layers = {**map_sample.picture().layers, "clinics": clinics}
    assert layer_of(draw(map_sample.picture(layers=layers)), "clinics")["sizes"] == [50, -1, 0, 100]


TILES = {
    "address": "https://tiles.example.org/base/{z}/{x}/{y}.png?key=a-1",
    "attribution": Text("© Example", "© Example", "© Example"),
}


@pytest.mark.parametrize(
    "address",
    [
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "//tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles.example.org/{z}/{x}/{y}/{y}.png",
        "https://{s}.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{y}.png;script-src *",
        "https://tiles.example.org/{z}/{x}/{y}.png'",
        'https://tiles.example.org/"{z}/{x}/{y}.png',
        "https://tiles.example.org/{z}/{x}/{y}.png <script>",
        "https://user:word@example.org/{z}/{x}/{y}.png",
        "javascript:alert(1)//{z}/{x}/{y}",
        "https://*/{z}/{x}/{y}.png",
        "https://{z}.example.org/{x}/{y}.png",
    ],
)
def test_an_address_of_tiles_that_could_do_harm_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="an address of tiles"):
        Tiles(**{**TILES, "address": address})


def test_tiles_are_attributed_in_every_language() -> None:
    with pytest.raises(ValueError, match="attributed in every language"):
        Tiles(**{**TILES, "attribution": Text("© Example", " ", "© Example")})


def policy_of(page: str) -> str:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_a_page_may_ask_one_host_for_pictures_where_tiles_are_asked_for_and_else_none() -> None:
    plain = map_sample.picture()
    spec = plain.spec.model_copy(update={"tiles": Tiles(**TILES)})
    with_tiles = policy_of(draw(replace(plain, spec=spec)))
    assert "img-src data: blob:;" in policy_of(draw(plain))
    assert "img-src data: blob: https://tiles.example.org;" in with_tiles
    assert with_tiles.count("https:") == 1
    assert "connect-src 'none'" in with_tiles


def test_the_bundled_map_asks_no_network(almaty: Plan) -> None:
    assert all(spec.tiles is None for spec in almaty.maps.values())


def written_map(folder: Path, more: str) -> MapSpec:
    file = folder / "look.toml"
    file.write_text(TITLE + more, encoding="utf-8")
    return read_spec(file, MapSpec, id="look")


TITLE = 'title = { kk = "а", ru = "б", en = "c" }\n'
LAYER = '[[layers]]\nlayer = "homes"\n'


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (LAYER + 'colour = "red"', "layers.0.colour: a colour is # and six of 0-9 and a-f"),
        (LAYER + 'dash = "4,2"', "layers.0.dash: a dash is lengths in pixels"),
        (LAYER + "width_px = 0", "layers.0.width_px: input should be greater than 0"),
        (LAYER + "radius_px = 900", "layers.0.radius_px: input should be less than or equal to 60"),
        (LAYER + 'shape = "star"', "layers.0.shape: input should be 'circle'"),
        (LAYER + 'colur = "#000000"', "unknown key 'layers.0.colur'"),
        (LAYER + LAYER, "the layer 'homes' stands there twice"),
        (
            "view_deg = [77, 43, 76, 44]\n" + LAYER,
            "view_deg is west, south, east, north in degrees",
        ),
        ("view_deg = [76, 43]\n" + LAYER, "view_deg"),
        ("[tiles]\naddress = 'x'\n" + LAYER, "tiles.address: an address of tiles has {z} once"),
        ("layers = 3", "layers"),
    ],
)
def test_a_value_of_a_map_that_cannot_be_is_one_line_that_names_it(
    more: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(SpecError) as refused:
        written_map(tmp_path, more)
    message = str(refused.value)
    assert message.startswith("look.toml: ")
    assert said in message
    assert "\n" not in message


def test_a_map_opens_where_its_file_says() -> None:
    plain = map_sample.picture()
    spec = plain.spec.model_copy(update={"view_deg": (10.0, 50.0, 10.02, 50.01)})
    assert data_of(draw(replace(plain, spec=spec)))["home"] == [10.0, 50.0, 10.02, 50.01]


def test_a_map_may_call_a_layer_otherwise_and_leave_it_out_of_the_legend() -> None:
    plain = map_sample.picture()
    look = Style(layer="wells", title=Text("Құдық", "Колодец", "A well"), legend=False)
    spec = plain.spec.model_copy(update={"layers": (look,)})
    wells = layer_of(draw(replace(plain, spec=spec)), "wells")
    assert wells["title"] == ["Құдық", "Колодец", "A well"]
    assert wells["legend"] is False


def test_check_names_what_a_map_colours_by_and_no_layer_has(toytown: Path) -> None:
    maps = toytown / "maps"
    maps.mkdir(exist_ok=True)
    layers = sorted(path.stem for path in (toytown / "layers").glob("*.toml"))
    (maps / "look.toml").write_text(
        TITLE + f'[[layers]]\nlayer = "{layers[0]}"\nby = "wort"\n',
        encoding="utf-8",
    )
    with pytest.raises(SpecError, match=rf"maps/look.toml: Unknown column of {layers[0]} 'wort'"):
        check(Plan(toytown))


def test_check_names_a_view_off_the_plan(toytown: Path) -> None:
    maps = toytown / "maps"
    maps.mkdir(exist_ok=True)
    (maps / "look.toml").write_text(
        TITLE + "layers = []\nview_deg = [0, 0, 1, 1]\n",
        encoding="utf-8",
    )
    with pytest.raises(SpecError, match=r"maps/look.toml: view_deg .* lies off the plan's ground"):
        check(Plan(toytown))
