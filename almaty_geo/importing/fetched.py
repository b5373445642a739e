"""What was fetched from OpenStreetMap, into a layer: the declared one, or a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.errors import DataError, UsageError
from almaty_geo.exports import write_frame
from almaty_geo.fetching import Fetched
from almaty_geo.importing.files import Came, take_rows
from almaty_geo.importing.fresh import CAPACITIES
from almaty_geo.importing.holding import bounds, refuse
from almaty_geo.importing.ledger import ImportEntry, entry, lines_of
from almaty_geo.importing.mending import writable
from almaty_geo.importing.request import Imported, Request
from almaty_geo.importing.sealing import seal_new
from almaty_geo.plan import Plan
from almaty_geo.reading import Note, open_outside
from almaty_geo.specs import NOT_STATED, LayerSpec, Origin, Role, Source, build
from almaty_geo.specs import Note as Remark
from almaty_geo.words import Text, say_count

EDGE_DEG = 1e-6
"""How far within the area of interest a line is cut: the last decimal may round outwards."""


@dataclass(frozen=True, eq=False)
class _Fitted:
    """Rows as far as they lie in the area of interest."""

    frame: gpd.GeoDataFrame
    """The rows."""

    lines: tuple[ImportEntry, ...]
    """Each row that was cut or left out."""

    remarks: tuple[Remark, ...]
    """All that a reader should know, what was noted while fetching included."""

    def notes(self, file: str) -> tuple[Note, ...]:
        """Return the remarks as notes of an import."""
        return tuple(Note(file, said.text.en.rstrip("."), "fetched") for said in self.remarks)


def take_fetched(
    plan: Plan, name: str, fetched: Fetched, request: Request | None = None
) -> Imported:
    """
    Take what was fetched into a layer that the plan declares.

    Lines are cut where the area of interest ends; what else reaches beyond it is left out. Both
    are counted, and listed in the ledger. The sidecar says whose the data are from then on.

    Parameters
    ----------
    plan
        Whose layer it is.
    name
        The layer; its sidecar decides what the rows must hold.
    fetched
        The rows, with their provenance.
    request
        Columns, conditions, and whether rows are merged or replaced; replaced by default.

    Returns
    -------
    imported
        What became of the rows.

    Raises
    ------
    UnknownNameError, UsageError, DataError, OutputError
        As `import_layer`; the layer stays as it was.
    """
    asked = request or Request()
    spec = plan.specs.spec(name)
    refuse(plan, name, spec.role)
    fitted = _fitted(name, fetched, bounds(plan, name))
    frame, rounded = writable(plan, name, fitted.frame)
    with TemporaryDirectory(prefix="almaty-geo-") as folder:
        (file,) = write_frame(
            frame, fetched.theme.id, Path(folder), formats=["geojson"], date=plan.spec.date
        )
        opened = open_outside(file, spec.geometry)
    came = Came(
        fetched.address,
        fetched.sha256,
        lines=(*fitted.lines, *rounded),
        notes=fitted.notes(fetched.theme.id),
    )
    told = _told(spec, fetched, fitted, plan.spec.date, merged=asked.merge_on is not None)
    return take_rows(plan, spec.model_copy(update=told), opened, asked, came)


def fetched_layer(
    plan: Plan,
    name: str,
    fetched: Fetched,
    *,
    title: Text | None = None,
    role: Role | None = None,
) -> Imported:
    """
    Make a layer of what was fetched.

    Parameters
    ----------
    plan
        Gets the layer.
    name
        Its id.
    fetched
        The rows, with their columns and provenance.
    title
        What a reader sees; the theme's by default.
    role
        What the layer is for; the theme's by default. Streets are plain lines, of context.

    Returns
    -------
    imported
        What became of the rows.

    Raises
    ------
    UsageError
        If the plan is the bundled one or has the layer already.
    DataError, SpecError, OutputError
        As `new_layer`; nothing is left of the layer then.
    """
    if name in plan.specs:
        raise UsageError(f"The plan has the layer {name!r} already; take it in by --into.")
    theme = fetched.theme
    plays = role or ("context" if theme.role == "network" else theme.role)
    refuse(plan, name, plays)
    fitted = _fitted(name, fetched, plan.area)
    frame, rounded = writable(plan, name, fitted.frame)
    spec = build(
        LayerSpec,
        {
            "id": name,
            "title": title or theme.title,
            "role": plays,
            "geometry": theme.geometry,
            "file": f"{name}.geojson",
            "sha256": "0" * 64,
            "date": fetched.day,
            "precision": fetched.precision,
            "source": (_source(fetched, plan.spec.date),),
            "columns": dict(fetched.columns),
            "theme": (theme.theme or name) if plays == "facility" else None,
            "capacity": next((c for c in CAPACITIES if c in fetched.columns), None),
            "notes": fitted.remarks,
        },
        f"{name}.toml",
    )
    notes = fitted.notes(theme.id)
    whence = f"{fetched.address}, {len(fetched.frame)} rows, SHA-256 {fetched.sha256}"
    lines = [*lines_of(name, whence, frame, notes, range(len(frame))), *fitted.lines, *rounded]
    origin = Origin(
        file=fetched.address, sha256=fetched.sha256, notes=tuple(str(note) for note in notes)
    )
    return seal_new(plan, spec, frame, origin, lines=lines, notes=notes)


def _source(fetched: Fetched, otherwise: date) -> Source:
    """Return the provenance; the day is the one of the data, where the server states it."""
    day = otherwise if fetched.day == NOT_STATED else date.fromisoformat(fetched.day)
    return fetched.source(accessed=day)


def _told(
    spec: LayerSpec, fetched: Fetched, fitted: _Fitted, otherwise: date, *, merged: bool
) -> Mapping[str, object]:
    """Return what the sidecar says anew; remarks of an earlier fetch make room for the new ones."""
    source = _source(fetched, otherwise)
    earlier = "" if spec.origin is None else "\n".join(spec.origin.notes)
    own = tuple(n for n in spec.notes if n.text.en.rstrip(".") not in earlier)
    notes = {"notes": (*own, *fitted.remarks)}
    if merged:
        others = tuple(s for s in spec.source if s.publisher != source.publisher)
        return {**notes, "source": (*others, source)}
    precision = fetched.precision
    return {**notes, "source": (source,), "date": fetched.day, "precision": precision}


def _fitted(name: str, fetched: Fetched, area: StudyArea | None) -> _Fitted:
    """
    Return the rows as far as they lie in the area of interest.

    Raises
    ------
    DataError
        If none does.
    """
    frame, shapes = fetched.frame, np.asarray(fetched.frame.geometry, dtype=object)
    if area is None:
        return _Fitted(frame, (), fetched.notes)
    west, south, east, north = area.bounds_deg
    box = (west + EDGE_DEG, south + EDGE_DEG, east - EDGE_DEG, north - EDGE_DEG)
    beyond = _beyond(shapes, box)
    cut = beyond & (fetched.theme.geometry == "LineString")
    fitted = shapes.copy()
    fitted[cut] = shapely.clip_by_rect(shapes[cut], *box)
    out = (beyond & ~cut) | (cut & shapely.is_empty(fitted))
    cut &= ~out
    if out.all():
        raise DataError(f"{fetched.address}: nothing of it lies in the plan's area of interest.")
    ids = frame["id"].to_numpy()
    lines = (
        *(entry(name, "cut", "whole", "cut at the edge", feature=i) for i in ids[cut]),
        *(entry(name, "beyond", "beyond the edge", "left out", feature=i) for i in ids[out]),
    )
    kept = frame.set_geometry(gpd.GeoSeries(fitted, index=frame.index, crs=frame.crs))
    remarks = (*fetched.notes, *_remarks(int(cut.sum()), int(out.sum())))
    return _Fitted(kept[~out].reset_index(drop=True), lines, remarks)


def _beyond(shapes: NDArray[np.object_], box: Sequence[float]) -> NDArray[np.bool_]:
    """Return which shapes do not lie wholly in a box."""
    west, south, east, north = box
    w, s, e, n = shapely.bounds(shapes).T
    beyond: NDArray[np.bool_] = ~((w >= west) & (s >= south) & (e <= east) & (n <= north))
    return beyond


def _remarks(cut: int, out: int) -> tuple[Remark, ...]:
    """Return what a reader should know of rows that were cut or left out."""
    remarks = []
    if cut:
        text = say_count(
            "{n} line is cut where the area of interest ends.",
            "{n} lines are cut where the area of interest ends.",
            cut,
        )
        remarks.append(Remark(kind="gap", text=text))
    if out:
        text = say_count(
            "{n} thing has no row: it reaches beyond the area of interest.",
            "{n} things have no row: they reach beyond the area of interest.",
            out,
        )
        remarks.append(Remark(kind="gap", text=text))
    return tuple(remarks)
