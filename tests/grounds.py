"""
The plan that ships, by lines and by the streets of the real city; each is drawn once a run.

What is made lies in a folder that all workers of a run share: whoever comes first makes it, and
the others wait for it.
"""

import pickle
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from filelock import FileLock

from almaty_geo.importing.streets import import_streets
from almaty_geo.maps import Picture, draw
from almaty_geo.plan import Plan

REGISTER = "streets/almaty_streets_city_gis.csv"


@dataclass(frozen=True, eq=False)
class Ground:
    """A plan with its atlas; everybody reads it and nobody writes into it."""

    plan: Plan
    """The plan."""

    kept: Path
    """Folder of what is made from it."""

    @property
    def page(self) -> Path:
        """The atlas as it is built."""
        return self.kept / "atlas.html"

    @cached_property
    def picture(self) -> Picture:
        """What the atlas was drawn from: the answers that Python gives."""
        found = pickle.loads((self.kept / "picture.pickle").read_bytes())  # noqa: S301 - made here, a moment ago
        assert isinstance(found, Picture)
        return found


def copied(source: Path, folder: Path) -> Path:
    """Return a copy of a plan, to be written into."""
    for name in ("layers", "maps"):
        shutil.copytree(source / name, folder / name)
    shutil.copy(source / "plan.toml", folder)
    return folder


def by_lines_of(plan: Plan, shared: Path) -> Ground:
    """Return the ground of a plan as it is."""
    return _ground("lines", shared, lambda _: plan)


def by_streets_of(plan: Plan, register: Path, shared: Path) -> Ground:
    """Return the ground of a copy of a plan into which a register of streets was imported."""

    def import_into(kept: Path) -> Plan:
        folder, unfinished = kept / "plan", kept / "unfinished"
        if not folder.exists():
            shutil.rmtree(unfinished, ignore_errors=True)
            import_streets(Plan(copied(plan.folder, unfinished)), register)
            unfinished.rename(folder)
        return Plan(folder)

    return _ground("streets", shared, import_into)


def _ground(name: str, shared: Path, prepare: Callable[[Path], Plan]) -> Ground:
    """Return a ground, made by whoever holds the lock first."""
    kept = shared / name
    kept.mkdir(exist_ok=True, parents=True)
    with FileLock(shared / f"{name}.lock"):
        one = Ground(prepare(kept), kept)
        if not one.page.exists():
            picture = one.plan.picture(one.plan.map_spec())
            (kept / "picture.pickle").write_bytes(pickle.dumps(picture))
            one.page.write_text(draw(picture), encoding="utf-8")
    return one
