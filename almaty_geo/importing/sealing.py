"""Data and sidecar of an import, written so that the layer is the old one or the new one."""

import hashlib
from pathlib import Path
from typing import Any

import geopandas as gpd
import tomlkit

from almaty_geo.errors import DataError, OutputError
from almaty_geo.exports import write_file, write_frame
from almaty_geo.plan import Plan
from almaty_geo.reading import read_layer
from almaty_geo.specs import LayerSpec, Origin
from almaty_geo.staging import changed_folder


def seal(
    plan: Plan,
    spec: LayerSpec,
    frame: gpd.GeoDataFrame,
    origin: Origin,
    *,
    fresh: bool = False,
) -> None:
    """
    Write a layer's new data and its sidecar.

    Both are written into a likeness of the folder of layers, and the data are read back as the
    plan will read them; only if they are what the sidecar says does it take the folder's place.

    Parameters
    ----------
    plan
        Whose layer it is.
    spec
        Its sidecar; for a new layer it is written whole, else only digest and origin change.
    frame
        The rows, with every declared column.
    origin
        Where they came from.
    fresh
        Whether the layer is new.

    Raises
    ------
    DataError
        If what was written cannot be read back as promised; the layer stays as it was.
    OutputError
        If anything cannot be written, or somebody else has written the layer since the plan was
        opened.
    """
    suffix = "csv" if spec.file.endswith(".csv") else "geojson"
    with changed_folder(plan.folder / "layers") as folder:
        (written,) = write_frame(
            frame, Path(spec.file).stem, folder, formats=[suffix], date=plan.spec.date
        )
        written = written.replace(folder / spec.file)  # a layer may be kept as .json
        digest = hashlib.sha256(written.read_bytes()).hexdigest()
        sealed = spec.model_copy(update={"sha256": digest, "origin": origin})
        if faults := read_layer(written, sealed).faults:
            raise DataError(f"The layer {spec.id!r} stays as it was: {faults[0]}")
        sidecar = folder / f"{spec.id}.toml"
        if fresh and sidecar.exists():
            raise _overtaken(spec)
        write_file(sidecar, _whole(sealed) if fresh else _changed(sidecar, spec, digest, origin))


def _overtaken(spec: LayerSpec) -> OutputError:
    """Return the error that says somebody else was faster: what they wrote is not overwritten."""
    return OutputError(f"{spec.id}.toml: was changed meanwhile, and is left like that; try again.")


def _changed(sidecar: Path, spec: LayerSpec, digest: str, origin: Origin) -> str:
    """Return a sidecar with a new digest and origin; everything else in it stays."""
    document = tomlkit.parse(sidecar.read_text(encoding="utf-8"))
    if document["sha256"] != spec.sha256:
        raise _overtaken(spec)
    document["sha256"] = digest
    document["origin"] = _plain(origin.model_dump(mode="json"))
    return tomlkit.dumps(document)


def _whole(spec: LayerSpec) -> str:
    """Return a new sidecar; what is as by default is left out."""
    told = spec.model_dump(mode="python", exclude={"id"}, exclude_defaults=True)
    return tomlkit.dumps(_plain(told))


def _plain(value: Any) -> Any:  # noqa: ANN401 - anything a declared file can hold
    """Return a value as TOML can say it: no nulls, lists for tuples, nothing empty."""
    if isinstance(value, dict):
        said = {key: _plain(inner) for key, inner in value.items()}
        return {key: inner for key, inner in said.items() if inner not in (None, [], {}, "")}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
