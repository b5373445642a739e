"""FlatGeobuf: one table that can be read in parts, over a network too."""

from pathlib import Path

import shapely

from almaty_geo.exports.gdal import Driver, add_table, recount
from almaty_geo.exports.sheet import Sheet, distinct
from almaty_geo.files import replacing


def write_flatgeobuf(sheet: Sheet, path: Path) -> None:
    """
    Write a table as FlatGeobuf.

    Where every row has a place, rows are put in the order of the format's spatial index. Else
    they keep their order and there is no index: it cannot hold a row without a place.
    """
    indexed = len(sheet) > 0 and not shapely.is_missing(sheet.shapes).any()
    told = {"TITLE": sheet.name, "DESCRIPTION": sheet.description}
    driver = Driver(
        "FlatGeobuf",
        table={**told, "SPATIAL_INDEX": "YES" if indexed else "NO"},
        kind="Unknown",
    )
    renamed = distinct(map(str, sheet.columns))
    with replacing(path) as draft:
        add_table(sheet, draft, driver, renamed=renamed, target=path)
        recount(sheet, draft, target=path)
