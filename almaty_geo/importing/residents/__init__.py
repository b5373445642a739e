"""
Residents from other sources: rasters, outlines and points into a layer of demand.

``asked`` says how people are to be spread, ``people`` reads them, ``targets`` reads whom they are
put to, ``placed`` puts them there, ``totals`` makes them whole and scales them, ``declared`` and
``told`` say what was done: in the sidecar for every reader of results, and to the operator.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import DEGREES
from almaty_geo.catalogue import Layer
from almaty_geo.errors import UsageError
from almaty_geo.importing.fresh import Fresh
from almaty_geo.importing.holding import refuse
from almaty_geo.importing.ledger import IMPORTED, Ledger, entry
from almaty_geo.importing.request import Request
from almaty_geo.importing.residents.asked import METHODS, Method, Spread
from almaty_geo.importing.residents.declared import Told, area_column, declare
from almaty_geo.importing.residents.people import Asked, People, read_people
from almaty_geo.importing.residents.placed import Placed, overlapping, placed
from almaty_geo.importing.residents.targets import Targets, read_targets
from almaty_geo.importing.residents.told import ImportedResidents
from almaty_geo.importing.residents.totals import AreaPeople, in_whole_people, read_totals
from almaty_geo.importing.sealing import seal
from almaty_geo.places import Membership, membership
from almaty_geo.plan import Plan
from almaty_geo.specs import Origin

__all__ = ["METHODS", "AreaPeople", "ImportedResidents", "Method", "Spread", "import_residents"]

_DECIMALS = 7
"""Of a degree, as layers are written: a point's area is looked up where it will lie."""

_PARTS = 4
"""Decimals of a person that are kept of what a source has."""

_AS_IT_IS = Request()
_STAY = Spread()


def import_residents(
    plan: Plan,
    name: str,
    file: Path,
    spread: Spread = _STAY,
    *,
    request: Request = _AS_IT_IS,
    fresh: Fresh | None = None,
) -> ImportedResidents:
    """
    Make a layer of people from a raster, from outlines or from points.

    Parameters
    ----------
    plan
        Gets the layer.
    name
        The layer, of role "demand"; it may be new. All of its rows are replaced, and its sidecar
        says where they come from now.
    file
        GeoTIFF of people by cell, or outlines or points with a column of people.
    spread
        Where people are put, and what the people of each area are scaled to.
    request
        Columns ("people=source"; "people=1" if every row is one person), conditions, and what
        the file does not say itself.
    fresh
        Title, publisher and licence; None keeps the title of a layer that is there, and states
        no source.

    Returns
    -------
    imported
        People before and after, by area, and all that was decided.

    Raises
    ------
    UsageError
        If the plan is the bundled one, the layer has another role, or what is asked for does not
        fit together.
    DataError
        If the file, targets or totals are not what they must be; the layer stays as it was.
    UnknownNameError
        If a layer or column is not there.
    OutputError
        If the layer cannot be written; it stays as it was.
    """
    stated = _checked(plan, name, fresh, request)
    totals = read_totals(plan, spread.totals) if spread.totals else None
    targets = read_targets(plan, spread) if spread.by is not None else None
    people = read_people(file, Asked(request.mapping, request.where, request.options), plan.area)
    made = _rounded(placed(people, targets, spread, plan.area))
    areas = _areas_of(plan, made.points)
    whole = in_whole_people(made, areas, totals)
    before_after = _before_after(plan, name, areas, made, whole)
    staying = made.rest * made.amounts
    by_storeys = targets is not None and targets.by_storeys
    told = Told(spread, before_after, int(np.count_nonzero(staying)), by_storeys)
    spec = declare(plan, name, people, targets, stated, told)
    notes = _notes(people, targets, made, plan)
    if fresh is None:
        notes = (*notes, f"the title stays {stated.title.en!r}, no source is stated: give both.")
    origin = _origin(file, people, request, spread, (*notes, *_scales(before_after, totals)))
    kept = whole > 0 if people.kind == "cells" or targets is not None else whole >= 0
    old = plan.specs.specs.get(name)
    frame = _frame(made, areas, whole, area_column(plan, old))
    ledger = _ledger(spec.id, origin, f"{int(whole.sum())} people at {int(kept.sum())} points")
    seal(plan, spec, frame[kept], origin, ledger=ledger, fresh=True)
    return ImportedResidents(
        layer=name,
        rows=int(kept.sum()),
        method=spread.method,
        mapping=people.mapping,
        source_people=float(made.amounts.sum()),
        people=int(whole.sum()),
        areas=before_after,
        totals=spread.totals,
        unlocated=int(whole[shapely.is_missing(made.points)].sum()),
        stayed=told.stayed,
        stayed_people=float(staying.sum()),
        emptied=int((~kept).sum()),
        dropped=tuple(c for c in (old.columns if old else ()) if c not in spec.columns),
        notes=notes,
    )


def _checked(plan: Plan, name: str, fresh: Fresh | None, request: Request) -> Fresh:
    """Return what the file cannot say; raise UsageError if the layer cannot be written so."""
    refuse(plan, name, "demand")
    if request.merge_on is not None:
        raise UsageError("People from another source replace all rows; they are not merged.")
    if request.mend:
        raise UsageError("People are not mended on the way in: make the outlines sound before.")
    old = plan.specs.specs.get(name)
    if old is None and fresh is None:
        raise UsageError(f"The plan has no layer {name!r}; a new one needs titles.")
    if old is not None and (old.role != "demand" or old.geometry != "Point"):
        raise UsageError(f"Layer {name!r} is no layer of people at points; it is left alone.")
    if fresh is not None:
        return fresh
    return Fresh(title=plan.specs.spec(name).title, role="demand", accessed=plan.spec.date)


def _rounded(made: Placed) -> Placed:
    """Return people at the places where they will be written."""
    points = shapely.transform(made.points, lambda xy: np.round(xy, _DECIMALS))
    return replace(made, points=points)


def _areas_of(plan: Plan, points: NDArray[np.object_]) -> Membership:
    """Return the area that each point lies in; on a shared border, the one whose id comes first."""
    bare = plan.areas.spec.model_copy(update={"columns": {}, "role": "context"})
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(points, crs=DEGREES))
    return membership(Layer(bare, frame), plan.areas)


def _before_after(
    plan: Plan, name: str, areas: Membership, made: Placed, whole: NDArray[np.int64]
) -> tuple[AreaPeople, ...]:
    """Return the people of each area, and last those outside all."""
    file = areas.parts(made.at_points())
    was = _was(plan, name)
    rows = zip((*areas.ids, ""), file.tolist(), areas.sums(whole).tolist(), was, strict=True)
    return tuple(AreaPeople(*row) for row in rows)


def _was(plan: Plan, name: str) -> Sequence[int | None]:
    """Return what each area held, and last what was outside; None where that is not known."""
    if name not in plan.specs.specs or plan.layers.faults(name):
        return [None] * (len(plan.areas) + 1)
    layer = plan.layers[name]
    people = layer.frame["people"].fillna(0).to_numpy(dtype=np.int64)
    return [int(n) for n in membership(layer, plan.areas).sums(people)]


def _notes(people: People, targets: Targets | None, made: Placed, plan: Plan) -> tuple[str, ...]:
    """Return all that was recognised, decided or left out."""
    said = [*people.notes, *overlapping(people, plan.area)]
    said += targets.said if targets is not None else ()
    if not people.whole:
        said.append("the file has parts of people: they are made whole by the largest remainder.")
    return (*said, *made.said)


def _scales(areas: Sequence[AreaPeople], totals: dict[str, int] | None) -> list[str]:
    """Return the factor of each area, for whoever repeats the import."""
    if totals is None:
        return []
    return [f"{a.id}: scaled by {a.factor:.6f}." for a in areas if a.id and a.factor is not None]


def _origin(
    file: Path, people: People, request: Request, spread: Spread, notes: Sequence[str]
) -> Origin:
    asked = {
        "by": None if spread.by is None else Path(spread.by).name,
        "storeys": spread.storeys,
        "classes": spread.classes,
        "weights": ", ".join(spread.weights) or None,
        "totals": spread.totals,
    }
    how = "; ".join(f"{key} {value}" for key, value in asked.items() if value is not None)
    return Origin(
        file=file.name,
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        mapping={name: own for name, own in people.mapping.items() if own != name},
        where=request.where,
        notes=(f"method {spread.method}{'; ' if how else ''}{how}.", *notes),
    )


def _ledger(layer: str, origin: Origin, became: str) -> Ledger:
    """Return a line for the file, and one for all that was decided on its way in."""
    whole = entry(layer, IMPORTED, f"{origin.file}, SHA-256 {origin.sha256}", became)
    said = [note.removesuffix(".") for note in origin.notes]
    return Ledger([whole, *(entry(layer, "residents", origin.file, note) for note in said)])


def _frame(
    made: Placed, areas: Membership, whole: NDArray[np.int64], column: str
) -> gpd.GeoDataFrame:
    """Return the rows of the layer."""
    source = made.at_points()
    named = [areas.ids[at] if at >= 0 else None for at in areas.of.tolist()]
    rows = {
        "id": list(made.ids),
        column: np.array(named, dtype=object),
        "people": whole,
        "people_source": source.astype(np.int64) if made.whole else np.round(source, _PARTS),
    }
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(made.points, crs=DEGREES))
