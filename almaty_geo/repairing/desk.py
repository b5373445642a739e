"""A layer on the desk: its text, what is found in it, and how it is written back whole."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import shapely
import tomlkit

from almaty_geo.area import StudyArea, grown
from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.doctor import Finding, Mending, examine
from almaty_geo.errors import DataError
from almaty_geo.exports import write_file
from almaty_geo.ledgers import ledger_text
from almaty_geo.plan import Plan
from almaty_geo.reading import Found, read_layer, read_outside
from almaty_geo.repairing.effects import Replaced, State, effect, shapes_effect
from almaty_geo.repairing.ledger import Effect, LedgerEntry, path_of, read_ledger
from almaty_geo.repairing.text import GEOMETRY, DataText
from almaty_geo.specs import LayerSpec


@dataclass(frozen=True, eq=False)
class View:
    """The layer with a certain text: what is read of it, and what is found in it."""

    found: Found
    """What the one door makes of it."""

    findings: tuple[Finding, ...]
    """What the checks say."""

    state: State | None
    """The plan with the layer like that; None where the layer breaks a promise."""


@dataclass(frozen=True, eq=False)
class Desk:
    """A layer on the desk, with all that the work needs."""

    plan: Plan
    """Whose layer it is."""

    spec: LayerSpec
    """Its sidecar."""

    area: StudyArea
    """For the metric plane."""

    catalogue: Catalogue
    """All layers as they are on disk."""

    @property
    def folder(self) -> Path:
        """Where the layers lie."""
        return self.plan.folder / "layers"

    @cached_property
    def bytes(self) -> bytes:
        """The data file; DataError if it is not the one that the sidecar vouches for."""
        data = self.folder / self.spec.file
        found = data.read_bytes() if data.is_file() else b""
        if _digest(found) != self.spec.sha256:
            raise DataError(
                f"{self.spec.file}: is not the file that {self.spec.id}.toml vouches for; import "
                "it before it is repaired."
            )
        return found

    @cached_property
    def text(self) -> DataText:
        """Its text; DataError if nothing in it can be found."""
        data = self.bytes
        try:
            return DataText(data.decode("utf-8"), table=self.spec.file.endswith(".csv"))
        except (ValueError, IndexError):  # the checks say what is wrong with it
            raise DataError(
                f"{self.spec.file}: cannot be repaired; `almaty-geo check {self.spec.id}` says why."
            ) from None

    @cached_property
    def ledger(self) -> tuple[LedgerEntry, ...]:
        """What was done so far, oldest first."""
        return read_ledger(path_of(self.folder, self.spec.id))

    def view(self, text: DataText) -> View:
        """Read a text by the one door, and check it."""
        with TemporaryDirectory(prefix="almaty-geo-") as folder:
            path = Path(folder) / self.spec.file
            path.write_bytes(text.text.encode())
            bounds = None if self.spec.id == self.plan.spec.areas else self.area
            found = read_outside(path, self.spec, bounds)
        layer = Layer(self.spec, found.frame)
        layers = Replaced(self.catalogue, layer)
        findings = examine(self.spec, found, layers, self.area)
        state = None if found.faults else State(self.plan, layer, self.area, layers)
        return View(found, findings, state)

    def matters(self, mending: Mending) -> bool:
        """Return whether a repair can change whom or what the plan counts: text cannot."""
        columns = self.spec.columns
        members = list(json.loads(mending.now))
        return self.spec.role in {"area", "demand", "facility"} and any(
            name not in columns or columns[name].kind != "str" for name in members
        )

    def batch(self, wanted: Sequence[Mending]) -> list[Mending]:
        """Return the next repairs: one that matters, or all others, each value once."""
        plain: dict[tuple[int, tuple[str, ...]], Mending] = {}
        for one in wanted:
            if not self.matters(one):
                plain.setdefault((one.row, tuple(json.loads(one.now))), one)
        return list(plain.values()) or list(wanted[:1])

    def entries(
        self, text: DataText, batch: Sequence[Mending], taken: Iterable[str]
    ) -> list[LedgerEntry]:
        """Return the lines of repairs that are to be made, under ids that none bears yet."""
        lines, names = [], set(taken)
        for mending in batch:
            now: Mapping[str, object] = json.loads(mending.now)
            name = _unique(mending.id, names)
            names.add(name)
            line = LedgerEntry(
                id=name,
                layer=self.spec.id,
                feature=mending.feature,
                rule=mending.rule,
                before=mending.before,
                after=mending.after,
                undo={member: text.raw(mending.row, member) for member in now},
                made={m: text.written(mending.row, m, value) for m, value in now.items()},
                row=mending.row,
                date=self.plan.spec.date.isoformat(),
                effect=self.reshaping(mending),
                data=("", ""),
            )
            lines.append(line)
        return lines

    def effect(self, before: View, after: View, mending: Mending) -> Effect:
        """Return what a repair changes; of an unsound layer, only the area can be told."""
        if before.state is None or after.state is None or not self.matters(mending):
            return self.reshaping(mending)
        return effect(before.state, after.state, mending.feature, mending.row)

    def reshaping(self, mending: Mending) -> Effect:
        """Return what a repair changes of the area of an outline."""
        now = json.loads(mending.now)
        if self.spec.geometry != "Polygon" or GEOMETRY not in now:
            return Effect()
        old, new = (
            shapely.from_geojson(json.dumps(part[GEOMETRY]))
            for part in (json.loads(mending.undo), now)
        )
        return shapes_effect(old, new, self.area)

    def row_of(self, text: DataText, entry: LedgerEntry) -> int:
        """Return where the feature of a line is now."""
        if "id" not in self.spec.columns:
            return entry.row
        rows = [entry.row, *range(len(text))]
        return next(
            (r for r in rows if text.has(r, "id") and text.value(r, "id") == entry.feature),
            entry.row,
        )

    def parsed(self, text: DataText, row: int, members: Mapping[str, str]) -> str:
        """Return members of a row as a JSON object."""
        values = {name: text.value(row, name) for name in members}
        return json.dumps(values, ensure_ascii=False)

    def write(self, text: DataText, done: Sequence[LedgerEntry]) -> list[LedgerEntry]:
        """
        Write data, sidecar and ledger.

        The new ledger is there first, under another name: should the work be cut off, the next
        one can tell from it whether to finish or to forget (`settle`).
        """
        content = text.text.encode()
        digests = (_digest(self.bytes), _digest(content))
        lines = [replace(entry, data=digests) for entry in done]
        pending = _pending(self.folder, self.spec.id)
        write_file(pending, ledger_text([*self.ledger, *lines]))
        write_file(self.folder / self.spec.file, content)
        settle(self.plan, self.spec.id)
        return lines


def ground(plan: Plan) -> StudyArea:
    """
    Return the plan's study area, even where its areas break a promise.

    Raises
    ------
    DataError
        If no area has a place at all.
    """
    try:
        return plan.area
    except DataError:
        spec = plan.specs.spec(plan.spec.areas)
        shapes = read_layer(plan.folder / "layers" / spec.file, spec).frame.geometry.dropna()
        if not len(shapes):
            raise
        bounds = grown(shapely.total_bounds(list(shapes)).tolist(), plan.spec.margin_m)
        return StudyArea(plan.spec.name, bounds, plan.spec.metric_crs)


def open_desk(plan: Plan, layer: str) -> Desk:
    """Take a layer of a plan, as the plan is on disk now; UnknownNameError if it has none."""
    plan.specs.spec(layer)
    fresh = Plan(plan.folder)
    area = ground(fresh)
    catalogue = Catalogue(fresh.folder / "layers", area)
    return Desk(fresh, catalogue.spec(layer), area, catalogue)


def settle(plan: Plan, layer: str) -> None:
    """Finish work that was cut off once the data were written; forget it if they were not."""
    spec = plan.specs.spec(layer)
    folder = plan.folder / "layers"
    pending = _pending(folder, layer)
    if not pending.is_file():
        return
    entries = read_ledger(pending)
    data = folder / spec.file
    digest = _digest(data.read_bytes()) if data.is_file() else ""
    if not entries or digest != entries[-1].data[1]:
        pending.unlink()
        return
    sidecar = folder / f"{layer}.toml"
    document = tomlkit.parse(sidecar.read_text(encoding="utf-8"))
    document["sha256"] = digest
    write_file(sidecar, tomlkit.dumps(document))
    write_file(path_of(folder, layer), ledger_text(entries))
    pending.unlink()


def _pending(folder: Path, layer: str) -> Path:
    return path_of(folder, layer).with_suffix(".unfinished")


def _unique(name: str, taken: set[str]) -> str:
    """
    Return a name that nothing bears yet.

    Examples
    --------
    >>> _unique("a", {"a", "a#2"})
    'a#3'
    """
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}#{number}"
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
