"""The verb of seats on the command line."""

import json
from collections.abc import Callable

import pytest

from almaty_geo.cli import main, provisions

Printed = pytest.CaptureFixture[str]
KEYS = {
    *("scenario", "shifts", "pupils", "seats", "seated", "seated_within_norm"),
    *("in_reach_no_seat", "out_of_reach", "mean_walk_m", "objective", "proof"),
}


def asked(capsys: Printed, *options: str) -> str:
    assert main(["provision", "schools", *options]) == 0
    return capsys.readouterr().out


def test_the_answer_on_a_screen_is_the_one_in_json(capsys: Printed) -> None:
    found = json.loads(asked(capsys, "--shifts", "1", "--json"))
    assert set(found) >= KEYS
    assert (found["shifts"], found["scenario"], found["proof"]) == (1, "register-2025", "optimal")
    assert found["pupils"] == 308_773
    for key in ("pupils", "seats", "seated", "in_reach_no_seat", "out_of_reach"):
        assert sum(row[key] for row in found["districts"]) == found[key]
    shown = asked(capsys, "--shifts", "1")
    first, _, *rows = shown.splitlines()
    assert first.startswith("schools: seats-first, shifts 1, scenario register-2025; proven opti")
    whole = next(row.split() for row in rows if row.startswith("all "))
    assert [int(cell) for cell in whole[1:7]] == [
        found[key]
        for key in ("pupils", "seats", "seated", "seated_within_norm", "in_reach_no_seat")
    ] + [found["out_of_reach"]]
    assert rows[-1] == "schools whose seats are not known, and give none: 1"


def test_the_same_question_gets_the_same_bytes(capsys: Printed) -> None:
    options = ("--objective", "fair", "--low", "--json")
    assert asked(capsys, *options) == asked(capsys, *options)


def test_what_happens_without_a_plan_has_no_proof(capsys: Printed) -> None:
    assert json.loads(asked(capsys, "--objective", "nearest-first", "--json"))["proof"] is None
    shown = asked(capsys, "--objective", "nearest-first")
    assert "no optimum, nothing to prove" in shown


def test_every_pupil_without_a_seat_has_a_reason(capsys: Printed) -> None:
    found = json.loads(asked(capsys, "--why", "--json"))
    without = sum(one["pupils"] for one in found["unserved"])
    assert without == found["in_reach_no_seat"] + found["out_of_reach"]
    known = {"no_school", "barrier", "full", "seats_unknown"}
    assert {one["reason"] for one in found["unserved"]} <= known
    lines = asked(capsys, "--why").splitlines()
    assert sum("without a seat: no school within reach" in line for line in lines)
    assert sum("without a seat: full: schools_state/" in line for line in lines)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["school"], "Unknown theme 'school': did you mean schools"),
        (["parks"], "Theme 'parks' has no seats to give"),
        (["schools", "--shifts", "0"], "Shifts 0 must be a whole number from 1 to 4"),
        (["schools", "--objective", "best"], "Objective 'best' is none of: seats-first"),
        (["schools", "--language", "kazah"], "did you mean kazakh"),
        (["schools", "--scenario", "tomorrow"], "Unknown scenario 'tomorrow'"),
    ],
)
def test_a_wrong_question_gets_one_line(
    options: list[str], message: str, refusal: Callable[..., str]
) -> None:
    assert message in refusal("provision", *options)


def test_the_verb_offers_every_objective_there_is() -> None:
    from almaty_geo.provision import OBJECTIVES  # noqa: PLC0415 - heavy, and only wanted here

    assert provisions.OBJECTIVES == OBJECTIVES
