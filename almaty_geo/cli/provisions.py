"""The verb of seats: who gets which, and why not."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from almaty_geo.cli.coverages import with_basis
from almaty_geo.cli.filing import filed, of_rows, with_out

if TYPE_CHECKING:
    import geopandas as gpd

    from almaty_geo.plan import Plan
    from almaty_geo.provision import Provision

OBJECTIVES = ("seats-first", "least-walk", "fair", "nearest-first")
SHOWN = (
    "pupils",
    "seats",
    "seated",
    "seated_within_norm",
    "in_reach_no_seat",
    "out_of_reach",
    "mean_walk_m",
)


@cli.command(**example("provision schools --shifts 1"))
@click.argument("theme")
@click.option("--shifts", type=int, help="Shifts of every school; default: each school's own.")
@click.option(
    "--objective",
    default=OBJECTIVES[0],
    show_default=True,
    help=f"{', '.join(OBJECTIVES)}.",
)
@click.option("--low", is_flag=True, help="Take the lower count of pupils.")
@click.option("--language", help="Only schools that teach in it, such as kazakh.")
@with_out
@click.option("--why", is_flag=True, help="Also say why each block is unserved.")
@with_basis
@with_scenario
@with_json
@with_plan
def provision(
    theme: str,
    *,
    why: bool,
    out: Path | None,
    as_json: bool,
    folder: Path | None,
    **asked: Any,  # noqa: ANN401 - options, handed on as they are
) -> None:
    """Give the pupils of a THEME the seats it has, and prove that no plan does better."""
    plan = opened(folder)
    answer = plan.provision(theme, **asked)
    areas = plan.spec.areas
    found = answer.to_dict(areas)
    found["scenario_sha256"] = plan.scenario(found["scenario"]).sha256
    if why:
        from almaty_geo.provision import reasons

        found["unserved"] = [one.to_dict() for one in reasons(answer, areas)]
    if out is not None:
        filed(plan, _blocks(plan, answer), out)
    if as_json:
        tell_json(found)
        return
    proof = {"optimal": "proven optimal", None: "no optimum, nothing to prove"}
    told = proof.get(found["proof"], f"gap {found['proof']}")
    tell(
        f"{theme}: {found['objective']}, shifts {found['shifts']}, scenario {found['scenario']}; "
        f"{told}; by {found['basis']}"
    )
    rows = [*found["districts"], {**found, "district": "all"}]
    tell_table([{"district": r["district"], **{k: short(r[k]) for k in SHOWN}} for r in rows])
    if silent := found["schools_without_known_seats"]:
        tell(f"schools whose seats are not known, and give none: {silent}")
    for one in found.get("unserved", ()):
        tell(_reason(one))


def _blocks(plan: "Plan", answer: "Provision") -> "gpd.GeoDataFrame":
    """Return who is seated of each block, at its place."""
    numbers = {
        "pupils": answer.pupils.number,
        "seated": answer.seated,
        "seated_within_norm": answer.seated_within_norm,
        "in_reach_no_seat": answer.in_reach_no_seat,
        "out_of_reach": answer.out_of_reach,
    }
    rows = [
        {"id": block, **{name: int(column[at]) for name, column in numbers.items()}}
        for at, block in enumerate(answer.demand.ids)
    ]
    return of_rows(plan, rows, list(plan.layers[plan.spec.demand].frame.geometry))


def _reason(one: dict[str, Any]) -> str:
    """Return why a block is unserved, as a line."""
    named = {
        "no_school": "no school within reach",
        "barrier": "a school is near by air, but no way leads to it within reach",
        "full": "full",
        "seats_unknown": "seats not known",
    }
    line = f"{one['block']}: {one['pupils']} without a seat: "
    if not one["schools"]:
        return line + named[one["reason"]]
    taken = ", ".join(f"{area} {number}" for area, number in one["taken_by"].items())
    return (
        f"{line}{named[one['reason']]}: {', '.join(one['schools'])}; taken by {taken or 'nobody'}"
    )
