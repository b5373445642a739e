"""What scenarios are compared by: whole numbers for each area."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from almaty_geo.errors import UnknownNameError
from almaty_geo.scenarios.setting import Setting, Situation, Whole
from almaty_geo.words import Text, say


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of each area that adds up to the whole place."""

    id: str
    """Its key in answers."""

    title: Text
    """Heading."""

    of: Callable[[Setting, Situation], Whole]
    """Whole numbers of k areas and, last, of what lies outside all, shape (k + 1,)."""


def people(setting: Setting, situation: Situation) -> Whole:
    """Return the people of each area."""
    return setting.members.sums(situation.demand.people)


def within_reach(setting: Setting, situation: Situation) -> Whole:
    """Return the people of each area who have an open facility within reach."""
    near = setting.within(situation)
    return setting.members.sums(np.where(near, situation.demand.people, 0))


def out_of_reach(setting: Setting, situation: Situation) -> Whole:
    """Return the people of each area who have none."""
    near = setting.within(situation)
    return setting.members.sums(np.where(near, 0, situation.demand.people))


def capacity(setting: Setting, situation: Situation) -> Whole:
    """Return how many the open facilities of each area can take, as far as known."""
    held = np.where(situation.is_open, np.nan_to_num(situation.capacity), 0)
    return setting.facility_areas.sums(held.round().astype(np.int64))


def facilities(setting: Setting, situation: Situation) -> Whole:
    """Return how many facilities are open in each area."""
    return setting.facility_areas.sums(situation.is_open.astype(np.int64))


def measures(setting: Setting, *more: Measure) -> Mapping[str, Measure]:
    """
    Return what scenarios of a theme can be compared by.

    Parameters
    ----------
    setting
        The theme.
    more
        Measures of subjects above this one, such as who gets a seat.

    Returns
    -------
    measures
        By id; capacity only where a layer of the theme says it.
    """
    own = [
        Measure("within_reach", say("Within reach"), within_reach),
        Measure("out_of_reach", say("Out of reach"), out_of_reach),
        Measure("people", say("Residents"), people),
        Measure("facilities", say("Facilities"), facilities),
    ]
    if any(layer.spec.capacity for layer in setting.roll.layers.values()):
        own.append(Measure("capacity", capacity_title(setting), capacity))
    return {measure.id: measure for measure in (*own, *more)}


def chosen(known: Mapping[str, Measure], name: str) -> Measure:
    """Return a measure by its id; UnknownNameError if there is none."""
    if name not in known:
        raise UnknownNameError("measure", name, known)
    return known[name]


def capacity_title(setting: Setting) -> Text:
    """Return what capacity is called: the title of its column."""
    for layer in setting.roll.layers.values():
        if layer.spec.capacity is not None and (
            title := layer.spec.columns[layer.spec.capacity].title
        ):
            return title
    return say("Capacity")
