"""Make the repairs that the checks propose, and take them back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from almaty_geo.doctor import Finding, Mending
from almaty_geo.errors import DataError, UnknownNameError, UsageError
from almaty_geo.locking import locked
from almaty_geo.plan import Plan, refuse_bundled
from almaty_geo.repairing.desk import open_desk, settle
from almaty_geo.repairing.ledger import LedgerEntry, path_of, read_ledger, standing

ROUNDS_MAX = 500
"""Repairs of one call that may call for others: more would not come to an end."""


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was done to a layer, or would be."""

    layer: str
    """Its id."""

    done: tuple[LedgerEntry, ...]
    """Lines of the ledger, in the order of the work."""

    left: tuple[Finding, ...]
    """What is still found in the layer."""

    written: bool
    """Whether it was done; False where it was only asked what would be."""

    def __str__(self) -> str:
        """Return one line for each repair, and one that counts them."""
        verb = "done" if self.written else "proposed, nothing is changed"
        return "\n".join([*map(str, self.done), f"{self.layer}: {len(self.done)} {verb}"])

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "layer": self.layer,
            "written": self.written,
            "repairs": [entry.to_dict() for entry in self.done],
            "left": [finding.to_dict() for finding in self.left],
        }


def repair(
    plan: Plan, layer: str, *, only: Sequence[str] = (), dry_run: bool = False
) -> RepairReport:
    """
    Make the repairs that the checks propose for a layer.

    Parameters
    ----------
    plan
        Whose layer it is; open it anew afterwards.
    layer
        Id of the layer.
    only
        Ids of repairs, or slugs of rules; all that are proposed where empty.
    dry_run
        Whether to tell what would be done, and do nothing.

    Returns
    -------
    report
        Each repair with its effect on area, people and coverage. The data file, its sidecar and
        the ledger are written whole or not at all; what a repair does not mean stays byte for
        byte.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer, or nothing of that name is proposed.
    UsageError
        If the plan is the bundled one, which is not written to.
    DataError
        If the data are not those that the sidecar vouches for.
    OutputError
        If the layer cannot be written; it stays as it was.
    """
    if dry_run:
        return _repaired(plan, layer, only=only, dry_run=True)
    refuse_bundled(plan.folder)
    with locked(plan.folder / "layers"):
        settle(plan, layer)
        return _repaired(plan, layer, only=only, dry_run=False)


def _repaired(plan: Plan, layer: str, *, only: Sequence[str], dry_run: bool) -> RepairReport:
    """Find the repairs that are meant, and make them unless it is only asked."""
    desk = open_desk(plan, layer)
    done, text, known = list[LedgerEntry](), desk.text, set[str]()
    tried, view = set[tuple[str, str]](), desk.view(text)
    faults = len(view.found.faults)
    for _ in range(ROUNDS_MAX):
        proposed = [f for f in view.findings if f.repair is not None]
        known.update(name for f in proposed for name in _names(f))
        wanted = [f.repair for f in proposed if f.repair and _is_meant(f, only)]
        batch = desk.batch([r for r in wanted if (r.id, r.now) not in tried])
        if not batch:
            break
        tried.update((r.id, r.now) for r in batch)
        before = view
        lines = desk.entries(text, batch, [entry.id for entry in (*desk.ledger, *done)])
        text = text.replaced([(line.row, line.made) for line in lines])
        view = desk.view(text)
        if len(batch) == 1:
            lines = [replace(lines[0], effect=desk.effect(before, view, batch[0]))]
        done += lines
    if unknown := [name for name in only if name not in known]:
        raise UnknownNameError("repair", unknown[0], known)
    if len(view.found.faults) > faults:
        raise DataError(f"{view.found.faults[0]} The repair would do harm; nothing is changed.")
    made = done if dry_run or not done else desk.write(text, done)
    return RepairReport(layer, tuple(made), view.findings, written=bool(done) and not dry_run)


def undo(plan: Plan, layer: str, id: str) -> RepairReport:  # noqa: A002 - what a line calls it
    """
    Take one repair back: what was there stands there again, to the letter.

    Parameters
    ----------
    plan
        Whose layer it is; open it anew afterwards.
    layer
        Id of the layer.
    id
        Id of the repair, as the ledger has it.

    Returns
    -------
    report
        One line, with the effect of taking it back.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer, or no such repair stands in its ledger.
    UsageError
        If a later repair of the same value must be undone first, or the plan is the bundled one.
    DataError
        If what the repair wrote has been changed since.
    OutputError
        If the layer cannot be written; it stays as it was.
    """
    refuse_bundled(plan.folder)
    with locked(plan.folder / "layers"):
        settle(plan, layer)
        return _undone(plan, layer, id)


def _undone(plan: Plan, layer: str, id: str) -> RepairReport:  # noqa: A002 - the same
    """Find the repair in the ledger, and take it back."""
    desk = open_desk(plan, layer)
    stand = standing(desk.ledger)
    found = next((entry for entry in stand if entry.id == id), None)
    if found is None:
        raise UnknownNameError("repair in the ledger", id, [entry.id for entry in stand])
    later = [e for e in stand[stand.index(found) + 1 :] if _same_value(e, found)]
    if later:
        raise UsageError(f"Undo {later[-1].id!r} first: it repaired {found.feature} later.")
    text = desk.text
    row = desk.row_of(text, found)
    for member, raw in found.made.items():
        if not text.has(row, member) or text.raw(row, member) != raw:
            raise DataError(
                f"{desk.spec.file}: {member} of {found.feature} is no longer what the repair "
                f"{id!r} wrote; it has been changed since, and stays as it is."
            )
    after = text.replaced([(row, found.undo)])
    back = Mending(
        *(found.id, found.layer, found.feature, found.rule, found.after, found.before),
        undo=desk.parsed(text, row, found.made),
        row=row,
        now=desk.parsed(after, row, found.undo),
    )
    views = desk.view(text), desk.view(after)
    entry = replace(
        found,
        before=found.after,
        after=found.before,
        undo=found.made,
        made=found.undo,
        row=row,
        effect=desk.effect(*views, back),
        action="undone",
    )
    made = desk.write(after, [entry])
    return RepairReport(layer, tuple(made), views[1].findings, written=True)


def ledger(plan: Plan, layer: str) -> tuple[LedgerEntry, ...]:
    """
    Return every line of a layer's ledger, oldest first.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer.
    DataError
        If the file is no ledger.
    """
    return read_ledger(path_of(plan.folder / "layers", plan.specs.spec(layer).id))


def _names(finding: Finding) -> tuple[str, ...]:
    """Return what a proposal may be called by."""
    return (finding.repair.id, finding.repair.rule, finding.rule) if finding.repair else ()


def _is_meant(finding: Finding, only: Sequence[str]) -> bool:
    return not only or any(name in only for name in _names(finding))


def _same_value(one: LedgerEntry, other: LedgerEntry) -> bool:
    same = (one.feature, one.row) == (other.feature, other.row)
    return same and bool(one.made.keys() & other.made.keys())
