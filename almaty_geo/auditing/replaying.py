"""A result built again elsewhere, and compared."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almaty_geo.auditing.comparing import differing_files, differing_values, differing_versions
from almaty_geo.auditing.orders import order_of
from almaty_geo.auditing.verifying import input_faults, output_faults, refuse_other_plan
from almaty_geo.errors import DataError
from almaty_geo.manifest import CONSTRAINTS, MANIFEST, Manifest, code, read_manifest
from almaty_geo.plan import Plan
from almaty_geo.results import build


@dataclass(frozen=True, slots=True)
class Replayed:
    """A result against the same made again."""

    files: int
    """Files compared: all, or all but the two that say the versions if those differ."""

    versions: tuple[str, ...]
    """Packages, and what else computes, that are not as they were; a phrase for each."""

    differing: tuple[str, ...]
    """Files that are not the same byte for byte; without those that only say the versions."""

    values: tuple[str, ...]
    """Values that differ, a line for each."""

    pages: tuple[str, ...]
    """Those of the differing files that have no values to compare: pages, projects, packages."""

    @property
    def equal(self) -> bool:
        """
        Whether the result is repeated.

        With the same versions every byte is held to; with others the values of all files that
        have any: every figure of a page is among the answers too.
        """
        return not self.values and (bool(self.versions) or not self.differing)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values for JSON."""
        return {
            "equal": self.equal,
            "files": self.files,
            "versions": list(self.versions),
            "differing": list(self.differing),
            "values": list(self.values),
            "pages": list(self.pages),
        }


def replay(
    folder: Path, plan: Plan, *, progress: Callable[[str], None] = lambda _: None
) -> Replayed:
    """
    Build a result again, in a temporary folder, and compare.

    Parameters
    ----------
    folder
        The result; nothing in it is touched.
    plan
        The plan that it was made from, wherever it lies now.
    progress
        Called with the name of each step before it starts.

    Returns
    -------
    replayed
        What differs.

    Raises
    ------
    DataError
        If the manifest, or a file of the result or the plan, is not as it was.
    UsageError
        If the plan is another one, or the result was made by a verb that cannot be repeated.
    OutputError
        If the temporary folder cannot be written.
    """
    manifest = read_manifest(folder)
    refuse_other_plan(manifest, plan.folder)
    if faults := (*output_faults(manifest, folder), *input_faults(manifest, plan.folder)):
        more = f", and {len(faults) - 1} more: see `almaty-geo verify`" if len(faults) > 1 else ""
        raise DataError(f"Not as it was, so nothing can be repeated: {faults[0]}{more}.")
    with tempfile.TemporaryDirectory(prefix="almaty-geo-replay-") as scratch:
        order = order_of(manifest, Path(scratch) / "out")
        again = build(plan, order, progress=progress)
        return _compared(manifest, folder, again)


def length(folder: Path, plan: Plan) -> int:
    """Return how often `replay` tells of its progress; raises as it does."""
    manifest = read_manifest(folder)
    refuse_other_plan(manifest, plan.folder)
    return order_of(manifest, folder).length(plan) + 2


def _compared(manifest: Manifest, then: Path, now: Path) -> Replayed:
    versions = differing_versions(manifest, code())
    telling = {MANIFEST, CONSTRAINTS} if versions else set()  # they say the versions themselves
    differing = tuple(path for path in differing_files(then, now) if path not in telling)
    values, pages = differing_values(then, now, differing)
    return Replayed(
        files=len({MANIFEST, *(one.path for one in manifest.outputs)} - telling),
        versions=versions,
        differing=differing,
        values=values,
        pages=pages,
    )
