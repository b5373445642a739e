"""A street file into a plan: edges, nodes, and a ledger of everything that was done."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from almaty_geo.catalogue import Catalogue
from almaty_geo.errors import DataError, OutputError, UsageError
from almaty_geo.exports import write_file
from almaty_geo.files import replacing
from almaty_geo.importing.fresh import Fresh
from almaty_geo.importing.ledger import path_of
from almaty_geo.importing.sealing import sidecar_of
from almaty_geo.importing.streets.told import ImportedStreets, notes_of
from almaty_geo.ledgers import ledger_text
from almaty_geo.plan import Plan, refuse_bundled
from almaty_geo.reading import Options
from almaty_geo.specs import (
    NOT_STATED,
    LayerSpec,
    Origin,
    Precision,
    build,
    read_spec,
)
from almaty_geo.staging import changed_folder
from almaty_geo.streets import (
    Network,
    Rules,
    clean,
    edge_columns,
    edges_of,
    network_from_layer,
    network_of,
    node_columns,
    nodes_of,
    read_streets,
)
from almaty_geo.words import say

LAYER = "streets"
"""Id of the layer of edges; that of nodes has "_nodes" after it."""


@dataclass(frozen=True, slots=True)
class StreetsRequest:
    """How a street file is to be taken in."""

    options: Options = field(default_factory=Options)
    """What the file does not say itself."""

    rules: Rules = field(default_factory=Rules)
    """How far cleaning may go."""

    fresh: Fresh | None = None
    """Title, publisher, address and licence; None to state none."""


_PLAIN = StreetsRequest()


def is_streets(plan: Plan, layer: str) -> bool:
    """Return whether a file for a layer becomes a network: it is one, or is to be "streets"."""
    spec = plan.specs.specs.get(layer)
    return layer == LAYER if spec is None else spec.routable


def streets_request(plan: Plan, options: Options, asked: Mapping[str, Any]) -> StreetsRequest:
    """
    Return what was asked for on the command line.

    Parameters
    ----------
    plan
        For the day on which the file counts as taken.
    options
        What the file does not say itself.
    asked
        ``publisher``, ``url``, ``licence``, and ``all_parts``.
    """
    fresh = Fresh(
        title=say("Streets"),
        role="network",
        publisher=asked["publisher"],
        url=asked["url"],
        licence=asked["licence"],
        accessed=plan.spec.date,
    )
    return StreetsRequest(options, Rules(keep=None if asked["all_parts"] else 1), fresh)


def import_streets(
    plan: Plan, file: Path, request: StreetsRequest = _PLAIN, *, layer: str = LAYER
) -> ImportedStreets:
    """
    Take a street file into a plan as a network that ways can be found on.

    The file becomes a clean graph: two layers (edges and nodes), and a ledger with a line for each
    thing that was done. All of it appears at once, or nothing does.

    Parameters
    ----------
    plan
        Gets the layers; what it had under their names is replaced.
    file
        Any layer of lines that can be read, a table with WKT, an OpenStreetMap extract (PBF or
        XML), or an answer of the Overpass API (JSON).
    request
        What the file does not say, and how far cleaning may go.
    layer
        Id of the layer of edges.

    Returns
    -------
    imported
        What was done, and what is left out.

    Raises
    ------
    UsageError
        If the plan is the bundled one, or has another layer under one of the names.
    DataError
        If the file cannot be read, lies elsewhere, or holds no street that anybody may use.
    OutputError
        If the layers cannot be written; the plan stays as it was.
    """
    _refuse(plan, layer)
    opened = read_streets(file, plan.area, options=request.options)
    cleaning = clean(
        opened.lines,
        plan.area,
        speeds=plan.speeds,
        rules=request.rules,
        before=opened.entries,
    )
    network = network_of(cleaning, plan.speeds, layer=layer)
    done = ImportedStreets(
        layer=layer,
        file=file.name,
        columns=opened.columns,
        notes=opened.notes,
        cleaning=cleaning,
        one_way=network.one_way,
        footpaths=network.footpaths,
    )
    edges, nodes = edges_of(cleaning, plan.area), nodes_of(cleaning, plan.area)
    specs = _specs(plan, done, file, request)
    with changed_folder(plan.folder / "layers") as folder:
        for spec, frame in zip(specs, (edges, nodes), strict=True):
            _seal(plan, spec, frame, folder)
        stored = _stored(plan, specs[0], folder)
        if not _same(network, stored):
            raise DataError(f"{specs[0].file}: does not read back as it was written.")
        write_file(path_of(folder, layer), ledger_text(cleaning.entries))
    return done


def _refuse(plan: Plan, layer: str) -> None:
    refuse_bundled(plan.folder)
    for name, role in ((layer, "network"), (f"{layer}_nodes", "context")):
        taken = plan.specs.specs.get(name)
        if taken is not None and taken.role != role:
            raise UsageError(
                f"The plan has the layer {name!r} of role {taken.role!r}: streets would replace it."
            )


def _specs(
    plan: Plan, done: ImportedStreets, file: Path, request: StreetsRequest
) -> tuple[LayerSpec, LayerSpec]:
    """Return the sidecars of edges and nodes; their digests are still to come."""
    fresh = request.fresh or Fresh(title=say("Streets"), accessed=plan.spec.date)
    common = {
        "sha256": "0" * 64,
        "date": NOT_STATED,
        "precision": Precision(method="not_stated"),
        "source": (fresh.source,),
        "origin": _origin(file, done, request),
    }
    kinds = (
        (done.layer, fresh.title, "network", "LineString", edge_columns(), notes_of(done)),
        (f"{done.layer}_nodes", say("Street junctions"), "context", "Point", node_columns(), ()),
    )
    edges, nodes = (
        build(
            LayerSpec,
            {
                "id": name,
                "title": title,
                "role": role,
                "geometry": geometry,
                "file": f"{name}.parquet",
                "columns": columns,
                "notes": notes,
                **common,
            },
            f"{name}.toml",
        )
        for name, title, role, geometry, columns, notes in kinds
    )
    return edges, nodes


def _origin(file: Path, done: ImportedStreets, request: StreetsRequest) -> Origin:
    rules = request.rules
    kept = "all" if rules.keep is None else str(rules.keep)
    how = f"loose ends joined within {rules.loose_m:g} m, parts within {rules.apart_m:g} m"
    return Origin(
        file=file.name,
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        mapping={field: own for field, own in done.columns.items() if own != field},
        notes=(*done.notes, f"{how}; parts kept: {kept}"),
    )


def _seal(plan: Plan, spec: LayerSpec, frame: gpd.GeoDataFrame, folder: Path) -> None:
    """Write a layer and its sidecar, unless somebody else has written it since."""
    sidecar = folder / f"{spec.id}.toml"
    known = plan.specs.specs.get(spec.id)
    if sidecar.exists() and (
        known is None or read_spec(sidecar, LayerSpec, id=spec.id).sha256 != known.sha256
    ):
        raise OutputError(
            f"{sidecar.name}: was changed meanwhile, and is left like that; try again."
        )
    with replacing(folder / spec.file) as draft:
        frame.to_parquet(
            draft,
            index=False,
            compression="zstd",
            write_covering_bbox=True,
            schema_version="1.1.0",
        )
    if known is not None and known.file != spec.file:
        (folder / known.file).unlink(missing_ok=True)
    digest = hashlib.sha256((folder / spec.file).read_bytes()).hexdigest()
    write_file(sidecar, sidecar_of(spec.model_copy(update={"sha256": digest})))


def _stored(plan: Plan, spec: LayerSpec, folder: Path) -> Network:
    """Return the network as the plan will read it."""
    return network_from_layer(Catalogue(folder, plan.area)[spec.id], plan.area, plan.speeds)


def _same(made: Network, stored: Network) -> bool:
    """Return whether two networks are one and the same."""
    arrays = ("node_xy_m", "ends", "length_mm", "kind", "name", "walk", "drive", "component")
    same_course = shapely.equals_exact(made.course, stored.course, tolerance=0).all()
    return bool(same_course) and all(
        np.array_equal(getattr(made, name), getattr(stored, name)) for name in arrays
    )
