"""Small sound files of each format, spoilt at a fixed number of places: told, or read whole."""

import json
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_reading import TOWN, full, said
from test_reading_formats import SCHOOLS, WRITERS, raster

from almaty_geo.reading import Found, Options, read_outside

HANG_S = 10
APART = (".gpkg", ".fgb", ".parquet", ".shp", ".tab", ".mif", ".kml", ".xlsx", ".dxf", ".tif")
TEXT = (".geojson", ".geojsonl", ".csv")
AS_SAID = {".dxf": Options(crs="EPSG:4326")}
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["put", "drop", "add", "cut"]),
        st.integers(0, 2**31),
        st.binary(min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=4,
)
# Faults in what a file says of itself are the ones that lead a reader astray.
HEAD_BYTES = 200


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    paths = {}
    for suffix in (*APART, *TEXT):
        path = tmp_path_factory.mktemp(suffix[1:]) / f"x{suffix}"
        if suffix == ".dxf":
            SCHOOLS[["geometry"]].to_file(path, driver="DXF")
        elif suffix == ".tif":
            raster(path, np.ones((1, 3), dtype=np.float32))
        elif suffix == ".geojson":
            path.write_text(json.dumps(full(1, 2, 3)), encoding="utf-8")
        else:
            WRITERS[suffix](path, SCHOOLS)
        paths[suffix] = path
    return paths


def spoilt(data: bytes, changes: list[tuple[str, int, bytes]]) -> bytes:
    changed = bytearray(data)
    for how, where, given_bytes in changes:
        near = min(len(changed), HEAD_BYTES) if where % 3 == 0 else len(changed)
        at = where % max(near, 1)
        if how == "put":
            changed[at : at + len(given_bytes)] = given_bytes
        elif how == "drop":
            del changed[at : at + len(given_bytes)]
        elif how == "add":
            changed[at:at] = given_bytes
        else:
            del changed[at:]
    return bytes(changed)


def read_spoilt(path: Path, part: int, changes: list[tuple[str, int, bytes]]) -> Found:
    parts = sorted(p for p in path.parent.iterdir() if p.is_file())
    chosen = parts[part % len(parts)]
    kept = chosen.read_bytes()
    chosen.write_bytes(spoilt(kept, changes))
    started = time.monotonic()
    try:
        found = read_outside(path, None, TOWN, options=AS_SAID.get(path.suffix, Options()))
    finally:
        chosen.write_bytes(kept)
    assert time.monotonic() - started < HANG_S
    return found


@pytest.mark.parametrize("suffix", APART)
@settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(part=st.integers(0, 9), changes=CHANGES)
def test_a_spoilt_file_is_told_or_read_whole(
    suffix: str, sound: Mapping[str, Path], part: int, changes: list[tuple[str, int, bytes]]
) -> None:
    found = read_spoilt(sound[suffix], part, changes)
    assert found.faults or len(found.frame) == 3


@pytest.mark.parametrize("suffix", TEXT)
@settings(max_examples=100, derandomize=True, deadline=None)
@given(changes=CHANGES)
def test_spoilt_text_never_makes_it_fall(
    suffix: str, sound: Mapping[str, Path], changes: list[tuple[str, int, bytes]]
) -> None:
    """Half a table is a table: only a document that ends itself can be told to be cut off."""
    found = read_spoilt(sound[suffix], 0, changes)
    assert suffix != ".geojson" or found.faults or len(found.frame) == 3


def test_the_sound_files_are_sound(sound: Mapping[str, Path]) -> None:
    for suffix, path in sound.items():
        found = read_outside(path, None, TOWN, options=AS_SAID.get(suffix, Options()))
        assert (len(found.frame), said(found)) == (3, "")
