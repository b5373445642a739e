"""What was promised, and whether it was kept: the status follows from the evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from almaty_geo.sections import CITY, Answer, Cell, Figure, Row, Section, Table, TableColumn
from almaty_geo.specs import Commitment, Evidence, Status
from almaty_geo.words import LANGUAGES, Language, Text, count, day, same, say, say_count, term

STATUSES: tuple[Status, ...] = get_args(Status)
TONES: Mapping[Status, Any] = {
    "kept": "good",
    "kept_late": "good",
    "late": "bad",
    "open": "",
    "unknown": "unsure",
    "conflicting": "unsure",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A promise with the status that its evidence gives it on a day."""

    commitment: Commitment
    """The promise."""

    status: Status
    """What follows from the evidence."""

    deciding: Evidence | None
    """The evidence that decides; of a conflict, the later side; None where none says either."""

    latest: Evidence | None
    """The newest evidence, whether or not it decides; None where there is none."""

    def to_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return the promise and its status as plain values for JSON."""
        own = self.commitment
        return {
            "id": own.id,
            "theme": own.theme,
            "promise": own.promise[language],
            "target": own.target,
            "unit": own.unit[language],
            "direction": own.direction,
            "deadline": own.deadline.isoformat() if own.deadline else None,
            "latest": self.latest.value if self.latest else None,
            "latest_date": self.latest.date if self.latest else None,
            "confidence": self.latest.confidence if self.latest else None,
            "status": self.status,
            "evidence": [e.model_dump(mode="json", exclude={"note"}) for e in own.evidence],
        }


def judge(commitment: Commitment, *, at: date) -> Judged:
    """
    Derive the status of a promise.

    A "not met" of high confidence on the day of, or within a year after, a "met" of high
    confidence is a conflict; the other way round is progress. Else the newest evidence that says
    either decides: met by the deadline, or without one, is kept; met after it is kept late; not
    met once the deadline is past is late, before that open. A promise that several pieces of
    evidence in a row call met was met on the day of the first of them.

    Parameters
    ----------
    commitment
        The promise with its evidence.
    at
        The day it is judged on; later evidence does not count.

    Returns
    -------
    judged
        The status, and the evidence it rests on.
    """
    known = sorted(
        (e for e in commitment.evidence if date.fromisoformat(e.date) <= at), key=lambda e: e.date
    )
    latest = known[-1] if known else None
    telling = [(e, met) for e in known if (met := is_met(commitment, e)) is not None]
    if not telling:
        return Judged(commitment, "unknown", None, latest)
    if (denial := _conflict(telling)) is not None:
        return Judged(commitment, "conflicting", denial, latest)
    decisive, met = telling[-1]
    if met:
        since = date.fromisoformat(_start_of_run(telling).date)
        in_time = commitment.deadline is None or since <= commitment.deadline
        return Judged(commitment, "kept" if in_time else "kept_late", decisive, latest)
    past = commitment.deadline is not None and commitment.deadline < at
    return Judged(commitment, "late" if past else "open", decisive, latest)


def is_met(commitment: Commitment, evidence: Evidence) -> bool | None:
    """
    Return whether a piece of evidence says that a promise is met; None where it says neither.

    Examples
    --------
    >>> from almaty_geo.words import same
    >>> no_diesel = Commitment(
    ...     id="diesel", theme="transport", promise=same("No diesel"), target=0,
    ...     unit=same("buses"), direction="at_most", source="speech",
    ... )
    >>> counted = Evidence(date="2025-12-08", value=1392, source="press", confidence="high")
    >>> is_met(no_diesel, counted)
    False
    """
    if evidence.met is not None:
        return evidence.met
    if evidence.value is None:
        return None
    if commitment.direction == "at_most":
        return evidence.value <= commitment.target
    return evidence.value >= commitment.target


def _conflict(telling: Sequence[tuple[Evidence, bool]]) -> Evidence | None:
    """Return the first sure "not met" at most a year after a sure "met"; None if there is none."""
    sure = [(e, met) for e, met in telling if e.confidence == "high"]
    for yes in (e for e, met in sure if met):
        start = date.fromisoformat(yes.date)
        for no in (e for e, met in sure if not met):
            if start <= date.fromisoformat(no.date) <= _a_year_after(start):
                return no
    return None


def _a_year_after(start: date) -> date:
    """Return the same day a year later; 28 February after 29 February."""
    try:
        return start.replace(year=start.year + 1)
    except ValueError:
        return start.replace(year=start.year + 1, day=28)


def _start_of_run(telling: Sequence[tuple[Evidence, bool]]) -> Evidence:
    """Return the first of the unbroken run of "met" that ends the evidence."""
    first = telling[-1][0]
    for evidence, met in reversed(telling):
        if not met:
            break
        first = evidence
    return first


def section(judged: Sequence[Judged], *, publishers: Mapping[str, Text], at: date) -> Section:
    """
    Return what the promises say to a reader.

    Parameters
    ----------
    judged
        Promises with their status, in the order to show them.
    publishers
        Publisher of each source id.
    at
        The day of judging.

    Returns
    -------
    section
        The scorecard: how many are kept, late, open; each with its evidence.
    """
    areas = sorted({area for j in judged for area in j.commitment.areas})
    touching = {area: [j for j in judged if area in j.commitment.areas] for area in areas}
    return Section(
        id="commitments",
        title=say("Promises"),
        scenario=None,
        answers=(
            _answer(CITY, judged),
            *(_answer(area, own) for area, own in touching.items()),
        ),
        tables=(promised(judged, publishers, title=say("Promises and what is known of them")),),
        notes=(
            say("Status on {day}, derived from the evidence by one rule.", day=day(at)),
            say(
                "“Sources conflict” means that a sure source denies, within a year, what a sure "
                "source reported as done."
            ),
        ),
    )


def promised(judged: Sequence[Judged], publishers: Mapping[str, Text], *, title: Text) -> Table:
    """
    Return promises with their status, deadline and evidence, to stand beside any results.

    Parameters
    ----------
    judged
        Promises with their status, in the order to show them.
    publishers
        Publisher of each source id.
    title
        Heading of the table.
    """
    left = ("promise", "status", "deadline", "evidence", "confidence")
    titles = {
        "promise": say("Promise"),
        "status": say("Status"),
        "target": say("Target"),
        "latest": say("Latest figure"),
        "deadline": say("Deadline"),
        "evidence": say("Evidence"),
        "confidence": say("Confidence"),
    }
    return Table(
        title=title,
        columns=tuple(
            TableColumn(name, heading, align="left" if name in left else "right")
            for name, heading in titles.items()
        ),
        rows=tuple(Row(area="", cells=_cells(j, publishers)) for j in judged),
    )


def reminders(judged: Sequence[Judged], publishers: Mapping[str, Text]) -> tuple[Text, ...]:
    """Return promises as sentences: what, its status, by when, and the evidence."""
    return tuple(
        say(
            "Promised: {promise} — {status}; {due}. Evidence: {evidence}",
            promise=j.commitment.promise,
            status=term("status", j.status),
            due=say("deadline {day}", day=day(j.commitment.deadline))
            if j.commitment.deadline
            else say("no date given"),
            evidence=_evidence(j, publishers),
        )
        for j in judged
    )


def _answer(area: str, judged: Sequence[Judged]) -> Answer:
    number = {s: sum(j.status == s for j in judged) for s in STATUSES}
    kept = number["kept"] + number["kept_late"]
    shown = say("{kept} of {all}", kept=count(kept), all=count(len(judged)))
    if area == CITY:
        headline = say_count(
            "{shown} promise is kept.", "{shown} promises are kept.", len(judged), shown=shown
        )
    else:  # the table beside it has all promises
        headline = say_count(
            "{shown} promise that names this district is kept.",
            "{shown} promises that name this district are kept.",
            len(judged),
            shown=shown,
        )
    figures = [
        ("late", number["late"], term("status", "late")),
        ("kept_late", number["kept_late"], term("status", "kept_late")),
        ("open", number["open"], term("status", "open")),
        ("unsure", number["unknown"] + number["conflicting"], say("unknown, or sources conflict")),
    ]
    return Answer(
        area=area,
        headline=headline,
        emphasis=shown,
        figures=tuple(
            Figure(f"commitments.{name}.{area}", n, count(n), label, _how(len(judged)))
            for name, n, label in figures
        ),
    )


def _how(promises: int) -> Text:
    """Return the formula of a figure."""
    return say(
        "The number of promises with this status, of {promises} that touch the area; each status "
        "follows from the promise's deadline and dated evidence.",
        promises=count(promises),
    )


def _cells(judged: Judged, publishers: Mapping[str, Text]) -> tuple[Cell, ...]:
    own, latest = judged.commitment, judged.latest
    due = own.deadline
    sign = {"at_least": "≥", "at_most": "≤", "done": ""}[own.direction]
    target = say(
        "{sign} {value} {unit}", sign=sign, value=count(own.target, digits=2), unit=own.unit
    )
    target = Text(**{lang: text.strip() for lang, text in target.to_dict().items()})
    value = latest.value if latest else None
    return (
        Cell(own.promise.en, own.promise),
        Cell(judged.status, term("status", judged.status), tone=TONES[judged.status]),
        Cell(own.target, target),
        Cell(value, count(value, digits=2)),
        Cell(due.isoformat() if due else None, day(due) if due else say("no date given")),
        Cell(latest.source if latest else None, _evidence(judged, publishers)),
        Cell(
            latest.confidence if latest else None,
            term("confidence", latest.confidence) if latest else same("—"),
        ),
    )


def _evidence(judged: Judged, publishers: Mapping[str, Text]) -> Text:
    """Return date, publisher and note of every piece of evidence, newest first."""
    said = [
        say(
            "{day}, {publisher}{note}",
            day=day(date.fromisoformat(e.date)),
            publisher=publishers.get(e.source, same(e.source)),
            note=say(": {note}", note=e.note) if e.note else "",
        )
        for e in sorted(judged.commitment.evidence, key=lambda e: e.date, reverse=True)
    ]
    if not said:
        return say("none found")
    return Text(**{k: "; ".join(t[k].rstrip(".") for t in said) + "." for k in LANGUAGES})
