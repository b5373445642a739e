"""Who gets a seat, as a measure that scenarios are compared by."""

from collections.abc import Callable

from almaty_geo.provision import Ground, Provision
from almaty_geo.scenarios.measures import Measure
from almaty_geo.scenarios.setting import Setting, Situation, Whole
from almaty_geo.words import say


def seat_measures(ground: Ground) -> tuple[Measure, ...]:
    """
    Return the measures of who gets a seat.

    Parameters
    ----------
    ground
        A theme's seats in a plan.

    Returns
    -------
    measures
        Pupils with a seat, in reach without one, and out of reach; the three add up to the pupils
        of every area.
    """
    known: dict[str, Provision] = {}

    def found(situation: Situation) -> Provision:
        scenario = situation.scenario
        key = scenario.sha256
        if key not in known:
            known[key] = ground.provide(scenario)
        return known[key]

    def each(amount: Callable[[Provision], Whole]) -> Callable[[Setting, Situation], Whole]:
        return lambda setting, situation: setting.members.sums(amount(found(situation)))

    return (
        Measure("pupils", say("Pupils"), each(lambda one: one.pupils.number)),
        Measure("seated", say("Pupils with a seat"), each(lambda one: one.seated)),
        Measure(
            "in_reach_no_seat",
            say("Pupils in reach, no seat"),
            each(lambda one: one.in_reach_no_seat),
        ),
    )
