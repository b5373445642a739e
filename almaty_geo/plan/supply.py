"""A plan's water: its balance and its intakes, where the plan declares any."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from almaty_geo import commitments as promises
from almaty_geo.area import DEGREES
from almaty_geo.catalogue import Layer
from almaty_geo.commitments import Judged
from almaty_geo.errors import SpecError, UnknownNameError, UsageError
from almaty_geo.plan.folder import read_each
from almaty_geo.sections import Table
from almaty_geo.specs import Exclusion, NewIntakes, NormValue, Pipes, WaterSupply, read_spec
from almaty_geo.travel import Asked, Travel, reach
from almaty_geo.travel.reach import FARTHEST_M
from almaty_geo.water import Balance, Supply, balance, read_series, water_sources
from almaty_geo.water.parts import by_block
from almaty_geo.words import Text, same, say

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan
    from almaty_geo.water.ground import Ground
    from almaty_geo.water.pressure import Pressures
    from almaty_geo.water.served import Intake

SCENARIOS = "water/scenarios"
HEIGHT = "height_m"
DECLARED = "water/supply.toml"
THEME = "water"
MOST_PEAK = 10
YEARS = (0, 4, 9, 14)
"""Years after the plan's own that the balance is drawn for."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """Other assumptions than those declared; None leaves them as they are."""

    peak_day: float | None = None
    """Peak day over average day, at least 1; its interval stays as wide in proportion."""

    lift_way_m: float | None = None
    """Metres of way that a metre of lift weighs as much as, at least 0."""

    zone_m: float | None = None
    """Radius of protection zones, above 0."""

    without: tuple[str, ...] = ()
    """Sources out of service."""


DECLARED_ONLY = Otherwise()


def water_supply(
    plan: "Plan",
    *,
    litres: float | None = None,
    years: Sequence[int] = (),
    basis: Asked | None = None,
    otherwise: Otherwise = DECLARED_ONLY,
) -> Supply | None:
    """
    Return the water balance of a plan.

    Parameters
    ----------
    plan
        Declares where the figures stand in ``layers/water/supply.toml``.
    litres
        Litres per person per day in place of the norm.
    years
        Years to reckon with; by default the plan's own and some later ones.
    basis
        How pipes lead: by streets or by straight line; streets by default where the plan has them.
    otherwise
        Other assumptions, and sources out of service.

    Returns
    -------
    supply
        None where the plan declares nothing of water.

    Raises
    ------
    SpecError
        If the plan declares a supply and no norm for it.
    UnknownNameError
        If there is no such source.
    UsageError
        If the litres, or another figure, cannot be.
    """
    path = plan.folder / "layers" / DECLARED
    if not path.is_file():
        return None
    spec = _asked(read_spec(path, WaterSupply), otherwise)
    norm = _norm(plan, litres)
    series = read_series(plan.layers[spec.series])
    people = plan.people()
    member = plan.memberships()[plan.spec.areas]
    sums = member.sums(people.people)
    own = plan.spec.date.year
    found = balance(
        spec,
        norm,
        water_sources(plan.layers[spec.sources], without=otherwise.without),
        series,
        people={name: int(n) for name, n in zip(member.ids, sums, strict=False)},
        years=years or [own + more for more in YEARS],
    )
    supply = Supply(
        spec=spec,
        norm=norm,
        balance=found,
        series=series,
        sources=plan.layers[spec.sources],
        areas=plan.areas,
        demand=plan.spec.demand,
        places=plan.layers[spec.places] if spec.places else None,
        ground=_ground(plan, spec.pipes, found, plan.layers[spec.sources], basis)
        if spec.pipes
        else None,
        promised=_promised(plan),
    )
    return _with_zones(plan, supply, otherwise.zone_m)


def water_promises(plan: "Plan") -> tuple[Judged, ...]:
    """Return the promises of water, with the status they have on the plan's date."""
    return tuple(one for one in plan.commitments() if one.commitment.theme == THEME)


def use_by_block(plan: "Plan", supply: Supply) -> list[dict[str, Any]]:
    """Return what the residents of each block use on the average day, as plain values for JSON."""
    demand, member = plan.people(), plan.memberships()[plan.spec.areas]
    names = (*member.ids, "")
    each = (supply.balance.norm, *supply.balance.used)
    areas = [names[position] for position in member.of.tolist()]  # -1, outside all, is the last
    return by_block(demand.ids, demand.people.tolist(), areas, each)


def _promised(plan: "Plan") -> Table | None:
    told = water_promises(plan)
    title = say("What was promised of water")
    return promises.promised(told, plan.publishers, title=title) if told else None


def _asked(spec: WaterSupply, otherwise: Otherwise) -> WaterSupply:
    """Return what is declared with other assumptions in its place; UsageError for wrong ones."""
    changed: dict[str, Any] = {}
    if (peak := otherwise.peak_day) is not None:
        if not 1 <= peak <= MOST_PEAK:
            raise UsageError(f"The peak day's factor must be 1 to {MOST_PEAK}, not {peak:g}.")
        own = spec.peak_day
        ends = {"low": max(1.0, own.low * peak / own.value), "high": own.high * peak / own.value}
        changed["peak_day"] = own.model_copy(
            update={"value": peak, **ends, "confidence": "assumption"}
        )
    if (lift := otherwise.lift_way_m) is not None:
        if not 0 <= lift <= FARTHEST_M:
            raise UsageError(
                f"Way for a metre of lift must be 0 to {FARTHEST_M:g} m, not {lift:g}."
            )
        if spec.pipes is not None:
            changed["pipes"] = spec.pipes.model_copy(
                update={"lift_way_m": lift, "confidence": "assumption"}
            )
    return spec.model_copy(update=changed)


def network_pressures(
    plan: "Plan",
    path: Path,
    *,
    crs: str | None = None,
    without: Sequence[str] = (),
    storeys: int | None = None,
) -> "Pressures":
    """
    Return the head that a hydraulic model gives people.

    Parameters
    ----------
    plan
        Declares the free head in ``layers/water/supply.toml``.
    path
        Model in EPANET's format.
    crs
        Coordinates that the model is in, such as "EPSG:4326"; the plan's own plane by default.
    without
        Nodes or pipes out of service.
    storeys
        Storeys that the head must be enough for; those declared by default.

    Returns
    -------
    pressures
        By block, area and node.

    Raises
    ------
    SpecError
        If the plan declares no free head.
    UsageError
        If the coordinates or the storeys are none, or the package that runs models is missing.
    DataError
        If the file is no model, or lies elsewhere.
    """
    from almaty_geo.water.hydraulics import run_network  # noqa: PLC0415 - the solver is heavy
    from almaty_geo.water.pressure import pressures  # noqa: PLC0415 - the same

    declared = plan.folder / "layers" / DECLARED
    head = read_spec(declared, WaterSupply).free_head
    if head is None:
        raise SpecError(f"{DECLARED}: the plan declares no [free_head] to hold pressures to.")
    if storeys is not None and storeys < 1:
        raise UsageError(f"A building has at least 1 storey, not {storeys}.")
    head_m = head.metres(storeys or head.storeys)
    modelled = run_network(path, head_m=head_m, without=without)
    try:
        x, y = modelled.places.T
        points = gpd.points_from_xy(x, y, crs=crs or plan.spec.metric_crs)
    except CRSError:
        raise UsageError(f"Coordinates {crs!r} are not known; name them as EPSG:4326.") from None
    with np.errstate(invalid="ignore"):
        degrees = np.asarray(points.to_crs(DEGREES), dtype=object)
    degrees[[not plan.area.holds(point) for point in degrees]] = None
    return pressures(
        modelled,
        plan.area.xy_m(degrees),
        plan.people(),
        plan.memberships()[plan.spec.areas],
        head_m=head_m,
        near_m=head.near_m,
    )


def _ground(
    plan: "Plan", pipes: Pipes, found: Balance, sources: Layer, basis: Asked | None
) -> "Ground":
    """Return people and open intakes by place."""
    from almaty_geo.water.ground import Ground  # noqa: PLC0415 - the solver is heavy

    demand = plan.people()
    ids = plan.areas.frame["id"].astype(str)
    names = zip(ids, plan.areas.frame.to_dict("records"), strict=True)
    return Ground(
        demand=demand,
        height_m=heights(plan.layers[plan.spec.demand]),
        member=plan.memberships()[plan.spec.areas],
        names={name: _name(row, name) for name, row in names},
        area=plan.area,
        travel=_pipes(plan, pipes, basis),
        reach=reach(FARTHEST_M, "m", "walk", speeds=plan.speeds),
        pipes=pipes,
        person=found.norm,
        intakes=_intakes(plan, found, sources),
        scenarios=_scenarios(plan, found),
    )


def _scenarios(plan: "Plan", found: Balance) -> dict[str, NewIntakes]:
    """Return the intakes that may be added; SpecError where a file names what is not there."""
    declared = read_each(plan.folder / "layers" / SCENARIOS, NewIntakes)
    areas = {str(name) for name in plan.areas.frame["id"]}
    sources = {one.id for one in found.sources}
    for one in declared.values():
        for kind, names, known in (
            ("area", one.areas, areas),
            ("source", one.stands_for, sources),
        ):
            for name in names:
                if name not in known:
                    cause = UnknownNameError(kind, name, known)
                    raise SpecError(f"{SCENARIOS}/{one.id}.toml: {cause}")
    return declared


def _pipes(plan: "Plan", pipes: Pipes, basis: Asked | None) -> Travel:
    """Return how pipes lead: as people walk, but from intakes far off any street."""
    travel = plan.travel(basis)
    if travel.basis != "streets" or plan.network is None:
        return travel
    from almaty_geo.travel.streets import ByStreets  # noqa: PLC0415 - compiles its kernels

    return ByStreets(plan.network, cap_m=pipes.off_street_m)


def _intakes(plan: "Plan", found: Balance, sources: Layer) -> "tuple[Intake, ...]":
    """Return the sources with a place and a capacity that are open in the balance's first year."""
    from almaty_geo.water.served import Intake  # noqa: PLC0415 - not all answers ask
    from almaty_geo.water.serving import people_for  # noqa: PLC0415 - the solver is heavy

    xy_m = plan.area.xy_m(sources.frame.geometry.to_numpy()).tolist()
    told = zip(found.sources, xy_m, heights(sources).tolist(), strict=True)
    year = found.years[0].year
    return tuple(
        Intake(
            id=one.id,
            name=one.name,
            area=one.area or "",
            xy_m=(x, y),
            precision_m=float(one.precision_m or 0),
            m3_day=float(one.capacity_m3_day),
            people=people_for(one.capacity_m3_day, litres=found.norm.litres),
            height_m=height,
        )
        for one, (x, y), height in told
        if one.located and one.capacity_m3_day and one.open_in(year)
    )


def heights(layer: Layer) -> NDArray[np.float64]:
    """Return the height of each row; NaN where the layer tells none."""
    if HEIGHT not in layer.frame:
        return np.full(len(layer), np.nan)
    return np.asarray(layer.frame[HEIGHT].astype("Float64").to_numpy(np.float64, na_value=np.nan))


def _name(row: dict[Any, Any], name: str) -> Text:
    """Return a name in each language; where one is missing, the first that is there."""
    told = {lang: row.get(f"name_{lang}") for lang in ("kk", "ru", "en")}
    known = {lang: text for lang, text in told.items() if isinstance(text, str) and text}
    first = next(iter(known.values()), name)
    return Text(**{lang: known.get(lang, first) for lang in told}) if known else same(name)


def _with_zones(plan: "Plan", supply: Supply, zone_m: float | None) -> Supply:
    """Return a supply with its protection zones, and what is held against them."""
    told = supply.spec.zones
    if zone_m is not None and not 0 < zone_m <= FARTHEST_M:
        raise UsageError(
            f"A zone's radius must be above 0 and at most {FARTHEST_M:g} m, not {zone_m:g}."
        )
    if told is None:
        return supply
    declared = read_each(plan.folder / "layers" / "exclusions", Exclusion)
    for kind, name, known in (
        ("exclusion", told.exclusion, declared),
        *(("layer", name, plan.layers) for name in told.facilities),
    ):
        if name not in known:
            raise SpecError(f"{DECLARED}: zones: {UnknownNameError(kind, name, known)}")
    zone = declared[told.exclusion]
    if zone_m is not None:
        zone = zone.model_copy(update={"distance_m": zone_m, "confidence": "assumption"})
    return replace(
        supply,
        zone=zone,
        kept_out=tuple(plan.layers[name] for name in told.facilities),
    )


def _norm(plan: "Plan", litres: float | None) -> NormValue:
    """Return litres per person per day: those asked for, else the norm's."""
    norm = plan.norms[THEME].provision if THEME in plan.norms else None
    if norm is None:
        raise SpecError(f"{DECLARED}: the plan has no provision in norms/{THEME}.toml.")
    if litres is None:
        return norm
    if not litres > 0:
        raise UsageError(f"Litres per person per day must be above 0, not {litres:g}.")
    return norm.model_copy(update={"value": litres, "confidence": "assumption"})
