"""Verbs of what would change: scenarios, and what to build in what order."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from almaty_geo.cli.asked import (
    cli,
    clipped,
    example,
    languages_of,
    opened,
    short,
    tell,
    tell_json,
    tell_table,
    with_json,
    with_plan,
    with_scenario,
)
from almaty_geo.cli.filing import filed, of_areas, of_rows, with_out
from almaty_geo.errors import UsageError

if TYPE_CHECKING:
    from almaty_geo.plan import Plan

with_theme = click.option("--theme", help="Default: the first of which they open otherwise.")
with_reach = click.option("--reach", help="Such as 500m or 15min; default: the theme's norm.")
with_basis = click.option(
    "--basis",
    type=click.Choice(["streets", "detour", "local"]),
    help="Default: streets where there are any.",
)


@cli.group(**example("scenario compare register-2025 today-2026"))
def scenario() -> None:
    """List, show and compare SCENARIOS: what opens, closes and changes."""


@scenario.command("list", **example("scenario list"))
@with_json
@with_plan
def listed(*, as_json: bool, folder: Path | None) -> None:
    """List the scenarios of a plan; the first is the plan's own."""
    plan = opened(folder)
    first = plan.spec.scenario
    ordered = sorted(plan.scenarios.values(), key=lambda s: (s.id != first, s.year, s.id))
    rows = [
        {
            "id": one.id,
            "year": one.year,
            "title": one.title.en,
            "confidence": one.confidence,
            "opens": len(one.opens),
            "closes": len(one.closes),
            "changes": len(one.changes),
            "norms": len(one.norms),
            "people": None if one.population is None else one.population.total,
            "sha256": one.sha256,
        }
        for one in ordered
    ]
    if as_json:
        tell_json(rows)
        return
    tell_table([{k: clipped(short(v)) for k, v in row.items() if k != "sha256"} for row in rows])


@scenario.command("show", **example("scenario show today-2026"))
@click.argument("name", metavar="ID")
@click.option("--lang", "language", default="en", show_default=True, help="kk, ru or en.")
@with_json
@with_plan
def show(name: str, *, language: str, as_json: bool, folder: Path | None) -> None:
    """Show what scenario ID assumes, opens, closes and changes."""
    plan = opened(folder)
    from almaty_geo.plan.scenarios import shown

    (chosen,) = languages_of(language, several=False)
    found = shown(plan, plan.scenario(name), chosen)
    if as_json:
        tell_json(found)
        return
    tell(f"{found['id']}: {found['title']} ({found['year']}, confidence {found['confidence']})")
    tell(found["note"])
    for key in ("entries", "remarks"):
        for line in found[key]:
            tell(f"- {line}")
    tell(f"sha256 {found['sha256']}; source {found['source']}")
    tell_table([{key: short(value) for key, value in row.items()} for row in found["themes"]])


@scenario.command("compare", **example("scenario compare register-2025 today-2026 --each"))
@click.argument("before")
@click.argument("after")
@with_theme
@with_reach
@with_basis
@click.option("--each", is_flag=True, help="Tell every facility apart, not every entry.")
@click.option("--seats", is_flag=True, help="Also tell who gets a seat; not with --each.")
@with_out
@with_json
@with_plan
def compare(
    before: str,
    after: str,
    *,
    out: Path | None,
    as_json: bool,
    folder: Path | None,
    **asked: Any,  # noqa: ANN401 - options, handed on as they are
) -> None:
    """Tell what scenario AFTER changes against BEFORE, by district and by change."""
    plan = opened(folder)
    from almaty_geo.plan.scenarios import How, compared, seats_of, theme_of

    if asked["each"] and asked["seats"]:
        raise UsageError("Seats are told by entry: leave out --each or --seats.")
    theme = asked["theme"] or theme_of(plan, before, after)
    more = seats_of(plan, theme, basis=asked["basis"]) if asked["seats"] else ()
    how = How(reach=asked["reach"], basis=asked["basis"], more=more)
    answer = compared(plan, before, after, theme, each=asked["each"], asked=how)
    found = answer.to_dict()
    if out is not None:
        filed(plan, of_areas(plan, [_flat(row) for row in found["districts"]]), out)
    if as_json:
        tell_json(found)
        return
    tell(f"{answer.theme}: {before} → {after}; by {answer.basis}; shares {found['shares']}")
    keys = tuple(found["measures"])
    rows = [*found["districts"], {"district": "all", **found["measures"]}]
    tell_table(
        [{"district": row["district"], **{k: row[k]["change"] for k in keys}} for row in rows]
    )
    tell_table(
        [
            {"change": clipped(c["change"]), **{k: c[k]["share"] for k in keys}}
            for c in found["changes"]
        ]
    )


@cli.command("plan", **example("plan schools --budget 5"))
@click.argument("theme")
@click.option("--budget", type=int, required=True, help="How many can be built in a year.")
@click.option("--from", "first", type=int, help="First year; default: after the plan's date.")
@click.option("--to", "last", type=int, help="Last year; default: when all could be built.")
@click.option("--sites", help="Layer of sites; default: what the plan's other scenarios open.")
@with_reach
@with_basis
@with_out
@with_scenario
@with_json
@with_plan
def build_order(
    theme: str,
    *,
    budget: int,
    out: Path | None,
    as_json: bool,
    folder: Path | None,
    **asked: Any,  # noqa: ANN401 - options, handed on as they are
) -> None:
    """Say in what order to build what serves a THEME, and what waiting costs."""
    plan = opened(folder)
    from almaty_geo.plan.scenarios import How, building_programme, planned_sites, sites_of

    how = How(reach=asked["reach"], basis=asked["basis"])
    name = asked["scenario"]
    served = (
        planned_sites(plan, theme, scenario=name, asked=how)
        if asked["sites"] is None
        else sites_of(plan, theme, asked["sites"], scenario=name, asked=how)
    )
    answer = building_programme(
        plan, served, budget=budget, first=asked["first"], last=asked["last"]
    )
    found = answer.to_dict()
    if out is not None:
        filed(plan, of_rows(plan, found["sites"], _places(plan, found["sites"])), out)
    if as_json:
        tell_json(found)
        return
    tell(f"{theme}: {budget} a year; scenario {found['scenario']}; by {found['basis']}")
    tell_table(found["sites"])
    keys = ("year", "people", "people_basis", "served_without", "served", "share")
    tell_table([{key: short(row[key]) for key in keys} for row in found["years"]])
    tell(
        f"{found['person_years']:,} person-years, at most {found['bound']:,} "
        f"(gap {found['gap']:.2%}, {found['status']}); "
        f"a year's delay costs {found['delay_person_years']:,} person-years"
    )
    if found["left_out"]:
        tell(f"bring nobody more within reach: {', '.join(found['left_out'])}")


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return a district with its measures as columns: before, after and change of each."""
    told = {name: value for name, value in row.items() if not isinstance(value, dict)}
    for name, value in row.items():
        if isinstance(value, dict):
            told |= {f"{name}_{key}": number for key, number in value.items()}
    return told


def _places(plan: "Plan", rows: list[dict[str, Any]]) -> list[Any]:
    """Return the place of each site, by its ``layer/id``."""
    found = []
    for row in rows:
        layer, _, own = str(row["site"]).rpartition("/")
        frame = plan.layers[layer].frame
        found.append(frame.geometry[frame["id"].astype(str) == own].iloc[0])
    return found
