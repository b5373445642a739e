"""What one worker does: the same call of the plan that one process would make."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from almaty_geo.coverage import Coverage
from almaty_geo.plan import Plan
from almaty_geo.provision import Objective, Provision
from almaty_geo.scaling.counted import (
    SEATED,
    CityFacts,
    Counted,
    Numbers,
    added,
    covered,
    districts_of,
)
from almaty_geo.scaling.naming import of_city
from almaty_geo.scaling.window import CityPlan, Window
from almaty_geo.specs import Mode
from almaty_geo.travel import Asked, norm_reach


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of every city."""

    theme: str
    """Such as "schools"."""

    reach: str | None = None
    """Such as "500m"; each city's norm where None."""

    mode: Mode | None = None
    """On foot or by car."""

    basis: Asked | None = None
    """By streets or by straight line."""

    scenario: str | None = None
    """Which facilities are open; each plan's own where None."""

    seats: bool = False
    """Whether to give seats, instead of asking who is within reach."""

    shifts: int | None = None
    """Of seats: shifts of every school."""

    objective: Objective = "seats-first"
    """Of seats: what is wanted."""


@dataclass(frozen=True, slots=True)
class Task:
    """A city, or some tiles of one."""

    folder: Path
    """The country in partitions, or the plan of the city; workers read it under this path."""

    city: str
    """Slug of the city."""

    wish: Wish
    """What is asked."""

    packed: bool
    """Whether the folder is a country in partitions."""

    tiles: tuple[str, ...] | None = None
    """Tiles to answer for; None for all of the city at once."""

    told: bool = True
    """Whether to tell, too, what is the same for all of the city."""


def reckon(task: Task) -> Counted:
    """
    Answer a task.

    Parameters
    ----------
    task
        What is asked of which part.

    Returns
    -------
    counted
        Whole numbers by area; the parts of a city add up to the city.

    Raises
    ------
    AlmatyGeoError
        As the plan of the city raises it, with the city's name before it.
    """
    with of_city(task.city):
        plan = CityPlan(task.folder, task.city) if task.packed else Plan(task.folder)
        return _seats(plan, task) if task.wish.seats else _reach(plan, task)


def _reach(plan: Plan, task: Task) -> Counted:
    """Count who is within reach, tile by tile or all at once."""
    wish, areas = task.wish, plan.spec.areas
    if task.tiles is None or not isinstance(plan, CityPlan):
        whole = _coverage(plan, wish)
        facts = _facts(plan, wish, whole) if task.told else None
        return Counted(task.city, covered(whole, areas), facts)
    asked = plan.question(wish.theme, wish.reach, plan.scenario(wish.scenario), mode=wish.mode)
    halo_m = plan.halo_m(asked.reach, wish.basis)
    parts: list[Mapping[str, Numbers]] = []
    told: CityFacts | None = None
    for tile in task.tiles:
        found = _coverage(plan.through(Window(tile, halo_m)), wish)
        parts.append(covered(found, areas))
        if task.told and told is None:
            told = _facts(plan, wish, found)
    return Counted(task.city, added(parts), told)


def _coverage(plan: Plan, wish: Wish) -> Coverage:
    return plan.coverage(
        wish.theme,
        reach=wish.reach,
        mode=wish.mode,
        basis=wish.basis,
        scenario=wish.scenario,
    )


def _seats(plan: Plan, task: Task) -> Counted:
    """Give seats in a whole city: who gets one hangs on everybody else there."""
    wish, areas = task.wish, plan.spec.areas
    found = plan.provision(
        wish.theme,
        scenario=wish.scenario,
        shifts=wish.shifts,
        objective=wish.objective,
        basis=wish.basis,
    )
    rows = found.by(areas).to_dict("index")
    numbers = {str(area): tuple(int(row[key]) for key in SEATED) for area, row in rows.items()}
    walked = {
        str(area): float(row["mean_walk_m"]) * int(row["seated"])
        for area, row in rows.items()
        if row["seated"]
    }
    proof = found.proof
    facts = _facts(plan, wish, found) if task.told else None
    return Counted(task.city, numbers, facts, proof, walked)


def _facts(plan: Plan, wish: Wish, found: Coverage | Provision) -> CityFacts:
    """Return what is the same for all of a city."""
    if isinstance(found, Coverage):
        reach, norm = found.reach, found.norm
    else:
        held = plan.norm(wish.theme, plan.scenario(wish.scenario))
        norm = held.reach if held else None
        reach = norm_reach(norm, plan.speeds) if norm else found.question.norm
    return CityFacts(
        name=plan.spec.name,
        metric_crs=plan.spec.metric_crs,
        words=plan.theme_words(wish.theme),
        scenario=found.scenario,
        reach=reach,
        norm=norm,
        basis=found.basis,
        districts=districts_of(plan.areas),
    )
