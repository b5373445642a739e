"""Files of a country: rows of a layer as GeoParquet, written with their digest and held to it."""

import hashlib
import io
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from almaty_geo.area import DEGREES
from almaty_geo.catalogue import Layer
from almaty_geo.errors import DataError, OutputError
from almaty_geo.scaling.layout import ROW, Partition, path_of
from almaty_geo.specs import LayerSpec

GEOMETRY = {"Point": {0}, "LineString": {1, 5}, "Polygon": {3, 6}, "none": {-1}}
MISSING = -1
"""What shapely calls the type of no geometry."""


def write_rows(
    folder: Path, city: str, spec: LayerSpec, frame: gpd.GeoDataFrame, *, tile: str = ""
) -> Partition:
    """
    Write some rows of a layer.

    Parameters
    ----------
    folder
        Where the country lies.
    city
        City that the layer is of.
    spec
        Its sidecar.
    frame
        Rows in degrees, with the column `ROW`.
    tile
        Tile that they are about; empty for a layer that is not cut.

    Returns
    -------
    partition
        What ``partitions.json`` says of the file.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    room = io.BytesIO()
    frame.to_parquet(
        room, index=False, compression="zstd", write_covering_bbox=True, schema_version="1.1.0"
    )
    data = room.getvalue()
    found = Partition(
        layer=spec.id, tile=tile, rows=len(frame), sha256=hashlib.sha256(data).hexdigest()
    )
    path = path_of(folder, city, spec, found)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}).") from error
    return found


def read_rows(folder: Path, city: str, spec: LayerSpec, partitions: tuple[Partition, ...]) -> Layer:
    """
    Read some files of a layer.

    Parameters
    ----------
    folder
        Where the country lies.
    city
        City that the layer is of.
    spec
        Its sidecar.
    partitions
        Which files.

    Returns
    -------
    layer
        Their rows, each once, in the order in which they stood in the layer.

    Raises
    ------
    DataError
        If a file is missing, was changed, or does not hold what the sidecar promises.
    """
    tables = [_read(folder, city, spec, one) for one in partitions]
    if not tables:
        empty = gpd.GeoDataFrame({name: [] for name in spec.columns}, geometry=[], crs=DEGREES)
        return Layer(spec, empty)
    # One frame of all files: to make the system of coordinates of each takes longer than all else.
    joined = pa.concat_tables(tables, promote_options="permissive").to_pandas()
    ordered = joined.drop_duplicates(ROW).sort_values(ROW, kind="stable", ignore_index=True)
    shapes = _shapes(ordered.pop("geometry").to_numpy(), spec)
    return Layer(spec, gpd.GeoDataFrame(ordered.drop(columns=ROW), geometry=shapes, crs=DEGREES))


def _read(folder: Path, city: str, spec: LayerSpec, partition: Partition) -> pa.Table:
    """Return the rows of one file, once its bytes are those that were written."""
    path = path_of(folder, city, spec, partition)
    where = path.relative_to(folder).as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{where}: cannot be read ({error.strerror}).") from error
    if hashlib.sha256(data).hexdigest() != partition.sha256:
        raise DataError(f"{where}: was changed since it was written; write the country anew.")
    try:
        table = pq.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{where}: is no GeoParquet ({str(error).splitlines()[0]}).") from error
    missing = [name for name in (*spec.columns, ROW, "geometry") if name not in table.column_names]
    if missing:
        raise DataError(f"{where}: has no column {missing[0]!r}.")
    if len(table) != partition.rows:
        raise DataError(f"{where}: {len(table)} rows; {partition.rows} were expected.")
    return table.drop_columns([name for name in ("bbox",) if name in table.column_names])


def _shapes(wkb: NDArray[np.object_], spec: LayerSpec) -> NDArray[np.object_]:
    """Return shapes; DataError unless they are of the type that is promised."""
    shapes: NDArray[np.object_] = shapely.from_wkb(wkb)
    kinds = set(shapely.get_type_id(shapes).tolist())
    if wrong := kinds - GEOMETRY[spec.geometry] - {MISSING}:
        raise DataError(
            f"{spec.id}: holds a geometry of type {min(wrong)}; {spec.geometry} was expected."
        )
    return shapes
