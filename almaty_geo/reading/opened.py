"""A file once it is open: what it says itself, and then what it is held to."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almaty_geo.area import DEGREES, StudyArea
from almaty_geo.reading.columns import checked_columns, empty_columns
from almaty_geo.reading.faults import Fault, Faults, Found
from almaty_geo.reading.figures import eased
from almaty_geo.reading.ground import check_ground
from almaty_geo.reading.kinds import kind_of
from almaty_geo.reading.names import chosen
from almaty_geo.reading.options import Options
from almaty_geo.reading.rows import Rows, no_shapes
from almaty_geo.reading.sources import Wanted, rows_of
from almaty_geo.reading.systems import in_degrees
from almaty_geo.reading.tables import typed
from almaty_geo.specs import LayerSpec


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """Rows of a file under its own names, before they are held to anything."""

    rows: Rows | None
    """The rows; None where there is no way to make them out."""

    noted: Faults
    """What was found wrong, and what was recognised, so far."""

    options: Options
    """What was said about the file from outside."""

    @property
    def columns(self) -> Mapping[str, Sequence[Any]]:
        """Values by column, under the file's own names; text where the file is all text."""
        return self.rows.columns if self.rows is not None else {}

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows.shapes) if self.rows is not None else 0

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong so far."""
        return self.noted.listed()

    @property
    def sha256(self) -> str:
        """Digest of the bytes that were read; empty where none were."""
        return self.noted.sha256

    def found(
        self,
        spec: LayerSpec | None,
        area: StudyArea | None = None,
        *,
        columns: Mapping[str, str] | None = None,
    ) -> Found:
        """
        Hold the rows to a sidecar.

        Parameters
        ----------
        spec
            What the file is meant to be; None to take the columns as found.
        area
            Where coordinates must lie; None to leave that open.
        columns
            Declared name to the file's own name; None for what the options say.

        Returns
        -------
        found
            The data, every fault and every note; bad content never raises.
        """
        faults = Faults(
            self.noted.file,
            self.noted.counted,
            self.noted.sha256,
            self.noted.ids,
            list(self.noted.found),
            list(self.noted.notes),
        )
        declared = spec.columns if spec else None
        if self.rows is None:
            return _found(_frame(empty_columns(declared), no_shapes(0)), faults)
        options = self.options if columns is None else replace(self.options, columns=columns)
        rows = chosen(self.rows, options, faults)
        rows = typed(rows, declared) if rows.as_text else rows
        rows = eased(rows, declared, options, faults)
        values = checked_columns(rows, declared, faults)
        rows = in_degrees(rows, area, options, faults)
        check_ground(rows.shapes, area, faults)
        return _found(_frame(values, rows.shapes), faults)


def open_file(path: Path, wanted: Wanted, options: Options) -> Opened:
    """
    Read a file of any known kind.

    Parameters
    ----------
    path
        The file.
    wanted
        What it is meant to hold.
    options
        What was said about it from outside.

    Returns
    -------
    opened
        Its rows, and everything that was noted; bad content never raises.
    """
    faults = Faults(path.name)
    kind = kind_of(path, faults)
    if kind is None:
        return Opened(None, faults, options)
    faults.counted = kind.counted
    with _undisturbed():
        return Opened(rows_of(path, kind, wanted, options, faults), faults, options)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep the collector of cycles from counting a large file's values over and over."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _found(frame: gpd.GeoDataFrame, faults: Faults) -> Found:
    return Found(frame, faults.listed(), tuple(faults.notes))


def _frame(columns: Mapping[str, pd.Series], shapes: NDArray[np.object_]) -> gpd.GeoDataFrame:
    """Return columns and shapes as a table."""
    geometry = gpd.GeoSeries(shapes, crs=DEGREES)
    return gpd.GeoDataFrame(dict(columns), geometry=geometry, crs=DEGREES)
