"""The verb of the ring road."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from almaty_geo.cli.asked import (
    cli,
    clipped,
    example,
    opened,
    short,
    tell,
    tell_json,
    tell_table,
    with_json,
    with_plan,
)
from almaty_geo.errors import UsageError

if TYPE_CHECKING:
    from almaty_geo.plan import Plan

PROMISED = ("id", "status", "deadline", "latest", "latest_date")


@cli.command("ring-road", **example("ring-road --city-speed 25 --ring-speed 90 --divert 0.5"))
@click.option("--city-speed", type=float, help="Through the city, km/h; default: as declared.")
@click.option("--ring-speed", type=float, help="On the ring road, km/h; default: as declared.")
@click.option("--radial-speed", type=float, help="On a radial street, km/h; default: as declared.")
@click.option("--detour", type=float, help="Way by car over straight line, 1 or more.")
@click.option("--traffic", type=float, help="Through traffic, vehicles a day.")
@click.option("--divert", type=float, help="Share of it that takes the ring road, 0 to 1.")
@click.option("--radial", help="The one street to try; default: each that can be.")
@click.option("--basis", type=click.Choice(["streets", "detour"]), help="What ways rest on.")
@click.option("--equilibrium", is_flag=True, help="Assign the plan's table of through traffic.")
@with_json
@with_plan
def ring_road_verb(
    *,
    equilibrium: bool,
    as_json: bool,
    folder: Path | None,
    **asked: Any,  # noqa: ANN401 - options
) -> None:
    """
    Tell what the ring road changes for residents and for through traffic.

    Minutes by car to interchanges and to the centre, gate to gate by both ways, and what each
    street to the ring road would change.
    """
    plan = opened(folder)
    from almaty_geo.plan.ring import ring_promises

    shown = plan.ring_road(**asked)
    if shown is None:
        raise UsageError("The plan declares no ring road: layers/ringroad/ring.toml is missing.")
    found = {
        **shown.answer.to_dict(),
        "promises": [one.to_dict() for one in ring_promises(plan, shown.answer.spec)],
    }
    if equilibrium:
        found["equilibrium"] = _equilibrium(plan, asked)
    if as_json:
        tell_json(found)
        return
    length = found["length"]
    tell(
        f"basis {found['basis']}; drawn {length['drawn_km']} km, official "
        f"{short(length['official_km'])} km"
    )
    for name, given in found["assumptions"].items():
        value = given.get("km_h", given.get("index"))
        tell(f"{name} {value:g} ({given['low']:g} to {given['high']:g}), {given['confidence']}")
    tell_table([_area(row) for row in found["access"]])
    tell_table([_pair(pair) for pair in found["through"]["pairs"]])
    tell_table([{k: short(v) for k, v in row.items()} for row in found["through"]["diverted"]])
    keys = ("id", "state", "due", "length_km", "tried_as")
    tell_table([{key: clipped(short(one[key])) for key in keys} for one in found["radials"]])
    tell_table([_effect(effect) for effect in found["effects"]])
    tell_table([_place(one) for one in found["interchanges"]])
    tell(_severance(found["severance"]))
    tell_table([{key: short(one[key]) for key in PROMISED} for one in found["promises"]])
    states = found.get("equilibrium") or {}
    tell_table([{"ring road": name, **one} for name, one in states.items()])


def _equilibrium(plan: "Plan", asked: dict[str, Any]) -> dict[str, Any] | None:
    """Return through traffic in equilibrium, without the ring road and with it."""
    from almaty_geo.plan.ring import ring_traffic

    states = ring_traffic(plan, city_speed=asked["city_speed"], ring_speed=asked["ring_speed"])
    if states is None:
        return None
    return {name: one.to_dict() for name, one in zip(("before", "after"), states, strict=True)}


def _place(one: dict[str, Any]) -> dict[str, Any]:
    """Return an interchange and how sure its place is in one row."""
    keys = ("id", "name", "km", "confidence", "precision_m", "assumed_link_km")
    return {key: short(one[key]) for key in keys}


def _severance(told: dict[str, Any] | None) -> str:
    """Say whom the declared lines cut off."""
    if told is None:
        return "severance: not declared"
    lines = ", ".join(told["layers"]) or "no lines"
    missing = f"; not in the plan: {', '.join(told['missing'])}" if told["missing"] else ""
    if told["people"] is None:
        return f"severance: shows only where ways follow streets{missing}"
    return (
        f"severance by {lines}: {told['people']:,} people in {len(told['groups'])} groups{missing}"
    )


def _area(row: dict[str, Any]) -> dict[str, Any]:
    """Return an area's people within each reach of an interchange, and half of them."""
    return {
        "district": row["district"],
        "people": row["people"],
        **{f"{w['minutes']:g} min": w["people"] for w in row["interchange"]},
        "median": short(row["median_interchange_min"]),
        "centre": short(row["median_centre_min"]),
    }


def _effect(effect: dict[str, Any]) -> dict[str, Any]:
    """Return what a street changes in one row."""
    told = ("radial", "course", "people_sooner_to_interchange", "people_sooner_to_centre")
    return {
        **{key.replace("_", " "): effect[key] for key in told},
        "person-min saved": effect["saved_person_min"],
        **{f"+ {w['minutes']:g} min": w["people"] for w in effect["more_within"]},
    }


def _pair(pair: dict[str, Any]) -> dict[str, Any]:
    """Return a pair of gates in one row."""
    city = pair["city_min"]
    return {
        "from": pair["start"],
        "to": pair["end"],
        "city km": short(pair["city_km"]),
        "min": short(city and city["value"]),
        "ring km": pair["ring_km"],
        "ring min": pair["ring_min"]["value"],
        "saved": short(pair["saved_min"]),
        "faster": f"{short(pair['faster'])}{'' if pair['sure'] else ', not surely'}",
    }
