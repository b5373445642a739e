"""No file and no name makes the machine ask the network, or read what was not given to it."""

import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from test_reading import said
from test_reading_formats import read
from test_reading_hostile import geopackage, made

from almaty_geo.reading import Found, Options, read_outside


@pytest.fixture
def visits() -> Iterator[list[str]]:
    """Listen on loopback and note whoever comes."""
    seen: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    client, _ = server.accept()
                except TimeoutError:
                    continue
                with client:
                    client.settimeout(1)
                    seen.append(client.recv(4096).decode("latin-1"))
                    client.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=listen)
        thread.start()
        seen.append(str(server.getsockname()[1]))
        yield seen
        done.set()
        thread.join()


VIRTUAL = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{}</SrcDataSource>{}'
    "</OGRVRTLayer></OGRVRTDataSource>"
)
CRS_LINK = (
    '{"type":"FeatureCollection","features":[],'
    '"crs":{"type":"link","properties":{"href":"URL/crs"}}}'
)
PIPELINE = '{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read URL/x.json"}'
XLINK = (
    '<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:xlink="http://www.w3.org/1999/xlink"><gml:x xlink:href="URL/x"/></gml:FeatureCollection>'
)
LINKED = (
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Schema schemaUrl="URL/s"/>'
    "<NetworkLink><Link><href>URL/x.kml</href></Link></NetworkLink></Document></kml>"
)
DRAWING = "0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n"
FETCHING: Mapping[str, tuple[str, str]] = {
    "c-crs-link": ("x.geojson", CRS_LINK),
    "v01": ("x.geojson", VIRTUAL.format("/etc/passwd", "")),
    "v01 from elsewhere": ("x.json", VIRTUAL.format("/vsicurl/URL/x.csv", "")),
    "v03": (
        "x.geojson", VIRTUAL.format("victim.gpkg", "<SrcSQL>DELETE FROM schools</SrcSQL>")
    ),
    "v05": ("x.gdalg.json", PIPELINE),
    "v11": ("x.gml", XLINK),
    "a network link": ("x.kml", LINKED),
    "a virtual dataset in a drawing": ("x.dxf", DRAWING + VIRTUAL.format("/vsicurl/URL/x", "")),
    "a virtual dataset called KML": ("x.kml", VIRTUAL.format("/vsicurl/URL/kml", "")),
    "an address in a table": ("x.mif", "Version 300\nCoordSys Earth\nColumns 0\nData\nURL"),
    "an outside entity": ("x.kml", '<?xml version="1.0"?><!DOCTYPE kml SYSTEM "URL/x"><kml/>'),
}  # fmt: skip


@pytest.mark.parametrize("case", FETCHING)
def test_no_file_makes_the_machine_ask_the_network(
    case: str, tmp_path: Path, visits: list[str]
) -> None:
    name, content = FETCHING[case]
    victim = geopackage(tmp_path).rename(tmp_path / "victim.gpkg")
    before = victim.read_bytes()
    url = f"http://127.0.0.1:{visits[0]}"
    found = read(made(name, content.replace("URL", url))(tmp_path))
    assert len(visits) == 1
    assert "root:" not in f"{said(found)}{found.frame.to_csv()}"
    assert victim.read_bytes() == before


NAMES = (
    "/vsicurl/http://127.0.0.1:PORT/x.geojson", "/vsizip/x.zip/x.geojson",
    "http://127.0.0.1:PORT/x.geojson", "CSV:/etc/passwd", "WFS:http://127.0.0.1:PORT/x.gpkg",
    "OAPIF:http://127.0.0.1:PORT/x.fgb", "/vsicurl/http://127.0.0.1:PORT/x.shp",
    '{"type": "FeatureCollection", "features": []}', "<OGRVRTDataSource></OGRVRTDataSource>",
    "SQLITE:/vsicurl/http://127.0.0.1:PORT/x.gpkg", "/vsistdin/x.kml", "/vsimem/x.fgb",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_file_or_it_is_nothing(name: str, visits: list[str]) -> None:
    found: Found = read_outside(Path(name.replace("PORT", visits[0])), None, options=Options())
    assert len(found.faults) == 1
    assert len(visits) == 1
