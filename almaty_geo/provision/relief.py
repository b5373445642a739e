"""What each planned school changes: the difference of two optima, with it and without."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from almaty_geo.provision.answer import Provision
from almaty_geo.provision.seats import layer_of
from almaty_geo.specs import Dated, Scenario


@dataclass(frozen=True, slots=True)
class Relief:
    """What one school, or several together, change."""

    school: str
    """``layer/id``; "all" for all together."""

    seats: int
    """Seats more, net of what it replaces."""

    seated: int
    """Pupils more who have a seat."""

    seated_within_norm: int
    """Pupils more who have one within the norm."""

    by_area: tuple[tuple[str, int], ...]
    """Where the pupils live who now have a seat: area and pupils, all areas that change; they add
    up to ``seated``."""

    load: int
    """Pupils at the school itself, of all who are seated anew or have moved there."""

    def to_dict(self) -> dict[str, Any]:
        """Return the change as plain values for JSON."""
        return {
            "school": self.school,
            "seats": self.seats,
            "seated": self.seated,
            "seated_within_norm": self.seated_within_norm,
            "load": self.load,
            "districts": dict(self.by_area),
        }


def relief(without: Provision, with_: Provision, areas: str, *, school: str = "all") -> Relief:
    """
    Return what opening schools changes.

    Parameters
    ----------
    without, with_
        The optima without the schools and with them, for the same pupils and question.
    areas
        Layer of areas to split by.
    school
        Which school it is about.

    Returns
    -------
    relief
        Whose pupils get a seat by it.
    """
    member = with_.areas[areas]
    more = member.sums(with_.seated - without.seated)
    named = zip(member.names, more.tolist(), strict=True)
    ids = with_.facilities.ids
    fresh = {school} if school != "all" else set(ids) - set(without.facilities.ids)
    return Relief(
        school=school,
        seats=int(with_.seats.offered.sum() - without.seats.offered.sum()),
        seated=int(with_.seated.sum() - without.seated.sum()),
        seated_within_norm=int(with_.seated_within_norm.sum() - without.seated_within_norm.sum()),
        by_area=tuple((area, number) for area, number in named if number),
        load=sum(int(n) for name, n in zip(ids, with_.load, strict=True) if name in fresh),
    )


def reliefs(
    before: tuple[Scenario, Provision],
    after: Provision,
    solve: Callable[[Scenario], Provision],
    *,
    areas: str,
) -> tuple[Relief, ...]:
    """
    Return what each school that a scenario opens changes on its own, and all of them together.

    Each school is opened alone, beside the schools of the scenario before (and what it replaces
    is closed), so that the change is its own and does not depend on an order. What they change
    together may be less than the sum, where they compete for the same pupils.

    Parameters
    ----------
    before
        The scenario without the schools, and its optimum.
    after
        The optimum with all of them.
    solve
        Gives the optimum of a scenario, to the same question.
    areas
        Layer of areas to split by.

    Returns
    -------
    reliefs
        One for each school that is open only afterwards, by id; then all together.
    """
    scenario, base = before
    found = [
        relief(base, solve(opening(scenario, school)), areas, school=school)
        for school in after.facilities.ids
        if school not in base.facilities.ids
    ]
    return (*found, relief(base, after, areas))


def opening(scenario: Scenario, school: str) -> Scenario:
    """Return a scenario in which one school more is open; ``school`` is ``layer/id``."""
    layer = layer_of(school)
    name = school.removeprefix(f"{layer}/")
    closes = [_without(one, name) if one.layer == layer else one for one in scenario.closes]
    update = {
        "opens": (*scenario.opens, Dated(layer=layer, ids=(name,))),
        "closes": tuple(one for one in closes if one is not None),
    }
    return scenario.model_copy(update=update)


def _without(closing: Dated, name: str) -> Dated | None:
    """Return what else closes where one id does not; None where nothing is left."""
    if name not in closing.ids:
        return closing
    left = tuple(one for one in closing.ids if one != name)
    return closing.model_copy(update={"ids": left}) if left else None
