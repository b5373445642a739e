import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
import tifffile
from toytown import ORIGIN_M, degrees

from almaty_geo.cli import main
from almaty_geo.cli.residents import METHODS as OFFERED
from almaty_geo.errors import (
    AlmatyGeoError,
    DataError,
    OutputError,
    UnknownNameError,
    UsageError,
)
from almaty_geo.importing import Fresh, Request, import_ledger
from almaty_geo.importing.residents import METHODS, ImportedResidents, Spread, import_residents
from almaty_geo.plan import Plan
from almaty_geo.reading import Options
from almaty_geo.words import Text

Box = tuple[float, float, float, float]
EMPTY = -99999.0
METRES, DEGREES = 32632, 4326


def raster(
    folder: Path,
    cells: Sequence[Sequence[float]],
    *,
    at_m: tuple[float, float] = (0, 0),
    size_m: float = 1000,
    epsg: int | None = METRES,
) -> Path:
    """Write cells, the first row in the north, with the south-west corner of all at a place."""
    values = np.array(cells, dtype=np.float32)
    west, north = ORIGIN_M[0] + at_m[0], ORIGIN_M[1] + at_m[1] + size_m * len(values)
    keys = (1, 1, 0, 2, 1024, 0, 1, 1, 3072, 0, 1, epsg) if epsg else (1, 1, 0, 0)
    tags = [
        (33550, "d", 3, (size_m, size_m, 0.0), True),
        (33922, "d", 6, (0.0, 0.0, 0.0, west, north, 0.0), True),
        (34735, "H", len(keys), keys, True),
        (42113, "s", 0, f"{EMPTY:g}", True),
    ]
    tifffile.imwrite(folder / "people.tif", values, extratags=tags)
    return folder / "people.tif"


def ring(box: Box) -> dict[str, Any]:
    west, south, east, north = box
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {"type": "Polygon", "coordinates": [[degrees(*c) for c in corners]]}


def outlines(folder: Path, name: str, rows: Sequence[tuple[Box, dict[str, Any]]]) -> Path:
    """Write outlines given in metres from the origin."""
    features = [
        {"type": "Feature", "properties": properties, "geometry": ring(box)}
        for box, properties in rows
    ]
    file = folder / f"{name}.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return file


def spots(folder: Path, name: str, rows: Sequence[tuple[float, float, str]], head: str) -> Path:
    """Write points given in metres from the origin, as a table."""
    lines = [",".join([*map(str, degrees(x, y)), more]) for x, y, more in rows]
    file = folder / f"{name}.csv"
    file.write_text("\n".join([f"lon,lat,{head}", *lines]), encoding="utf-8")
    return file


def people(folder: Path, column: str = "people") -> dict[str, Any]:
    frame = Plan(folder).layers["residents"].frame
    return dict(zip(frame["id"], frame[column].tolist(), strict=True))


def state(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted((folder / "layers").iterdir()) if p.is_file()}


def take(folder: Path, file: Path, **asked: Any) -> ImportedResidents:
    request = asked.pop("request", Request())
    fresh = asked.pop("fresh", None)
    spread = Spread(**asked)
    return import_residents(Plan(folder), "residents", file, spread, request=request, fresh=fresh)


def by_area(done: ImportedResidents) -> dict[str, int]:
    return {area.id: area.people for area in done.areas}


def test_cells_become_points_at_their_centres(toytown: Path) -> None:
    done = take(toytown, raster(toytown, [[1, 2], [3, 4]]))
    assert people(toytown) == {f"cell-00000{n}": n for n in (1, 2, 3, 4)}
    frame = Plan(toytown).layers["residents"].frame
    assert set(frame["district"]) == {"west"}
    assert frame.geometry.iloc[0].coords[0] == pytest.approx(degrees(500, 1500), abs=2e-7)
    assert by_area(done) == {"west": 10, "east": 0, "": 0}


def test_two_outlines_get_the_quarters_of_cells_that_lie_in_them(toytown: Path) -> None:
    # A is a quarter of each cell, B a quarter of the north-east one
    quarters = [((500, 500, 1500, 1500), {"id": "A"}), ((1500, 1500, 2000, 2000), {"id": "B"})]
    by = outlines(toytown, "quarters", quarters)
    done = take(toytown, raster(toytown, [[100, 200], [300, 400]]), method="area", by=str(by))
    rest = {"cell-000001": 75, "cell-000002": 100, "cell-000003": 225, "cell-000004": 300}
    kept = {f"rest-{cell}": left for cell, left in rest.items()}
    assert people(toytown) == {"A": 25 + 50 + 75 + 100, "B": 50, **kept}
    assert (done.people, done.stayed, round(done.stayed_people)) == (1000, 4, 700)


def test_a_cell_on_the_border_is_split(toytown: Path) -> None:
    file = raster(toytown, [[100]], at_m=(1750, 500))  # three quarters of it lie in East
    take(toytown, file, method="area", by="districts")
    assert people(toytown) == {"west": 25, "east": 75}


def test_cells_without_data_are_no_people_and_counted(toytown: Path) -> None:
    done = take(toytown, raster(toytown, [[EMPTY, 2], [float("nan"), 0]]))
    assert people(toytown) == {"cell-000001": 2}
    said = " ".join(done.notes)
    assert "2 of 4 cells have no value: left out" in said
    assert "1 cells hold nobody: left out" in said


def test_parts_of_people_are_made_whole_once_in_sum(toytown: Path) -> None:
    done = take(toytown, raster(toytown, [[0.4, 0.6], [0.5, 1.5]]))
    # the sum is 3: whole parts 0, 0, 0, 1; the two left go to .6 and to the first of .5 and .5
    assert people(toytown) == {"cell-000002": 1, "cell-000003": 1, "cell-000004": 1}
    assert done.source_people == pytest.approx(3)
    assert (done.people, done.emptied) == (3, 1)
    assert "the file has parts of people" in " ".join(done.notes)
    assert people(toytown, "people_source")["cell-000004"] == 1.5


def test_districts_get_their_totals_exactly_and_the_outside_is_kept(toytown: Path) -> None:
    table = "id,district,people\n1,west,1000\n2,east,7\n"
    (toytown / "layers" / "known.csv").write_text(table, encoding="utf-8")
    declare_totals(toytown, table)
    file = raster(toytown, [[3, 1, 1, 2, 9]], at_m=(0, 0))  # the last cell is east of East
    done = take(toytown, file, totals="known.people")
    assert by_area(done) == {"west": 1000, "east": 7, "": 9}
    assert people(toytown) == dict(
        zip([f"cell-00000{n}" for n in range(1, 6)], [750, 250, 2, 5, 9], strict=True)
    )
    west, east, outside = done.areas
    assert [west.file, west.factor] == pytest.approx([4, 250])
    assert west.was == 180
    assert outside.factor == 1
    notes = [note.text.en for note in Plan(toytown).layers["residents"].spec.notes]
    scaled = "The source's people are scaled to the known sum of each district"
    assert notes == [f"{scaled}: West × 250; East × 2.33.", "Outside every district: 9 people."]
    origin = Plan(toytown).layers["residents"].spec.origin
    assert origin is not None
    assert "east: scaled by 2.333333." in origin.notes
    assert east.people == 7


def declare_totals(folder: Path, table: str, *, kind: str = "int") -> None:
    """Declare a table of people by district."""
    import hashlib  # noqa: PLC0415 - for this alone

    text = (folder / "layers" / "districts.toml").read_text(encoding="utf-8")
    head = text.split("\n[columns.")[0].replace("districts.geojson", "known.csv")
    lines = [
        f'sha256 = "{hashlib.sha256(table.encode()).hexdigest()}"'
        if line.startswith("sha256")
        else 'role = "context"'
        if line.startswith("role")
        else 'geometry = "none"'
        if line.startswith("geometry")
        else line
        for line in head.splitlines()
    ]
    columns = [
        '[columns.id]\nkind = "str"',
        '[columns.district]\nkind = "ref"\nlayer = "districts"',
        f'[columns.people]\nkind = "{kind}"',
    ]
    sidecar = "\n".join([*lines, *columns])
    (folder / "layers" / "known.toml").write_text(sidecar, encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "kind", "message"),
    [
        ("id,district,people\n1,west,5\n", "int", "no total for east"),
        ("id,district,people\n1,west,5\n2,east,\n", "int", "east has the total"),
        ("id,district,people\n1,west,5\n2,east,-4\n", "int", "east has the total -4"),
        ("id,district,people\n1,west,5\n2,west,6\n3,east,1\n", "int", "west has two totals"),
        ("id,district,people\n1,west,5\n2,east,6.5\n", "float", "whole people"),
        ("id,district,people\n1,west,5\n2,east,6\n", "int", "file has nobody there"),
    ],
)
def test_totals_that_cannot_be_met_are_refused(
    table: str, kind: str, message: str, toytown: Path
) -> None:
    (toytown / "layers" / "known.csv").write_text(table, encoding="utf-8")
    declare_totals(toytown, table, kind=kind)
    before = state(toytown)
    with pytest.raises(DataError, match=message):
        take(toytown, spots(toytown, "homes", [(900, 900, "5")], "people"), totals="known.people")
    assert state(toytown) == before


@pytest.mark.parametrize(
    "totals", ["districts", "nowhere.people", "districts.men", "schools.seats"]
)
def test_totals_must_be_a_column_that_is_there(totals: str, toytown: Path) -> None:
    with pytest.raises((UsageError, UnknownNameError)):
        take(toytown, spots(toytown, "homes", [(900, 900, "5")], "people"), totals=totals)


def test_people_are_spread_over_buildings_by_footprint_and_storeys(toytown: Path) -> None:
    blocks = outlines(
        toytown,
        "blocks",
        [
            ((0, 0, 400, 400), {"id": "b1", "people": 100}),
            ((500, 0, 900, 400), {"id": "b2", "people": 9}),
            ((2500, 0, 2900, 400), {"id": "b3", "people": 31}),
        ],
    )
    homes = outlines(
        toytown,
        "homes",
        [
            ((0, 0, 100, 100), {"osm_id": 7, "building:levels": "1"}),
            ((200, 0, 300, 200), {"osm_id": 8, "building:levels": "9"}),
            ((300, 300, 600, 400), {"osm_id": 9, "building:levels": None}),
        ],
    )
    # b1: 1 × 1, 2 × 9 and a third of 3 × 5 (the median of 1 and 9): 1, 18, 5 of 24
    # b2: all in its third of the last; b3 has no building
    done = take(toytown, blocks, method="dasymetric", by=str(homes))
    assert people(toytown) == {"7": 4, "8": 75, "9": 21 + 9, "rest-b3": 31}
    assert (done.stayed, done.stayed_people) == (1, 31)
    said = " ".join(done.notes)
    assert "storeys of 2 of 3 are known, from 'building:levels'" in said
    assert "the others are taken to have 5, their median" in said
    notes = [note.text.en for note in Plan(toytown).layers["residents"].spec.notes]
    assert notes[0].startswith("People are spread in proportion to floor area")
    assert "nothing to spread people over: 1;" in notes[1]


def test_each_block_keeps_its_own_people(toytown: Path) -> None:
    rows = [
        ((0, 0, 400, 400), {"id": "b1", "people": 1}),
        ((500, 0, 900, 400), {"id": "b2", "people": 1}),
    ]
    blocks = outlines(toytown, "blocks", rows)
    spots_in = [(100, 100, "a"), (300, 300, "b"), (600, 100, "c"), (800, 300, "d")]
    homes = spots(toytown, "homes", spots_in, "id")
    take(toytown, blocks, method="dasymetric", by=str(homes))
    assert people(toytown) == {"a": 1, "c": 1}  # rounded in sum, both would be a and b


def test_people_are_spread_over_land_by_the_weight_of_its_class(toytown: Path) -> None:
    block = outlines(toytown, "blocks", [((0, 0, 400, 400), {"people": 110})])
    land = outlines(
        toytown,
        "land",
        [
            ((0, 0, 100, 400), {"id": "flats", "use": "dense"}),
            ((100, 0, 200, 400), {"id": "houses", "use": "low"}),
            ((200, 0, 400, 400), {"id": "plant", "use": "industry"}),
        ],
    )
    asked = {"method": "dasymetric", "by": str(land), "classes": "use"}
    take(toytown, block, **asked, weights=("dense=10", "low=1", "industry=0"))
    assert people(toytown) == {"flats": 100, "houses": 10}
    take(toytown, block, **asked, weights=("dense=8", "*=1"))
    assert people(toytown) == {"flats": 80, "houses": 10, "plant": 20}
    with pytest.raises(UsageError, match="no weight is given for 'industry'"):
        take(toytown, block, **asked, weights=("dense=10", "low=1"))
    with pytest.raises(UsageError, match="every class has the weight 0"):
        take(toytown, block, **asked, weights=("*=0",))
    with pytest.raises(UsageError, match="'dense=many' is not class=number"):
        take(toytown, block, **asked, weights=("dense=many",))
    with pytest.raises(UnknownNameError, match="usage"):
        take(toytown, block, **{**asked, "classes": "usage"}, weights=("*=1",))


def test_people_go_to_the_nearest_point_of_a_layer_of_the_plan(toytown: Path) -> None:
    file = spots(toytown, "homes", [(900, 900, "5"), (1500, 1900, "6"), (3900, 100, "7")], "pop")
    done = take(toytown, file, method="nearest", by="schools")
    assert people(toytown) == {"A": 18}
    assert done.stayed == 0


def test_points_are_taken_as_they_are_and_columns_by_their_usual_names(toytown: Path) -> None:
    file = spots(toytown, "homes", [(900, 900, "5,h1"), (2500, 900, "0,h2")], "Население,id")
    done = take(toytown, file)
    assert people(toytown) == {"h1": 5, "h2": 0}  # a row is kept, though nobody lives there
    assert done.mapping == {"id": "id", "people": "Население"}
    assert "Население -> people" in "\n".join(done.lines())


def test_every_row_can_be_one_person(toytown: Path) -> None:
    file = spots(toytown, "men", [(900, 900, "x"), (2500, 900, "y"), (2600, 900, "y")], "name")
    with pytest.raises(UsageError, match="which column holds people"):
        take(toytown, file)
    done = take(toytown, file, request=Request(mapping=("people=1",)))
    assert by_area(done) == {"west": 1, "east": 2, "": 0}
    chosen = Request(mapping=("people=1",), where=("name=y",))
    assert take(toytown, file, request=chosen).people == 2


def test_people_without_a_place_are_kept_and_counted(toytown: Path) -> None:
    file = toytown / "homes.csv"
    lon, lat = degrees(900, 900)
    file.write_text(f"lon,lat,people\n{lon},{lat},5\n,,4\n", encoding="utf-8")
    done = take(toytown, file)
    assert (done.people, done.unlocated, by_area(done)[""]) == (9, 4, 4)
    assert Plan(toytown).layers["residents"].unlocated == 1


def test_ids_that_are_not_unique_give_way_to_numbers(toytown: Path) -> None:
    file = spots(toytown, "homes", [(900, 900, "5,a"), (2500, 900, "6,a")], "people,id")
    done = take(toytown, file)
    assert set(people(toytown)) == {"place-00001", "place-00002"}
    assert "'id' is empty or not unique: rows are numbered" in " ".join(done.notes)
    with pytest.raises(DataError, match="no ids"):
        take(toytown, file, request=Request(mapping=("id=id",)))


def test_outlines_that_lie_over_each_other_are_named(toytown: Path) -> None:
    rows = [
        ((0, 0, 400, 400), {"id": "a", "people": 10}),
        ((200, 0, 600, 400), {"id": "b", "people": 8}),
    ]
    file = outlines(toytown, "blocks", rows)
    done = take(toytown, file)
    assert done.people == 18
    assert "1 pairs of outlines lie over each other, such as a and b" in " ".join(done.notes)
    slivers = [((0, 0, 400, 400), {"people": 1}), ((399, 0, 800, 400), {"people": 1})]
    beside = take(toytown, outlines(toytown, "beside", slivers))
    assert "lie over each other" not in " ".join(beside.notes)
    again = take(toytown, raster(toytown, [[100]]), method="area", by=str(file))
    assert again.people == 100
    assert "targets lie over each other" not in " ".join(again.notes)  # they share no more than 1
    twice = outlines(toytown, "twice", [((0, 0, 1000, 1000), {"id": i}) for i in "ab"])
    third = take(toytown, raster(toytown, [[100]]), method="area", by=str(twice))
    assert people(toytown) == {"a": 50, "b": 50}
    assert "targets lie over each other in 1 places" in " ".join(third.notes)


def test_the_sidecar_says_what_was_done_and_the_plan_still_holds(toytown: Path) -> None:
    title = Text(kk="Т", ru="Ж", en="Residents by cell")
    fresh = Fresh(title=title, role="demand", publisher="Cells Ltd", licence="CC-BY-4.0")
    done = take(toytown, raster(toytown, [[10, 20], [30, 40]]), fresh=fresh)
    plan = Plan(toytown)
    plan.verify()
    spec = plan.layers["residents"].spec
    assert (spec.title, spec.publisher.en, spec.licence) == (title, "Cells Ltd", "CC-BY-4.0")
    assert list(spec.columns) == ["id", "district", "people", "people_source"]
    assert (spec.precision.method, spec.precision.metres) == ("generalised", 707)
    assert spec.origin is not None
    assert spec.origin.file == "people.tif"
    assert spec.origin.notes[0] == "method points."
    said = [str(line) for line in import_ledger(plan, "residents")]
    assert said[0].endswith(": 100 people at 4 points.")
    assert said[1] == "residents/residents: people.tif: method points."
    assert plan.coverage("schools").people == 100
    assert done.dropped == ()
    assert json.loads(json.dumps(done.to_dict()))["people"] == 100


def test_a_layer_that_was_made_so_can_be_made_again(toytown: Path) -> None:
    file = spots(toytown, "homes", [(900, 900, "5")], "people")
    take(toytown, file)
    first = state(toytown)
    take(toytown, file)
    assert state(toytown) == first


def test_a_new_layer_of_people_needs_titles(toytown: Path) -> None:
    file = raster(toytown, [[10, 20], [30, 40]])
    with pytest.raises(UsageError, match="a new one needs titles"):
        import_residents(Plan(toytown), "cells", file)
    fresh = Fresh(title=Text(kk="Т", ru="Ж", en="R"), role="demand")
    done = import_residents(Plan(toytown), "cells", file, fresh=fresh)
    assert (done.rows, done.areas[0].was) == (4, None)
    assert Plan(toytown).layers["cells"].frame["people"].sum() == 100


def test_rows_of_other_columns_are_said_to_be_gone(toytown: Path) -> None:
    sidecar = toytown / "layers" / "residents.toml"
    text = sidecar.read_text(encoding="utf-8") + '\n[columns.pupils]\nkind = "int"\n'
    sidecar.write_text(text, encoding="utf-8")
    file = spots(toytown, "homes", [(900, 900, "5")], "people")
    assert take(toytown, file).dropped == ("pupils",)


BAD_RASTERS = [
    ({"cells": [[1, 2]], "epsg": None}, "coordinate system is not stated"),
    ({"cells": [[EMPTY, EMPTY]]}, "no cell has a value"),
    ({"cells": [[0, 0]]}, "holds nobody"),
    ({"cells": [[1, -5]]}, "1 cells hold fewer than 0 people, such as -5 at"),
    ({"cells": [[1, 2]], "at_m": (200_000, 0)}, "expected"),
]


@pytest.mark.parametrize(("made", "message"), BAD_RASTERS)
def test_a_bad_raster_is_refused_and_the_layer_stays(
    made: dict[str, Any], message: str, toytown: Path
) -> None:
    before = state(toytown)
    with pytest.raises(DataError, match=message):
        take(toytown, raster(toytown, **made))
    assert state(toytown) == before


def test_cells_beyond_the_area_of_the_plan_are_left_out_and_counted(toytown: Path) -> None:
    # 2 km and 3 km of margin east of West: the last cells are beyond
    done = take(toytown, raster(toytown, [[1, 2, 3, 4, 5, 6, 7, 8, 9]]))
    assert done.people == 1 + 2 + 3 + 4 + 5 + 6 + 7
    assert "2 cells lie beyond the area of the plan, with 17.0 people: left out" in " ".join(
        done.notes
    )


def test_the_coordinate_system_of_a_raster_can_be_given(toytown: Path) -> None:
    file = raster(toytown, [[1, 2]], epsg=None)
    done = take(toytown, file, request=Request(options=Options(crs=f"EPSG:{METRES}")))
    assert by_area(done) == {"west": 3, "east": 0, "": 0}


BAD_TABLES = [
    ("lon,lat,people\n{at},-3\n", DataError, "-3"),
    ("lon,lat,people\n{at},\n", DataError, "empty"),
    ("lon,lat,people\n{at},nan\n", DataError, "nan"),
    ("lon,lat,people\n{at},many\n", DataError, "many"),
    ("lon,lat,people\n{at},0\n", DataError, "holds nobody"),
    ("lon,lat,people\n", DataError, "holds no rows|no rows|places"),
    ("people\n5\n", DataError, "no places"),
    ("lon,lat,people\n12.5,1.5,4\n", DataError, "expected"),
    ("lon,lat,men\n{at},5\n", UsageError, "which column holds people"),
]


@pytest.mark.parametrize(("text", "error", "message"), BAD_TABLES)
def test_a_bad_table_is_refused_and_the_layer_stays(
    text: str, error: type[AlmatyGeoError], message: str, toytown: Path
) -> None:
    lon, lat = degrees(900, 900)
    file = toytown / "homes.csv"
    file.write_text(text.format(at=f"{lon},{lat}"), encoding="utf-8")
    before = state(toytown)
    with pytest.raises(error, match=message):
        take(toytown, file)
    assert state(toytown) == before


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"method": "magic"}, UnknownNameError, "magic"),
        ({"method": "area"}, UsageError, "needs a layer or file"),
        ({"method": "points", "by": "schools"}, UsageError, "has no use for"),
        ({"method": "area", "by": "schools"}, UsageError, "needs outlines to spread by"),
        ({"method": "area", "by": "scools"}, UnknownNameError, "did you mean schools"),
        ({"method": "nearest", "by": "nowhere.csv"}, DataError, "nowhere.csv"),
        ({"method": "nearest", "by": "schools", "storeys": "x"}, UsageError, "dasymetric"),
        ({"method": "dasymetric", "by": "districts", "storeys": "x"}, UnknownNameError, "'x'"),
        ({"method": "dasymetric", "by": "districts", "classes": "x"}, UsageError, "weights"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    asked: dict[str, str], error: type[AlmatyGeoError], message: str, toytown: Path
) -> None:
    with pytest.raises(error, match=message):
        take(toytown, outlines(toytown, "b", [((0, 0, 400, 400), {"people": 9})]), **asked)


def test_points_have_no_area_to_spread(toytown: Path) -> None:
    file = spots(toytown, "homes", [(900, 900, "5")], "people")
    with pytest.raises(UsageError, match="Points have no area"):
        take(toytown, file, method="area", by="districts")


def test_only_a_layer_of_people_in_a_plan_of_ones_own_is_written(
    toytown: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = raster(toytown, [[1, 2]])
    with pytest.raises(UsageError, match="no layer of people at points"):
        import_residents(Plan(toytown), "schools", file)
    with pytest.raises(UsageError, match="not merged"):
        take(toytown, file, request=Request(merge_on="id"))
    with pytest.raises(UsageError, match="not mended"):
        take(toytown, file, request=Request(mend=True))
    with pytest.raises(UsageError, match="a raster has no columns"):
        take(toytown, file, request=Request(mapping=("people=value",)))
    monkeypatch.setattr("almaty_geo.plan.folder.is_bundled", lambda _: True)
    with pytest.raises(UsageError, match="bundled plan is not written to"):
        import_residents(Plan(toytown), "residents", file)


def test_what_somebody_wrote_meanwhile_is_not_overwritten(toytown: Path) -> None:
    plan = Plan(toytown)
    take(toytown, spots(toytown, "a", [(900, 900, "5")], "people"))
    before = state(toytown)
    other = spots(toytown, "b", [(900, 900, "6")], "people")
    with pytest.raises(OutputError, match="changed meanwhile"):
        import_residents(plan, "residents", other)
    assert state(toytown) == before


def test_the_command_line_takes_people_from_a_raster(
    toytown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = ["--plan", str(toytown)]
    file = str(raster(toytown, [[10, 20, 5]]))
    assert main(["import", "residents", file, "--method", "nearest", "--by", "schools", *plan]) == 0
    assert "residents: 35 people at 1 points, method nearest" in capsys.readouterr().out
    asked = ["--source", "Cells Ltd", "--licence", "CC0-1.0", "--date", "2025", "--json", *plan]
    assert main(["import", "residents", file, *asked]) == 0  # a raster alone says it is people
    assert json.loads(capsys.readouterr().out)["people"] == 35
    spec = Plan(toytown).layers["residents"].spec
    assert (spec.publisher.en, spec.licence, spec.date) == ("Cells Ltd", "CC0-1.0", "2025")
    titles = [f"--title={language}=Cells" for language in ("kk", "ru", "en")]
    assert main(["import", "cells", file, "--method", "points", *titles, *plan]) == 0
    assert Plan(toytown).layers["cells"].spec.role == "demand"
    assert main(["import", "residents", file, "--method", "area", *plan]) == 1
    assert "needs a layer or file to spread by" in capsys.readouterr().err
    assert OFFERED == METHODS


def copied(root: Path, folder: Path) -> Path:
    """Return a copy of the plan that may be written to."""
    for name in ("layers", "maps"):
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "plan.toml", folder)
    return folder


def test_a_real_raster_gives_every_district_its_people(
    root: Path, tmp_path: Path, real_data: Path
) -> None:
    folder = copied(root, tmp_path)
    plan = Plan(folder)
    file = real_data / "population" / "worldpop_100m.tif"
    spread = Spread(method="nearest", by="residents", totals="districts.people")
    done = import_residents(plan, "residents", file, spread)
    known = plan.areas.frame.set_index("id")["people"].to_dict()
    assert by_area(done) == {**known, "": 0}
    frame = Plan(folder).layers["residents"].frame
    assert frame.groupby("district")["people"].sum().to_dict() == known
    assert done.source_people == pytest.approx(2_289_651.67, abs=0.1)
    assert frame["people_source"].sum() == pytest.approx(2_289_651.67, abs=1)


def test_real_blocks_keep_their_people_spread_over_buildings(
    root: Path, tmp_path: Path, real_data: Path
) -> None:
    folder = copied(root, tmp_path)
    population = real_data / "population"
    blocks = gpd.read_file(population / "blocks_polygons.geojson")[["geometry"]]
    counted = gpd.read_file(population / "blocks_population.csv")
    at = shapely.from_wkt(counted["geometry"].to_numpy())
    inside, which = shapely.STRtree(blocks.geometry.to_numpy()).query(at, predicate="within")
    first = ~np.concatenate([[False], np.diff(inside) == 0])
    of = np.bincount(which[first], counted["population"].astype(float)[inside[first]], len(blocks))
    blocks["people"] = of.astype(int)
    blocks["id"] = [f"b{n}" for n in range(len(blocks))]
    blocks[of > 0].to_file(tmp_path / "blocks.geojson")
    spread = Spread(method="dasymetric", by=str(population / "buildings_osm_2013.geojson"))
    done = import_residents(Plan(folder), "residents", tmp_path / "blocks.geojson", spread)
    frame = Plan(folder).layers["residents"].frame
    assert done.people == done.source_people == frame["people"].sum() == of.sum() > 500_000
    stayed = frame[frame["id"].str.startswith("rest-")].set_index("id")["people"]
    assert stayed.sum() == done.stayed_people
    whole = blocks.set_index("id")["people"]
    assert all(n == whole[str(name).removeprefix("rest-")] for name, n in stayed.items())
