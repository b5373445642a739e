from datetime import date
from typing import Any

import pytest

from almaty_geo.commitments import judge, section
from almaty_geo.plan import Plan
from almaty_geo.sections import CITY
from almaty_geo.specs import Commitment, Evidence
from almaty_geo.words import same

AT = date(2026, 11, 22)
STATUSES = {
    "water-all": "conflicting",
    "water-kargaly-aksai": "late",
    "water-new-intakes": "open",
    "water-ermensai-barlyk": "open",
    "schools-22": "kept_late",
    "schools-one-shift": "open",
    "ring-radials": "open",
    "ring-internal": "unknown",
    "buses-diesel": "late",
    "metro": "open",
    "rail-konaev": "unknown",
    "chp-gas": "open",
    "trees": "open",
    "parks": "kept",
    "health-plan": "unknown",
    "access": "open",
    "lighting": "late",
    "cameras-integration": "open",
    "cameras-new": "unknown",
    "venture-fund": "unknown",
    "agglomeration-law": "unknown",
}


def promise(*evidence: Evidence, **changes: Any) -> Commitment:
    fields: dict[str, Any] = {
        "id": "roads",
        "theme": "transport",
        "promise": same("Roads"),
        "target": 10,
        "unit": same("roads"),
        "direction": "at_least",
        "source": "speech",
        "evidence": evidence,
    }
    return Commitment(**{**fields, **changes})


def said(day: str, value: float | None = None, **more: Any) -> Evidence:
    return Evidence(
        **{"date": day, "value": value, "source": "press", "confidence": "high", **more}
    )


@pytest.mark.parametrize(("name", "status"), STATUSES.items())
def test_each_promise_of_almaty_has_the_status_its_evidence_gives(
    name: str, status: str, almaty: Plan
) -> None:
    assert {j.commitment.id: j.status for j in almaty.commitments()}[name] == status


def test_every_promise_of_almaty_is_tested(almaty: Plan) -> None:
    assert set(almaty.promises) == set(STATUSES)


def test_diesel_buses_are_promised_to_be_none_at_most(almaty: Plan) -> None:
    buses = almaty.promises["buses-diesel"]
    assert (buses.direction, buses.target) == ("at_most", 0)


def test_nothing_known_is_unknown() -> None:
    judged = judge(promise(), at=AT)
    assert (judged.status, judged.latest, judged.deciding) == ("unknown", None, None)
    talk = said("2025-01-01")
    assert judge(promise(talk), at=AT).status == "unknown"
    assert judge(promise(talk), at=AT).latest == talk


@pytest.mark.parametrize(
    ("deadline", "status"),
    [(None, "kept"), (date(2025, 6, 1), "kept"), (date(2025, 5, 31), "kept_late")],
)
def test_met_is_kept_unless_the_deadline_was_before(deadline: date | None, status: str) -> None:
    assert judge(promise(said("2025-06-01", 10), deadline=deadline), at=AT).status == status


@pytest.mark.parametrize(
    ("deadline", "status"), [(None, "open"), (AT, "open"), (date(2026, 11, 21), "late")]
)
def test_not_met_is_late_once_the_deadline_is_past(deadline: date | None, status: str) -> None:
    assert judge(promise(said("2025-06-01", 9), deadline=deadline), at=AT).status == status


@pytest.mark.parametrize(
    ("yes", "no", "status"),
    [
        ("2025-01-01", "2025-01-01", "conflicting"),
        ("2025-01-01", "2026-01-01", "conflicting"),
        ("2025-01-01", "2026-01-02", "open"),
        ("2025-06-01", "2025-01-01", "kept"),  # progress
        ("2024-02-29", "2025-02-28", "conflicting"),
        ("2024-02-29", "2025-03-01", "open"),
    ],
)
def test_a_sure_denial_within_a_year_is_a_conflict(yes: str, no: str, status: str) -> None:
    assert judge(promise(said(yes, 10), said(no, 1)), at=AT).status == status


@pytest.mark.parametrize("unsure", ["yes", "no"])
def test_an_unsure_source_makes_no_conflict(unsure: str) -> None:
    confidence = {"yes": "high", "no": "high", unsure: "medium"}
    judged = judge(
        promise(
            said("2025-01-01", met=True, confidence=confidence["yes"]),
            said("2025-02-01", met=False, confidence=confidence["no"]),
        ),
        at=AT,
    )
    assert judged.status == "open"


def test_what_a_source_says_outright_counts_more_than_its_figure() -> None:
    assert judge(promise(said("2025-01-01", 3, met=True)), at=AT).status == "kept"


def test_evidence_from_after_the_day_does_not_count() -> None:
    known = promise(said("2025-01-01", 3), said("2027-01-01", 10))
    assert judge(known, at=AT).status == "open"
    assert judge(known, at=date(2027, 1, 1)).status == "kept"


def test_a_promise_confirmed_again_after_its_deadline_stays_kept() -> None:
    twice = promise(said("2024-01-01", 10), said("2026-01-01", 11), deadline=date(2024, 12, 31))
    assert judge(twice, at=AT).status == "kept"


def test_at_most_is_met_from_below() -> None:
    assert judge(promise(said("2025-01-01", 10), direction="at_most"), at=AT).status == "kept"
    assert judge(promise(said("2025-01-01", 11), direction="at_most"), at=AT).status == "open"


def test_the_scorecard_counts_what_the_promises_say(almaty: Plan) -> None:
    judged = almaty.commitments()
    card = section(judged, publishers=almaty.publishers, at=AT)
    city = card.answer(CITY)
    assert city is not None
    assert city.headline.en == "2 of 21 promises are kept."
    assert [figure.value for figure in city.figures] == [3, 1, 9, 7]
    district = card.answer("alatau")
    assert district is not None
    assert district.headline.en == "0 of 1 promise that names this district is kept."
    assert len(card.tables[0].rows) == 21


def test_the_answer_for_machines_has_the_promised_keys(almaty: Plan) -> None:
    keys = {"id", "theme", "target", "unit", "deadline", "latest", "latest_date", "status"}
    buses = next(j for j in almaty.commitments() if j.commitment.id == "buses-diesel").to_dict()
    assert keys <= set(buses)
    assert (buses["latest"], buses["latest_date"]) == (1392, "2025-12-08")
