"""The verb of siting: where the next facilities help most."""

from pathlib import Path
from typing import Any

import click

from almaty_geo.cli.asked import (
    cli,
    example,
    opened,
    short,
    tell,
    tell_json,
    tell_table,
    with_json,
    with_plan,
    with_scenario,
)
from almaty_geo.cli.filing import filed, of_rows, with_out

OBJECTIVES = ("cover", "mean", "worst", "seats")
UNITS = {
    "cover": "people newly within reach",
    "share": "sites",
    "seats": "pupils newly seated",
    "mean": "person-metres walked",
    "worst": "metres at most",
}


@cli.command(**example("site schools --count 5 --menu"))
@click.argument("theme")
@click.option("--count", type=int, help="How many sites.")
@click.option("--share", type=float, help="Share of people to reach (0 to 1) with the fewest.")
@click.option("--objective", type=click.Choice(OBJECTIVES), default="cover", show_default=True)
@click.option(
    "--among", default="blocks", show_default=True, help="blocks, nodes, grid:250m, LAYER."
)
@click.option("--seats", "seats_each", type=int, help="Seats of each new site, for seats.")
@click.option("--equity", is_flag=True, help="Help the worst-off first: they count up to 3 times.")
@click.option("--exact", is_flag=True, help="Prove the answer.")
@click.option("--menu", is_flag=True, help="List near-best sets and the sites in all of them.")
@click.option("--tolerance", type=float, default=0.01, show_default=True, help="Of the menu.")
@click.option("--reach", help="Such as 500m or 15min; default: the theme's norm.")
@click.option("--mode", type=click.Choice(["walk", "drive"]), help="Default: the norm's.")
@click.option("--basis", type=click.Choice(["streets", "detour", "local"]), help="Of ways.")
@with_out
@with_scenario
@with_json
@with_plan
def site(
    theme: str,
    *,
    scenario: str | None,
    out: Path | None,
    as_json: bool,
    folder: Path | None,
    **asked: Any,  # noqa: ANN401 - options, handed on as they are
) -> None:
    """
    Say where the next facilities of a THEME help most.

    What is open stays; every answer shows its gap to the best possible, and which exclusions were
    checked and which could not be.
    """
    plan = opened(folder)
    from almaty_geo.plan.seeking import Wanted

    found = plan.site(theme, Wanted(**asked), scenario=scenario).to_dict()
    found["scenario_sha256"] = plan.scenario(scenario).sha256
    if out is not None:
        from shapely import Point

        places = [Point(one["lon"], one["lat"]) for one in found["sites"]]
        filed(plan, of_rows(plan, found["sites"], places), out)
    if as_json:
        tell_json(found)
        return
    reach = f"{found['reach']['value']:g} {found['reach']['unit']} ({found['mode']})"
    proof = "proven optimal" if found["status"] == "optimal" else f"gap {found['gap']:.2%}"
    tell(
        f"{theme}: {found['value']:,} {UNITS[found['objective']]}, {proof}; within {reach}; "
        f"scenario {found['scenario']}; by {found['basis']}"
    )
    keys = ("rank", "lon", "lat", "district", "gain_people", "near")
    rows = [{key: short(one[key]) for key in keys} for one in found["sites"]]
    if found["menu"]:
        verdicts = [one["no_regret"] or "-" for one in found["sites"]]
        rows = [{**row, "in all near-best": v} for row, v in zip(rows, verdicts, strict=True)]
    tell_table(rows)
    for number, one in enumerate(found["menu"], start=1):
        ids = ", ".join(one["sites"])
        tell(f"set {number}: {one['value']:,} ({one['behind']:.2%} behind): {ids}")
    for one in found["exclusions"]["checked"]:
        tell(
            f"checked: {one['id']}, {one['distance_m']:g} m from {one['features']} features "
            f"({one['confidence']}): {one['excluded']} candidates out"
        )
    tell(f"not checked: {', '.join(found['exclusions']['not_checked']) or 'nothing'}")
