"""Somebody's file into a layer of a plan: read by the one door, held to the sidecar, or refused."""

import hashlib
from pathlib import Path

import tomlkit

from almaty_geo.area import StudyArea
from almaty_geo.errors import DataError, UsageError
from almaty_geo.exports import write_file, write_frame
from almaty_geo.plan import Plan, is_bundled
from almaty_geo.reading import read_outside

SHOWN = 3
"""How many faults an error names; `check` lists all."""


def import_layer(plan: Plan, name: str, file: Path) -> int:
    """
    Replace the data of a layer by those of a file.

    Parameters
    ----------
    plan
        Whose layer it is.
    name
        The layer; its sidecar decides what the file must hold.
    file
        GeoJSON, or CSV with ``lon`` and ``lat``, in degrees.

    Returns
    -------
    rows
        How many rows the layer has now.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer.
    UsageError
        If the plan is the bundled one, or the layer's role needs an importer of its own.
    DataError
        If the file is not what the sidecar promises; the layer stays as it was.
    OutputError
        If the layer cannot be written; it stays as it was.
    """
    spec = plan.specs.spec(name)
    if is_bundled(plan.folder):
        raise UsageError(
            "The bundled plan is not written to: start your own with `almaty-geo new DIR`, "
            "then give --plan DIR."
        )
    if spec.role == "network":
        raise UsageError(f"Layer {name!r} has the role 'network': streets are not imported yet.")
    found = read_outside(file, spec, _bounds(plan, name))
    if found.faults:
        named = " ".join(str(fault) for fault in found.faults[:SHOWN])
        more = len(found.faults) - SHOWN
        rest = f" And {more} more: `almaty-geo check {file}` lists all." if more > 0 else ""
        raise DataError(f"{named}{rest}")
    if not len(found.frame):
        raise DataError(f"{file.name}: holds no rows; the layer {name!r} stays as it was.")
    folder = plan.folder / "layers"
    suffix = "csv" if spec.file.endswith(".csv") else "geojson"
    columns = [*spec.columns, found.frame.geometry.name]
    write_frame(
        found.frame[columns], Path(spec.file).stem, folder, formats=[suffix], date=plan.spec.date
    )
    _seal(folder / f"{name}.toml", folder / spec.file)
    return len(found.frame)


def _bounds(plan: Plan, name: str) -> StudyArea | None:
    """Return where coordinates must lie; the areas themselves say it for all others."""
    return None if name == plan.spec.areas else plan.area


def _seal(sidecar: Path, data: Path) -> None:
    """Write the digest of the new data into the sidecar; everything else in it stays."""
    document = tomlkit.parse(sidecar.read_text(encoding="utf-8"))
    document["sha256"] = hashlib.sha256(data.read_bytes()).hexdigest()
    write_file(sidecar, tomlkit.dumps(document))
