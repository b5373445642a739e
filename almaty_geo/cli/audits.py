"""Verbs that hold results to account: unchanged, repeatable, explained."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from almaty_geo.cli.asked import (
    clean,
    cli,
    example,
    languages_of,
    opened,
    progress,
    short,
    tell,
    tell_json,
    tell_table,
    with_json,
    with_plan,
    with_scenario,
)

if TYPE_CHECKING:
    from almaty_geo.auditing import Replayed
    from almaty_geo.plan import Plan

SHOWN_MOST = 20
"""Lines of differences printed; --json has all of them."""

result = click.argument("result", type=click.Path(path_type=Path, file_okay=False))


@cli.command(**example("verify out"))
@result
@with_json
@with_plan
def verify(result: Path, *, as_json: bool, folder: Path | None) -> None:
    """
    Notice any change of a RESULT or of the plan it was made from.

    One line for each file that was changed, is missing or was not there; exit 1 if there is any.
    """
    from almaty_geo.auditing import verify as run
    from almaty_geo.plan.folder import bundled

    here = Path.cwd()
    plan = folder or (here if (here / "plan.toml").is_file() else bundled())
    faults = run(result, plan)
    if as_json:
        tell_json({"unchanged": not faults, "faults": list(faults)})
    else:
        for fault in faults:
            tell(fault)
        if not faults:
            tell(f"{result}: every file, and the plan in {plan}, is as it was.")
    if faults:
        raise click.exceptions.Exit(1)


@cli.command(**example("replay out"))
@result
@with_json
@with_plan
def replay(result: Path, *, as_json: bool, folder: Path | None) -> None:
    """
    Build a RESULT again elsewhere and compare it byte by byte.

    With other package versions than in its constraints.txt the values of its answers are compared,
    and the packages named; exit 1 if anything differs.
    """
    plan = opened(folder)
    from almaty_geo.auditing import replay as run
    from almaty_geo.build import Order, steps

    with progress(len(steps(plan, Order(result))) + 2) as step:
        found = run(result, plan, progress=step)
    if as_json:
        tell_json(found.to_dict())
    else:
        _tell_replayed(found)
    if not found.equal:
        raise click.exceptions.Exit(1)


@cli.command(**example("explain schools.share.city --lang ru"))
@click.argument("number_id", required=False)
@click.option("--lang", "language", default="en", show_default=True, help="kk, ru or en.")
@with_scenario
@with_json
@with_plan
def explain(number_id: str | None, *, folder: Path | None, **asked: Any) -> None:  # noqa: ANN401 - options
    """
    Say how a figure came about: NUMBER_ID, such as schools.share.city.

    Formula, norm, layers with source, licence and hash; without an id, all figures are listed.
    """
    (chosen,) = languages_of(asked["language"], several=False)
    plan = opened(folder)
    if number_id is None:
        rows = _listed(plan, asked["scenario"], chosen)
        if asked["as_json"]:
            tell_json(rows)
        else:
            tell_table([{**row, "value": short(row["value"])} for row in rows])
        return
    from almaty_geo.auditing import explain as run

    found = run(plan, number_id, scenario=asked["scenario"])
    if asked["as_json"]:
        tell_json(found.to_dict(chosen))
        return
    for line in found.said():
        tell(clean(" ".join(line[chosen].split())))


def _tell_replayed(found: "Replayed") -> None:
    """Print what a replay found."""
    for line in found.versions:
        tell(f"differs: {line}")
    kept = found.files - len(found.differing)
    if not found.differing:
        tell(f"all {found.files} files are the same, byte for byte")
        return
    tell(f"{kept} of {found.files} files are the same, byte for byte")
    for kind, lines in (("file", found.differing), ("value", found.values)):
        for line in lines[:SHOWN_MOST]:
            tell(f"{kind} differs: {line}")
        if len(lines) > SHOWN_MOST:
            tell(f"and {len(lines) - SHOWN_MOST} more; see --json")
    if found.equal:
        tell("the values of all answers are the same; the bytes are with the versions above")


def _listed(plan: "Plan", scenario: str | None, language: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - one of three words
    """Return every figure with its value and what it counts."""
    return [
        {"id": figure.id, "value": figure.value, "label": figure.label[language]}
        for section in plan.sections(scenario)
        for answer in section.answers
        for figure in answer.figures
    ]
