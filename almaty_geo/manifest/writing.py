"""A manifest put into a folder, last of all its files."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almaty_geo.exports import write_file
from almaty_geo.manifest.content import CONSTRAINTS, MANIFEST, Entry, as_json, sealed
from almaty_geo.manifest.versions import code
from almaty_geo.plan import Plan


@dataclass(frozen=True, slots=True)
class Job:
    """What a verb was asked."""

    verb: str
    """Its name, such as "build"."""

    parameters: Mapping[str, Any]
    """Its own parameters, as plain values for JSON; enough to ask for the same again."""

    scenario: str | None = None
    """The scenario that was asked for; the plan's own by default."""


def write_manifest(plan: Plan, job: Job, folder: Path, files: Sequence[Entry]) -> Path:
    """
    Write ``constraints.txt``, then ``manifest.json``, into a folder that is complete but for them.

    Parameters
    ----------
    plan
        What the result was made from.
    job
        What was asked.
    folder
        Where the result lies, and nothing else.
    files
        The plan's files, as `inputs` found them before the work.

    Returns
    -------
    path
        The manifest.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_file(folder / CONSTRAINTS, code().constraints)
    outputs = [entry(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    content = {
        "form": "almaty-geo manifest 2",
        "job": job.verb,
        "plan": {
            "id": plan.spec.id,
            "name": plan.spec.name.to_dict(),
            "date": plan.spec.date.isoformat(),
            "sha256": plan.input_hash,
        },
        "parameters": _parameters(plan, job),
        "versions": dict(code().versions),
        "platform": code().platform,
        "code": code().sha256,
        "inputs": [one.model_dump(exclude_none=True) for one in files],
        "outputs": [one.model_dump(exclude_none=True) for one in outputs if one.path != MANIFEST],
    }
    write_file(folder / MANIFEST, as_json(sealed(content)))
    return folder / MANIFEST


def inputs(plan: Plan) -> tuple[Entry, ...]:
    """Return what a plan consists of now; data with their licences."""
    licences = {spec.file: spec.licence for spec in plan.specs.specs.values()}
    return tuple(entry(path, plan.folder, licence=licences.get(path.name)) for path in plan.files())


def entry(path: Path, folder: Path, *, licence: str | None = None) -> Entry:
    """Return a file of a folder with its size and digest."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Entry(
        path=path.relative_to(folder).as_posix(),
        bytes=path.stat().st_size,
        sha256=digest,
        licence=licence,
    )


def _parameters(plan: Plan, job: Job) -> dict[str, Any]:
    detour = plan.spec.detour
    return {
        **job.parameters,
        "scenario": plan.scenario(job.scenario).id,
        "basis": plan.travel().basis,
        "detour": {"index": detour.index, "low": detour.low, "high": detour.high},
        "metric_crs": plan.spec.metric_crs,
    }
