"""What a plan answers about sites: where the next facilities help most."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.errors import UnknownNameError, UsageError
from almaty_geo.plan.seeking import OBJECTIVES, SEATS, SEEKERS, Objective, Wanted, board_of
from almaty_geo.sections import Section
from almaty_geo.siting import Siting
from almaty_geo.siting.candidates import Candidates, Zone, candidates, grid
from almaty_geo.siting.section import Story, section
from almaty_geo.siting.sited import Asking, Site, Sited
from almaty_geo.specs import Scenario
from almaty_geo.travel import parse_reach

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan
    from almaty_geo.provision.declared import Borderline

DECIMALS = 6


def site(plan: "Plan", theme: str, wanted: Wanted, *, scenario: str | None = None) -> Sited:
    """
    Return where the next facilities of a theme help most.

    Parameters
    ----------
    plan
        The plan that is asked.
    theme
        What the sites would offer; what is open already stays where it is.
    wanted
        How many, by which objective, among which places.
    scenario
        Which facilities are open; the plan's own by default.

    Returns
    -------
    sited
        Ranked sites with value, bound and gap, and the exclusions that were checked.

    Raises
    ------
    UnknownNameError
        If the plan has no such theme, scenario or layer of candidates.
    UsageError
        If the question is none, or cannot be answered.
    """
    chosen = plan.scenario(scenario)
    _check(wanted)
    board = board_of(plan, theme, wanted, _among(plan, wanted), chosen)
    found = SEEKERS[_objective(wanted)](plan, theme, board, wanted, chosen)
    pupils = wanted.objective == "seats"
    people = int(board.demand.people.sum())
    asking = Asking(
        theme=theme,
        scenario=chosen.id,
        reach=board.reach,
        basis=board.travel.basis,
        people=people if not pupils else int(board.demand.people.sum()),
        equity=wanted.equity,
        seats_each=(wanted.seats_each or SEATS) if pupils else None,
    )
    return Sited(
        asking=asking,
        siting=found,
        sites=_placed(plan, board.found, found),
        candidates=board.found,
        options=tuple(
            tuple(board.found.ids[at] for at in option.sites)
            for option in (found.menu.options if found.menu else ())
        ),
    )


def _check(wanted: Wanted) -> None:
    if (wanted.count is None) == (wanted.share is None):
        raise UsageError("Say how many sites (--count) or which share to reach (--share).")
    if wanted.objective not in OBJECTIVES:
        raise UnknownNameError("objective", wanted.objective, OBJECTIVES)
    if wanted.share is not None and wanted.objective != "cover":
        raise UsageError("A share is reached with the objective 'cover'; the others need a count.")
    if wanted.seats_each is not None and wanted.seats_each < 1:
        raise UsageError(f"A new site needs at least 1 seat, not {wanted.seats_each}.")


def _objective(wanted: Wanted) -> Objective:
    return "share" if wanted.share is not None else wanted.objective


def _among(plan: "Plan", wanted: Wanted) -> Candidates:
    """Return where sites may be."""
    return candidates(*_places(plan, wanted.among), _zones(plan))


def _places(plan: "Plan", among: str) -> tuple[Sequence[str], NDArray[np.float64]]:
    """Return ids and places of what sites are chosen among."""
    if among == "blocks":
        blocks = plan.people()
        return blocks.ids, blocks.xy_m
    if among == "nodes":
        if plan.network is None:
            raise UsageError("The plan has no streets whose nodes could be sites.")
        xy_m = plan.network.node_xy_m
        return [f"node-{number}" for number in range(len(xy_m))], xy_m
    if among.startswith("grid:"):
        step = parse_reach(among.removeprefix("grid:"), mode="walk", speeds=plan.speeds)
        shapes = plan.area.to_metres(plan.areas.located.geometry.to_numpy())
        return grid(list(shapes), step_m=step.metres)
    if among not in plan.specs.specs:
        known = ("blocks", "nodes", "grid:250m", *plan.specs.specs)
        raise UnknownNameError("candidates", among, known)
    layer = plan.layers[among]
    if layer.spec.geometry != "Point":
        raise UsageError(f"Layer {among!r} has no points that could be sites.")
    return list(layer.frame["id"].astype(str)), plan.area.xy_m(layer.frame.geometry.to_numpy())


def _zones(plan: "Plan") -> list[Zone]:
    """Return every declared exclusion with the features that it keeps away from."""
    zones = []
    for one in plan.exclusions.values():
        if one.layer is None:
            zones.append(Zone(one))
            continue
        frame = plan.layers[one.layer].frame
        kept = np.ones(len(frame), dtype=bool)
        for column, value in one.where.items():
            kept &= (frame[column] == value).fillna(value=False).to_numpy(dtype=bool)
        zones.append(Zone(one, plan.area.to_metres(frame.geometry.to_numpy()[kept])))
    return zones


def _placed(plan: "Plan", found: Candidates, siting: Siting) -> tuple[Site, ...]:
    """Return sites with longitude, latitude, area and the street near by."""
    if not siting.sites:
        return ()
    at = list(siting.sites)
    points = plan.area.to_degrees(np.asarray(shapely.points(found.xy_m[at]), dtype=object))
    degrees = np.round(shapely.get_coordinates(points), DECIMALS).tolist()
    near = plan.street_names.nearest(found.xy_m[at])
    verdicts = {one.site: one.verdict for one in siting.menu.no_regret} if siting.menu else {}
    return tuple(
        Site(
            rank=rank,
            candidate=found.ids[position],
            lon=lon,
            lat=lat,
            gain=gain,
            area=_area_at(plan, point),
            near=name.text if name else None,
            verdict=verdicts.get(position),
        )
        for rank, (position, (lon, lat), point, gain, name) in enumerate(
            zip(at, degrees, points, siting.gains, near, strict=True), start=1
        )
    )


def _area_at(plan: "Plan", point: shapely.Geometry) -> str:
    """Return the first area by id that covers a point; "" for none."""
    frame = plan.areas.located
    inside = [bool(shape.covers(point)) for shape in frame.geometry]
    return min(frame["id"].astype(str)[inside], default="")


def site_sections(plan: "Plan", scenario: Scenario) -> Iterable[Section]:
    """Yield the next sites of each theme that the plan shows them for."""
    for theme in plan.spec.sites.themes:
        wanted = Wanted(count=plan.spec.sites.count, menu=True)
        board = board_of(plan, theme, wanted, _among(plan, wanted), scenario)
        sited = site(plan, theme, wanted, scenario=scenario.id)
        chosen = board.found.xy_m[list(sited.siting.sites)]
        reached = board.covers(chosen, board.reach).sum(axis=1) > 0
        rule = plan.seating[theme].borderline if theme in plan.seating else None
        yield section(
            Story(
                sited=sited,
                words=plan.theme_words(theme),
                scenario=scenario,
                people=board.demand.people,
                within=board.already,
                gained=np.asarray(reached).ravel() & ~board.already,
                said=board.travel.said(board.reach),
                layers=plan.themes[theme],
                areas=plan.areas,
                demand=plan.spec.demand,
                unsure=_unsure(plan, rule) if rule else (),
            )
        )


def _unsure(plan: "Plan", rule: "Borderline") -> frozenset[str]:
    """Return areas whose people were scaled by much."""
    before = plan.layers[plan.spec.demand].frame[rule.column].fillna(0).to_numpy(dtype=np.int64)
    member = plan.memberships()[plan.spec.areas]
    return frozenset(rule.factors(member, before=before, now=plan.people().people))
