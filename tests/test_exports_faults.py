import os
import resource
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from shapely import Point

from almaty_geo.errors import DataError, OutputError, UnknownNameError
from almaty_geo.exports import FORMATS, SUFFIXES, write_file, write_frame

DAY = date(2026, 3, 1)
KAZAKH = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі"


@pytest.fixture
def schools() -> gpd.GeoDataFrame:
    """Three schools, one without a place."""
    return gpd.GeoDataFrame(
        {"id": ["a", "b", "c"], "name_kk": [KAZAKH, None, "=1+1"], "seats": [1200, 0, -5]},
        geometry=np.array([Point(76.1, 43.25), None, Point(77, 43.5)], dtype=object),
        crs="EPSG:4326",
    )


def write(frame: gpd.GeoDataFrame, folder: Path, *formats: str) -> tuple[Path, ...]:
    return write_frame(frame, "schools", folder, formats=formats or FORMATS, date=DAY)


def test_an_unknown_format_is_named_and_nothing_is_written(
    schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    with pytest.raises(UnknownNameError, match="format 'geojsn': did you mean geojson"):
        write(schools, tmp_path / "new", "gpkg", "geojsn")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["../up", "a b", "", "Ә", "a.b", "-a"])
def test_a_name_that_cannot_be_a_files_is_refused(
    name: str, schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="cannot name a file"):
        write_frame(schools, name, tmp_path, formats=["csv"], date=DAY)


def test_rows_of_an_unknown_coordinate_system_are_refused(
    schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    places = schools.geometry.to_numpy()
    with pytest.raises(DataError, match="coordinate system of the rows is not known"):
        write(gpd.GeoDataFrame(schools.drop(columns="geometry"), geometry=places), tmp_path)


@pytest.mark.parametrize("suffix", FORMATS)
def test_nothing_is_written_through_a_link(
    suffix: str, schools: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    treasure = tmp_path / "treasure"
    treasure.write_text("kept")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / f"schools.{SUFFIXES[suffix]}").symlink_to(treasure)
    with pytest.raises(OutputError, match="is a link"):
        write(schools, tmp_path / "out", suffix)
    assert treasure.read_text() == "kept"
    (tmp_path / "elsewhere").symlink_to(tmp_path / "out")
    with pytest.raises(OutputError, match="is a link"):
        write_file(tmp_path / "elsewhere" / "page.html", "text")


def test_what_is_not_a_regular_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(OutputError, match="not a regular file"):
            write_file(tmp_path / name, "text")


def _broken(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "pathlib.Path.mkdir"])
def test_a_write_that_fails_leaves_the_old_file_and_says_so_in_a_sentence(
    step: str,
    suffix: str,
    schools: gpd.GeoDataFrame,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = tmp_path / f"schools.{SUFFIXES[suffix]}"
    old.write_text("old")
    monkeypatch.setattr(step, _broken)
    with pytest.raises(OutputError) as caught:
        write(schools, tmp_path, suffix)
    monkeypatch.undo()
    assert str(caught.value) == (
        f"{old}: cannot be written (No space left on device); what was there before is unchanged."
    )
    assert old.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == [old.name]


FULL_DISK = """
import sys
from datetime import date
from pathlib import Path
import geopandas as gpd
from shapely import Point
from almaty_geo.errors import OutputError
from almaty_geo.exports import write_frame
import resource
frame = gpd.GeoDataFrame(
    {"id": [f"{i:x}" * 40 for i in range(5000)]}, geometry=[Point(76, 43)] * 5000, crs="EPSG:4326"
)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    write_frame(frame, "schools", Path(sys.argv[1]), formats=[sys.argv[2]], date=date(2026, 3, 1))
except OutputError as error:
    print(error)
"""


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_disk_that_fills_up_while_writing_leaves_the_old_file(
    suffix: str, tmp_path: Path
) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    old = tmp_path / f"schools.{SUFFIXES[suffix]}"
    old.write_text("old")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path), suffix],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "CPL_LOG": os.devnull},
    )
    (sentence,) = done.stdout.splitlines()
    assert sentence.startswith(f"{old}: cannot be written (")
    assert sentence.endswith("what was there before is unchanged.")
    assert old.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == [old.name]


def test_a_draft_that_lost_rows_never_gets_its_name(
    schools: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pyogrio.write_dataframe
    monkeypatch.setattr(
        pyogrio, "write_dataframe", lambda frame, *a, **k: real(frame.iloc[:2], *a, **k)
    )
    with pytest.raises(OutputError, match="2 of 3 rows of schools arrived"):
        write(schools, tmp_path, "gpkg")
    assert not list(tmp_path.iterdir())


def test_a_file_is_made_with_its_folder_readable_by_whom_the_system_says(tmp_path: Path) -> None:
    path = tmp_path / "new" / "page.html"
    write_file(path, KAZAKH)
    write_file(path, f"{KAZAKH} again".encode())
    assert path.read_text(encoding="utf-8") == f"{KAZAKH} again"
    before = os.umask(0)
    os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~before
    assert [found.name for found in path.parent.iterdir()] == ["page.html"]
