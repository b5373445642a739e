"""Verbs about reach: who is covered, from where, what lies between, and how far it is."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from almaty_geo.cli.asked import (
    cli,
    example,
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
from almaty_geo.cli.filing import filed, with_out
from almaty_geo.cli.workers import with_scheduler, workers
from almaty_geo.errors import UsageError

if TYPE_CHECKING:
    import geopandas as gpd

    from almaty_geo.plan import Plan, ShownCoverage
    from almaty_geo.specs import Mode
    from almaty_geo.travel import Asked

SHOWN = 10

with_mode = click.option(
    "--mode", type=click.Choice(["walk", "drive"]), help="Default: the norm's, else walk."
)
with_basis = click.option(
    "--basis",
    type=click.Choice(["streets", "detour", "local"]),
    help="By streets, or straight line times the detour index; default: streets if there are any.",
)
with_reach = click.option("--reach", help="Such as 500m or 15min; default: the theme's norm.")


@cli.command(**example("coverage schools --reach 500m --by districts"))
@click.argument("theme")
@with_reach
@with_mode
@with_basis
@click.option("--by", "areas", help="Layer of areas to split by; default: the plan's.")
@with_scenario
@with_scheduler
@with_json
@with_plan
def coverage(
    theme: str,
    *,
    scheduler: str | None,
    as_json: bool,
    folder: Path | None,
    **asked: Any,  # noqa: ANN401 - options
) -> None:
    """Count who is within reach of what a THEME offers."""
    plan = opened(folder)
    areas = asked.pop("areas") or plan.spec.areas
    answer = (
        plan.coverage(theme, **asked)
        if scheduler is None
        else _by_parts(plan, theme, scheduler, asked)
    )
    found = answer.to_dict(areas)
    if as_json:
        tell_json(found)
        return
    _tell_coverage(answer, found)


def _by_parts(plan: "Plan", theme: str, scheduler: str, asked: dict[str, Any]) -> "ShownCoverage":
    """Have workers count part by part, with a bar that tells how many points are done."""
    from almaty_geo.plan.shown import by_parts

    scenario = plan.scenario(asked["scenario"])
    question = plan.question(theme, asked["reach"], scenario, mode=asked["mode"])
    points = len(plan.people(scenario).people)
    with workers(scheduler) as client, progress(points) as step:
        return by_parts(
            plan,
            theme,
            question,
            basis=asked["basis"],
            client=client,
            progress=lambda done: step(theme, done),
        )


def _tell_coverage(answer: "ShownCoverage", found: dict[str, Any]) -> None:
    """Print who is covered by area, the choice there is, and the largest clusters left out."""
    named = f"{answer.reach.value:g} {answer.reach.unit} ({answer.reach.mode})"
    norm = "as asked" if answer.norm is None else f"norm, {answer.norm.confidence}"
    tell(f"{answer.theme}: within {named}, {norm}; scenario {answer.scenario}; by {answer.basis}")
    keys = ("people", "within_reach", "out_of_reach", "share", "low", "high")
    rows = [*found["districts"], {**found, "district": "all"}]
    tell_table([{"district": r["district"], **{k: short(r[k]) for k in keys}} for r in rows])
    if "clusters" not in found:  # workers look no farther than the reach
        return
    tell("")
    tell("people by facilities within reach:")
    tell_table([found["count_within"]])
    if found["access"] is not None:
        access = found["access"]
        of_norm = "-" if access["of_norm"] is None else f"{access['of_norm']:.0%} of the norm"
        tell(f"capacity {access['capacity']}: {short(access['per_1000'])} per 1,000, {of_norm}")
    if found["clusters"]:
        tell("")
        tell(f"largest of {len(found['clusters'])} clusters out of reach:")
        keys = ("people", "lon", "lat", "district", "extra", "near")
        tell_table(
            [{key: _cell(row[key]) for key in keys} for row in found["clusters"][:SHOWN]],
        )


@cli.command("service-areas", **example("service-areas schools --reach 500m --out areas.geojson"))
@click.argument("theme")
@click.option("--reach", "reaches", multiple=True, help="Such as 500m; may be given repeatedly.")
@with_mode
@with_basis
@with_out
@with_scenario
@with_plan
def service_areas(theme: str, *, out: Path | None, folder: Path | None, **asked: Any) -> None:  # noqa: ANN401 - options
    """Draw the ground within reach of what a THEME offers."""
    plan = opened(folder)
    _write_or_tell(plan, plan.service_areas(theme, **asked), out)


@cli.command(**example("barriers schools --out barriers.geojson"))
@click.argument("theme")
@with_reach
@click.option("--ratio", type=float, help="Least way over straight line; default: 2.")
@click.option("--link", "link_m", type=float, help="Longest missing link in metres; default: 300.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    help="A second file of streets: what it confirms comes first.",
)
@with_out
@with_scenario
@with_json
@with_plan
def barriers(
    theme: str,
    *,
    out: Path | None,
    as_json: bool,
    folder: Path | None,
    **asked: Any,  # noqa: ANN401 - options
) -> None:
    """Tell who is near by air and far by street of a THEME, and which link is missing."""
    plan = opened(folder)
    from almaty_geo.coverage.barriers import Limits

    given = {key: asked.pop(key) for key in ("ratio", "link_m")}
    limits = Limits(**{key: value for key, value in given.items() if value is not None})
    found = plan.barriers(theme, limits=limits, **asked)
    told = found.to_dict()
    if as_json:
        tell_json(told)
    else:
        reach = f"{told['reach']['value']:g} {told['reach']['unit']}"
        tell(
            f"{theme}: {found.people} people within {reach} by air, beyond it by street, with a "
            f"barrier between; {found.unexplained} with none declared"
        )
        tell_table([_barrier_row(row) for row in told["groups"][:SHOWN]])
        if asked["against"] is not None:
            held = sum(row["confirmed"] is True for row in told["groups"])
            tell(f"confirmed by {asked['against'].name}: {held} of {len(told['groups'])} groups")
    if out is not None:
        _write_or_tell(plan, found.frame(), out)


def _barrier_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a group as a row to print."""
    link = row["link"] or {"length_m": None, "people": None, "start": None, "end": None}
    keys = ("people", "lon", "lat", "straight", "way", "ratio", "district")
    ends = [link["start"], link["end"]] if link["start"] else None
    return {
        **{key: short(row[key]) for key in keys},
        "barrier": row["barrier_name"],
        "link_m": short(link["length_m"]),
        "gains": short(link["people"]),
        "link": "-" if ends is None else " to ".join(f"{lon},{lat}" for lon, lat in ends),
    }


@cli.command(**example("travel 76.9286,43.2385 76.9459,43.2551 --mode walk"))
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@with_mode
@with_basis
@with_json
@with_plan
def travel(
    start: str,
    end: str,
    *,
    mode: "Mode | None",
    basis: "Asked | None",
    as_json: bool,
    folder: Path | None,
) -> None:
    """Tell how far it is FROM a place TO another, each given as lon,lat."""
    if basis == "local":
        raise UsageError("A single way goes by streets or by the plan's detour index.")
    plan = opened(folder)
    from almaty_geo.plan.going import go

    found = go(plan, _spot(start), _spot(end), mode=mode or "walk", basis=basis).to_dict()
    if as_json:
        tell_json(found)
        return
    if found["metres"] is None:
        tell(f"there is no way ({found['mode']}, by {found['basis']})")
        return
    tell(
        f"{found['metres']:g} m, {found['minutes']:g} min ({found['mode']}, by {found['basis']}); "
        f"straight line {found['straight_m']:g} m"
    )
    if found["streets"]:
        tell_table([{"metres": s["metres"], "street": s["name"] or "-"} for s in found["streets"]])


def _spot(text: str) -> tuple[float, float]:
    """Read "lon,lat"; UsageError for anything else."""
    parts = text.split(",")
    try:
        lon, lat = map(float, parts)
    except ValueError:
        raise UsageError(f"Place {text!r} is not lon,lat, such as 76.9286,43.2385.") from None
    return lon, lat


def _cell(value: Any) -> Any:  # noqa: ANN401 - a cell of an answer
    """Keep coordinates as they are; "-" for nothing."""
    return "-" if value is None else value


def _write_or_tell(plan: "Plan", frame: "gpd.GeoDataFrame", out: Path | None) -> None:
    """Write rows to a file, or print them as GeoJSON."""
    if out is None:
        click.echo(frame.to_json(drop_id=True))
    else:
        filed(plan, frame, out)
