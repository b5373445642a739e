"""The verb of water."""

from collections.abc import Sequence
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
)
from almaty_geo.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from almaty_geo.plan import Plan
    from almaty_geo.water import Supply
    from almaty_geo.water.ground import Ground
    from almaty_geo.water.served import Intake

LON_LAT = 2
PROMISED = ("id", "status", "deadline", "latest", "latest_date")


@cli.command(**example("water --norm 230 --years 2026,2030"))
@click.option("--norm", "litres", type=float, help="Litres per person per day; default: the norm.")
@click.option("--years", help="Such as 2026,2030; default: the plan's year and some later ones.")
@click.option("--scenario", help="Intakes that are assumed, such as new-intakes-150k.")
@click.option("--place", multiple=True, help="AREA=LON,LAT: where the scenario's intake is.")
@click.option("--add", multiple=True, help="LON,LAT,M3_DAY: an intake that is tried; repeatable.")
@click.option(
    "--basis",
    type=click.Choice(["streets", "detour"]),
    help="How pipes lead; default: by streets where the plan has them.",
)
@click.option(
    "--network",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Model of the pipes in EPANET's format: pressure instead of the balance.",
)
@click.option("--crs", help="Coordinates of the model, such as EPSG:4326; default: the plan's.")
@click.option(
    "--without",
    multiple=True,
    help="Out of service: a source, or with --network a node or a pipe; repeatable.",
)
@click.option("--peak-day", type=float, help="Peak day over average day; default: as declared.")
@click.option("--lift-way", type=float, help="Metres of way that 1 m of lift weighs as much as.")
@click.option("--zone", type=float, help="Radius of protection zones, m; default: as declared.")
@click.option("--storeys", type=int, help="Storeys that the head must be enough for.")
@with_json
@with_plan
def water(*, network: Path | None, as_json: bool, folder: Path | None, **asked: Any) -> None:  # noqa: ANN401 - options
    """
    Hold sources of water against what people use.

    By year, by source and by district, with both figures where sources disagree; whom intakes with
    a place could serve, today or with assumed ones; or, of a hydraulic model, the pressure.
    """
    plan = opened(folder)
    model = {name: asked.pop(name) for name in ("crs", "storeys")}
    if network is not None:
        out = asked.pop("without")
        refused = [name for name, value in asked.items() if value not in {None, ()}]
        if refused:
            told = {"litres": "norm"}.get(refused[0], refused[0]).replace("_", "-")
            raise UsageError(f"--{told} does not go with --network.")
        _tell_pressures(plan, network, {**model, "without": out}, as_json=as_json)
        return
    refused = [name for name, value in model.items() if value]
    if refused:
        raise UsageError(f"--{refused[0]} goes with --network.")
    from almaty_geo.plan.supply import use_by_block, water_promises

    supply = _supply(plan, asked)
    found: dict[str, Any] = {
        **supply.balance.to_dict(),
        "promises": [one.to_dict() for one in water_promises(plan)],
    }
    if supply.ground is not None:
        found |= _by_place(supply, supply.ground, asked)
    elif asked["scenario"] or asked["add"] or asked["place"]:
        raise UsageError("The plan does not say how pipes are reckoned: [pipes] in supply.toml.")
    if as_json:
        tell_json({**found, "blocks": use_by_block(plan, supply)})
        return
    _tell_balance(supply, found)
    if supply.ground is not None:
        _tell_served(found)


def _supply(plan: "Plan", asked: dict[str, Any]) -> "Supply":
    """Return the plan's supply; UsageError where it declares none."""
    from almaty_geo.plan.supply import Otherwise, water_supply

    supply = water_supply(
        plan,
        litres=asked["litres"],
        years=_years(asked["years"]),
        basis=asked["basis"],
        otherwise=Otherwise(
            peak_day=asked["peak_day"],
            lift_way_m=asked["lift_way"],
            zone_m=asked["zone"],
            without=tuple(asked["without"]),
        ),
    )
    if supply is None:
        raise UsageError("The plan declares no water supply: layers/water/supply.toml is missing.")
    return supply


def _by_place(supply: "Supply", ground: "Ground", asked: dict[str, Any]) -> dict[str, Any]:
    """Return who is served from where, what zones hold, and who remains."""
    from almaty_geo.water.kept_out import kept_out, zones_held
    from almaty_geo.water.without import outlooks

    more = _more(ground, asked)
    served = ground.serve(more)
    met = kept_out(supply, more)
    unplaced = [s for s in supply.balance.sources if s.id not in {i.id for i in ground.intakes}]
    return {
        "by_place": {
            "basis": ground.travel.basis,
            "scenario": asked["scenario"],
            "assumed": [_assumed(supply, ground, one) for one in more],
            **served.to_dict(),
            "not_by_place": [
                {"id": s.id, "district": s.area, "capacity_m3_day": s.capacity_m3_day}
                for s in unplaced
            ],
            "unattributed_m3_day": supply.balance.unattributed_m3_day,
        },
        "without_central_water": [one.to_dict() for one in outlooks(supply)],
        "zones": [one.to_dict() for one in zones_held(supply, more, met)],
        "in_zones": [one.to_dict() for one in met],
    }


def _more(ground: "Ground", asked: dict[str, Any]) -> tuple["Intake", ...]:
    """Return the intakes that are added: those tried first, then the scenario's."""
    tried = []
    for number, text in enumerate(asked["add"], start=1):
        lon, lat, m3_day = _numbers(text, 3, "--add", "76.85,43.20,15000")
        tried.append(ground.added(number, (lon, lat), m3_day))
    name = asked["scenario"]
    if name is None:
        if asked["place"]:
            raise UsageError("--place goes with --scenario.")
        return tuple(tried)
    if name not in ground.scenarios:
        raise UnknownNameError("scenario of water", name, ground.scenarios)
    places = dict(_place(text) for text in asked["place"])
    return (*tried, *ground.planned(ground.scenarios[name], places=places, among=tried))


def _place(text: str) -> tuple[str, tuple[float, float]]:
    area, _, place = text.partition("=")
    lon, lat = _numbers(place, LON_LAT, "--place", "AREA=76.80,43.20")
    return area.strip(), (lon, lat)


def _numbers(text: str, count: int, option: str, such_as: str) -> Sequence[float]:
    """Return so many numbers with commas between; UsageError if they are not."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if len(found) != count:
        raise UsageError(f"{option} {text!r} is not {count} numbers, such as {such_as}.")
    return found


def _assumed(supply: "Supply", ground: "Ground", one: "Intake") -> dict[str, Any]:
    """Return where an added intake is, and what it adds."""
    from shapely import Point

    point = ground.area.to_degrees([Point(one.xy_m)])[0]
    return {
        "id": one.id,
        "lon": round(point.x, 6),
        "lat": round(point.y, 6),
        "adds_m3_day": round(one.m3_day, 3),
        "share_of_use": one.m3_day / supply.balance.use[0].value,
    }


def _tell_pressures(plan: "Plan", path: Path, model: dict[str, Any], *, as_json: bool) -> None:
    """Run a model and print who has enough head."""
    from almaty_geo.plan.supply import network_pressures

    found = network_pressures(plan, path, **model).to_dict()
    if as_json:
        tell_json(found)
        return
    out = f" without {', '.join(found['without'])}" if found["without"] else ""
    tell(
        f"{path.name}{out}: {found['hours']:g} h, head needed {found['free_head_m']:g} m; "
        f"delivered {found['given_m3_day']:,.0f} of {found['wanted_m3_day']:,.0f} m3/day"
    )
    tell_table([{k: short(v) for k, v in _named(one).items()} for one in found["districts"]])
    low = [one for one in found["nodes"] if not one["enough"]]
    tell(f"nodes below the head needed: {len(low)} of {len(found['nodes'])}; --json lists them")


def _tell_balance(supply: "Supply", found: dict[str, Any]) -> None:
    """Print supply against demand."""
    used = supply.balance.used[0].id
    tell(
        f"used {found['use_m3_day'][0]['value']:,.0f} m3/day; sources itemised "
        f"{found['itemised_m3_day']:,} m3/day, not attributed {found['unattributed_m3_day']:,}"
    )
    tell_table(
        [
            {
                "year": year["year"],
                "people": year["people"],
                "capacity": year["itemised_m3_day"] + year["unattributed_m3_day"],
                "average day": year["demand_m3_day"][used],
                "peak day": year["peak_m3_day"][used],
                "reserve": year["reserve_m3_day"][used],
                "least": year["least_reserve_m3_day"],
                "most": year["most_reserve_m3_day"],
            }
            for year in found["years"]
        ]
    )
    keys = ("id", "state", "opens", "capacity_m3_day", "people_at_norm", "share_of_use")
    tell_table([{key: short(one[key]) for key in keys} for one in found["sources"]])
    tell_table([{key: short(value) for key, value in one.items()} for one in found["kinds"]])
    tell_table([{k: short(v) for k, v in _flat(one).items()} for one in found["districts"]])
    tell_table([{key: short(one[key]) for key in PROMISED} for one in found["promises"]])


def _tell_served(found: dict[str, Any]) -> None:
    """Print who is served from where, what zones hold, and who remains."""
    by_place = found["by_place"]
    tell(
        f"by place ({by_place['basis']}): {by_place['left']:,} people left to other sources; "
        f"{by_place['served_in_every_case']:,} served wherever intakes truly are"
    )
    for one in by_place["assumed"]:
        tell(
            f"assumed: {one['id']} at {one['lon']},{one['lat']} adds {one['adds_m3_day']:,.0f} "
            f"m3/day, {one['share_of_use']:.1%} of use"
        )
    tell_table([{k: short(v) for k, v in _named(one).items()} for one in by_place["served"]])
    tell_table(
        [
            {"without central water": one["id"] or "as published", **_interval(one)}
            for one in found["without_central_water"]
        ]
    )
    tell_table([_zone(one) for one in found["zones"]])
    tell_table([{k: short(v) for k, v in one.items()} for one in found["in_zones"]])


def _zone(one: dict[str, Any]) -> dict[str, Any]:
    """Return a zone in one row; what it holds as "at least to at most"."""
    return {
        "zone" if key == "source" else key: f"{value['least']} to {value['most']}"
        if isinstance(value, dict)
        else short(value)
        for key, value in one.items()
    }


def _interval(one: dict[str, Any]) -> dict[str, Any]:
    return {"people served": short(one["people"]), "least": one["least"], "most": one["most"]}


def _named(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "district": one["district"] or "-"}


def _years(given: str | None) -> tuple[int, ...]:
    """Return the years of a comma-separated list; UsageError if one is no year."""
    parts = [part.strip() for part in (given or "").split(",") if part.strip()]
    for part in parts:
        if not (part.isascii() and part.isdigit() and len(part) == len("2026")):
            raise UsageError(f"Year {part!r} is not a year, such as 2030.")
    return tuple(int(part) for part in parts)


def _flat(area: dict[str, object]) -> dict[str, object]:
    """Return an area's figures in one row, its use by each figure of litres as a column."""
    demand = area["demand_m3_day"]
    each = demand if isinstance(demand, dict) else {}
    return {
        "district": area["district"] or "-",
        "people": area["people"],
        **{f"use, {name}": value for name, value in each.items()},
        "capacity": area["capacity_m3_day"],
        "coming": area["coming_m3_day"],
    }
