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
from almaty_geo.errors import DataError, UsageError

if TYPE_CHECKING:
    from almaty_geo.auditing import Explained, Replayed
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

    With other package versions than in its constraints.txt the values of its files are compared,
    and the packages named; exit 1 if anything differs.
    """
    plan = opened(folder)
    from almaty_geo.auditing import length
    from almaty_geo.auditing import replay as run

    with progress(length(result, plan)) as step:
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
@click.option(
    "--result",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a build or a report whose figure it is, in its scenario.",
)
@with_scenario
@with_json
@with_plan
def explain(number_id: str | None, *, folder: Path | None, **asked: Any) -> None:  # noqa: ANN401 - options
    """
    Say how a figure came about: NUMBER_ID, such as schools.share.city.

    Formula, norm, layers with source, licence and hash; without an id, all figures are listed.
    """
    if asked["result"] is not None and asked["scenario"] is not None:
        raise UsageError("A result has its own scenario: give --result or --scenario, not both.")
    (chosen,) = languages_of(asked["language"], several=False)
    plan = opened(folder)
    if number_id is None:
        _tell_all(_listed(plan, asked, chosen), as_json=asked["as_json"])
        return
    from almaty_geo.auditing import explain as run
    from almaty_geo.auditing import recall

    if asked["result"] is not None:
        recalled = recall(asked["result"], plan, number_id)
        _tell_explained(recalled.explained, chosen, as_json=asked["as_json"])
        if not recalled.equal:
            now = recalled.explained.figure.value
            raise DataError(f"{asked['result']}: {number_id} is {recalled.value} there, {now} now.")
        return
    found = run(plan, number_id, scenario=asked["scenario"])
    _tell_explained(found, chosen, as_json=asked["as_json"])


def _tell_explained(found: "Explained", language: Any, *, as_json: bool) -> None:  # noqa: ANN401 - one of three words
    """Print how a figure came about."""
    if as_json:
        tell_json(found.to_dict(language))
        return
    for line in found.said():
        tell(clean(" ".join(line[language].split())))


def _tell_all(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print a list of figures."""
    if as_json:
        tell_json(rows)
    else:
        tell_table([{**row, "value": short(row["value"])} for row in rows])


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
        others = len(found.differing) - len(found.pages)
        tell(
            f"the values of those are the same ({others} of figures and rows; {len(found.pages)} "
            "are pages and packages, whose figures stand in the others)"
        )


def _listed(plan: "Plan", asked: dict[str, Any], language: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - one of three words
    """Return every figure with its value and what it counts; of a result, those that it has."""
    if asked["result"] is not None:
        from almaty_geo.auditing import recalled_figures

        return [{"id": i, "value": v} for i, v in recalled_figures(asked["result"]).items()]
    return [
        {"id": figure.id, "value": figure.value, "label": figure.label[language]}
        for section in plan.sections(asked["scenario"])
        for answer in section.answers
        for figure in answer.figures
    ]
