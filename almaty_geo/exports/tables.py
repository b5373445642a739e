"""Tables: CSV that no spreadsheet can mistake for formulas, and GeoParquet."""

import csv
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from almaty_geo.exports.sheet import DECIMALS, Sheet, distinct
from almaty_geo.files import expect, failed, replacing

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(sheet: Sheet, path: Path) -> None:
    """
    Write a table as CSV in UTF-8.

    Points get the columns ``lon`` and ``lat``, lines and areas ``geometry_wkt``, in degrees. A
    text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay.
    """
    values = with_places(sheet)
    header = [_safe(name) for name in values]
    rows = zip(*([_safe(v) for v in column] for column in values.values()), strict=True)
    with replacing(path) as draft:
        with draft.open("w", encoding="utf-8", newline="") as file:
            # Lines end as RFC 4180 says; else a bare carriage return in a cell is not quoted.
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(header)
            writer.writerows(rows)
        with draft.open(encoding="utf-8", newline="") as file:
            expect(path, len(sheet), sum(1 for _ in csv.reader(file)) - 1, "rows")


def write_parquet(sheet: Sheet, path: Path) -> None:
    """
    Write a table as GeoParquet 1.1 with a covering box for each row; plain Parquet without places.

    A column called ``bbox`` or ``geometry`` gets a number, since those are the format's own.
    """
    renamed = distinct(map(str, sheet.columns), taken=("bbox", "geometry"))
    with replacing(path) as draft:
        try:
            if sheet.geometry == "none":
                table = pa.Table.from_pandas(sheet.columns.rename(columns=renamed))
                pq.write_table(table, draft, compression="zstd")
            else:
                sheet.frame.rename(columns=renamed).to_parquet(
                    draft,
                    index=False,
                    compression="zstd",
                    write_covering_bbox=True,
                    schema_version="1.1.0",
                )
            rows = pq.read_metadata(draft).num_rows
        except pa.ArrowException as error:
            raise failed(path, str(error).splitlines()[0]) from error
        expect(path, len(sheet), rows, "rows")


def with_places(sheet: Sheet) -> dict[str, list[Any]]:
    """Return the columns, and the places in columns of their own."""
    places: dict[str, list[Any]] = {}
    if sheet.geometry == "Point" and set(shapely.get_type_id(sheet.shapes).tolist()) <= {-1, 0}:
        places["lon"] = _number(shapely.get_x(sheet.shapes).tolist())
        places["lat"] = _number(shapely.get_y(sheet.shapes).tolist())
    elif sheet.geometry != "none":
        places["geometry_wkt"] = shapely.to_wkt(sheet.shapes, rounding_precision=DECIMALS).tolist()
    renamed = distinct(map(str, sheet.columns), taken=places)
    return {renamed.get(k, k): v for k, v in sheet.values().items()} | places


def _number(found: list[float]) -> list[float | None]:
    """Return numbers with None for those that are not there."""
    return [None if v != v else v for v in found]  # noqa: PLR0124 - only NaN differs from itself


def _safe(value: Any) -> Any:  # noqa: ANN401 - a cell of any column
    """Return a cell that no spreadsheet takes for a formula; truth values as JSON writes them."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
