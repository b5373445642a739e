"""Data and sidecar of an import, written so that the layer is the old one or the new one."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import tomlkit

from almaty_geo.errors import DataError, OutputError
from almaty_geo.exports import write_file, write_frame
from almaty_geo.importing.holding import unlocated
from almaty_geo.importing.ledger import NOTHING_LISTED, ImportEntry, Ledger
from almaty_geo.importing.merging import compare
from almaty_geo.importing.request import Imported
from almaty_geo.plan import Plan
from almaty_geo.reading import Note, read_layer
from almaty_geo.specs import LayerSpec, Origin
from almaty_geo.staging import UNFINISHED, changed_folder

_OF_THE_DATA = {"sha256", "date", "precision", "source", "notes", "origin"}
"""What a sidecar says of the data themselves, which other data may change."""


def seal(
    plan: Plan,
    spec: LayerSpec,
    frame: gpd.GeoDataFrame,
    origin: Origin,
    *,
    ledger: Ledger = NOTHING_LISTED,
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
        Its sidecar; of a layer that is made afresh it is written whole, else only what it says
        otherwise than before, digest and origin.
    frame
        The rows, with every declared column.
    origin
        Where they came from.
    ledger
        What was changed on the way in.
    fresh
        Whether the layer is new, or another one under the same name.

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
        with TemporaryDirectory(dir=folder, prefix=UNFINISHED.rstrip("*")) as aside:
            (draft,) = write_frame(
                frame, "data", Path(aside), formats=[suffix], date=plan.spec.date
            )
            written = draft.replace(folder / spec.file)
        digest = hashlib.sha256(written.read_bytes()).hexdigest()
        sealed = spec.model_copy(update={"sha256": digest, "origin": origin})
        if faults := read_layer(written, sealed).faults:
            raise DataError(f"The layer {spec.id!r} stays as it was: {faults[0]}")
        sidecar = folder / f"{spec.id}.toml"
        before = plan.specs.specs.get(spec.id)
        if _digest(sidecar) != (before.sha256 if before else None):
            raise _overtaken(spec)
        if fresh or before is None:
            write_file(sidecar, sidecar_of(sealed))
        else:
            write_file(sidecar, _changed(sidecar, before, sealed))
        ledger.write(folder, spec.id)


def seal_new(
    plan: Plan,
    spec: LayerSpec,
    frame: gpd.GeoDataFrame,
    origin: Origin,
    *,
    lines: Sequence[ImportEntry],
    notes: tuple[Note, ...],
) -> Imported:
    """
    Write a layer that the plan does not have yet, as `seal`; return what became of its rows.

    Parameters
    ----------
    plan, spec, frame, origin
        As `seal` takes them.
    lines
        The ledger: one for the whole, and one for each change.
    notes
        What was recognised or changed on the way in.
    """
    seal(plan, spec, frame, origin, ledger=Ledger(lines), fresh=True)
    return Imported(
        layer=spec.id,
        rows=len(frame),
        unlocated=unlocated(spec, frame),
        mapping={},
        left_out=(),
        missing=(),
        change=compare(frame.iloc[:0], frame, key="id"),
        merged=False,
        notes=notes,
        changes=len(lines) - 1,
    )


def _digest(sidecar: Path) -> str | None:
    """Return the digest that a sidecar declares; None where there is no sidecar."""
    if not sidecar.exists():
        return None
    return str(tomlkit.parse(sidecar.read_text(encoding="utf-8")).get("sha256"))


def _overtaken(spec: LayerSpec) -> OutputError:
    """Return the error that says somebody else was faster: what they wrote is not overwritten."""
    return OutputError(f"{spec.id}.toml: was changed meanwhile, and is left like that; try again.")


def _changed(sidecar: Path, before: LayerSpec, sealed: LayerSpec) -> str:
    """Return a sidecar with what is new in it; everything else stays, to the letter."""
    document = tomlkit.parse(sidecar.read_text(encoding="utf-8"))
    told = _plain(sealed.model_dump(mode="python", include=_OF_THE_DATA))
    was = _plain(before.model_dump(mode="python", include=_OF_THE_DATA))
    for key, value in told.items():
        if value != was.get(key):
            document[key] = value
    for key in was.keys() - told.keys():
        document.pop(key, None)
    return tomlkit.dumps(document)


def sidecar_of(spec: LayerSpec) -> str:
    """Return a new sidecar as text; what is as by default is left out."""
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
