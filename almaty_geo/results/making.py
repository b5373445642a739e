"""A folder made from a plan: complete, with its manifest, or not there at all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from almaty_geo.errors import DataError, OutputError
from almaty_geo.manifest import MANIFEST, Job, form_is_known, inputs, write_manifest
from almaty_geo.plan import Plan
from almaty_geo.staging import refuse_unfit, whole_folder

Progress = Callable[[str], None]
"""Called with the name of each step before it starts."""


class Ordered(Protocol):
    """What is to be made, and where."""

    @property
    def out(self) -> Path:
        """Folder that the result becomes."""

    def job(self) -> Job:
        """Return the verb with its parameters: enough to ask for the same again."""

    def check(self, plan: Plan) -> None:
        """Raise what stands against it, before anything is written."""

    def length(self, plan: Plan) -> int:
        """Return how often `fill` tells of its progress."""

    def fill(self, plan: Plan, folder: Path, progress: Progress) -> None:
        """Fill an empty folder with all but the manifest."""


def build(plan: Plan, order: Ordered, *, progress: Progress = lambda _: None) -> Path:
    """
    Turn a plan into a folder: atlas, reports, answers and exports, or some of these.

    Everything is made in a folder beside the target and takes its name at the end, so that an
    older result stays as it was until the new one is complete. ``manifest.json`` is written last.
    Nobody else may build into the same folder meanwhile, nor change the plan.

    Parameters
    ----------
    plan
        What to build.
    order
        What to make of it, and where.
    progress
        Called ``order.length(plan) + 2`` times: for the check, what the order does, the manifest.

    Returns
    -------
    out
        The finished folder.

    Raises
    ------
    DataError, SpecError
        If anything in the plan is broken, or changed meanwhile; nothing is built then.
    UnknownNameError
        If the order names what the plan does not have.
    OutputError
        If the folder cannot be written, holds something that is not an earlier result, or another
        build is writing it.
    """
    job = order.job()
    refuse_foreign(order.out, job.verb)
    progress("check")
    files = inputs(plan)
    order.check(plan)
    with whole_folder(order.out) as folder:
        order.fill(plan, folder, progress)
        progress("manifest")
        if inputs(plan) != files:
            raise DataError("The plan was changed while it was being built; build it again.")
        write_manifest(plan, job, folder, files)
    return order.out


def refuse_foreign(out: Path, verb: str) -> None:
    """Raise OutputError if a folder holds something that is not an earlier result of a verb."""
    refuse_unfit(out)
    if not out.is_dir() or not any(out.iterdir()):
        return
    earlier = _verb_of(out / MANIFEST)
    if earlier is None:
        raise OutputError(
            f"{out} holds files but no {MANIFEST} of ours, so it is not an earlier result; it "
            "stays as it is. Name another folder with --out."
        )
    if earlier != verb:
        raise OutputError(
            f"{out} holds a result of {earlier!r}, which {verb!r} does not replace; it stays as it "
            "is. Name another folder with --out."
        )


def _verb_of(path: Path) -> str | None:
    """Return which verb wrote a manifest, whatever became of it since; None if it is none."""
    try:
        told: Any = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not form_is_known(told.get("form")):
        return None
    verb = told.get("job")
    return verb if isinstance(verb, str) else None
