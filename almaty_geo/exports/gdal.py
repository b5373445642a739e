"""The one way to GDAL: a table in, a file out, and an error in a sentence."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError

from almaty_geo.exports.sheet import Sheet
from almaty_geo.files import expect, failed

_NOW = "OGR_CURRENT_DATE"


@dataclass(frozen=True, slots=True)
class Driver:
    """A driver of GDAL, and how it is asked to write."""

    name: str
    """GDAL's name for it."""

    file: Mapping[str, str] = field(default_factory=dict)
    """Options of the whole file."""

    table: Mapping[str, str] = field(default_factory=dict)
    """Options of the table."""

    kind: str | None = None
    """Type of geometry that a table without geometry is given, where the format wants one."""


def add_table(
    sheet: Sheet, draft: Path, driver: Driver, *, renamed: Mapping[str, str], target: Path
) -> None:
    """
    Write a table into a new file, or into one that holds tables already.

    Parameters
    ----------
    sheet
        The table.
    draft
        File to write to.
    driver
        How.
    renamed
        New names of columns that the format cannot hold as they are.
    target
        The name that the file is to bear; errors speak of it.

    Raises
    ------
    OutputError
        If GDAL cannot write it.
    """
    frame = (sheet.columns if sheet.geometry == "none" else sheet.frame).rename(columns=renamed)
    kind = geometry_type(sheet)
    try:
        with _clock(sheet.date):
            pyogrio.write_dataframe(
                frame,
                draft,
                layer=sheet.name,
                driver=driver.name,
                geometry_type=kind or driver.kind,
                promote_to_multi=kind is not None and kind.startswith("Multi"),
                append=draft.exists(),
                dataset_options=dict(driver.file),
                layer_options=dict(driver.table),
            )
    except (DataSourceError, DataLayerError, FeatureError, FieldError) as error:
        raise failed(target, str(error).splitlines()[0]) from error


def recount(sheet: Sheet, draft: Path, *, target: Path) -> None:
    """Open a file again and raise OutputError unless a table in it has all of its rows."""
    try:
        info = pyogrio.read_info(draft, layer=sheet.name, force_feature_count=True)
    except (DataSourceError, DataLayerError) as error:
        raise failed(target, str(error).splitlines()[0]) from error
    expect(target, len(sheet), int(info["features"]), f"rows of {sheet.name}")


def geometry_type(sheet: Sheet) -> str | None:
    """Return the type of a table's geometries: with parts if one has parts; None for a table."""
    if sheet.geometry == "none":
        return None
    found = {shape.geom_type for shape in sheet.shapes if shape is not None}
    several = f"Multi{sheet.geometry}"
    if not found <= {sheet.geometry, several}:
        return "Unknown"
    return several if several in found else sheet.geometry


@contextmanager
def _clock(day: date) -> Iterator[None]:
    """Have GDAL write this day as the time of every change, and no other."""
    before = pyogrio.get_gdal_config_option(_NOW)
    pyogrio.set_gdal_config_options({_NOW: f"{day.isoformat()}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_NOW: before})
