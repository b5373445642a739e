"""What a page needs to reckon coverage anew when a reader tries other facilities."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.coverage.offer import Offer
from almaty_geo.coverage.reachable import BANDS, steps_of
from almaty_geo.coverage.section import normed_headline
from almaty_geo.places import Roll, added_id, membership
from almaty_geo.specs import Scenario
from almaty_geo.travel import Reach, StraightLine
from almaty_geo.trying import Plural, Rule, StreetGraph, StreetTrial, Trial
from almaty_geo.words import LANGUAGES, Text, percent, same, say

if TYPE_CHECKING:
    from almaty_geo.travel import ByStreets

NUMBERS = (*range(100), *range(100, 200))
"""Numbers that between them ask for every plural form there is."""

SAMPLE = 7
"""A digit that stands for a number in a template."""


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """Streets that a page carries."""

    travel: "ByStreets"
    """Ways by them."""

    graph: StreetGraph
    """Those that places may join."""

    edges: NDArray[np.intp]
    """Their positions in the network, ascending."""


def trial(
    offer: Offer, roll: Roll, ground: StudyArea, *, streets: Carried | None = None
) -> Trial | None:
    """
    Return all that it takes to try other facilities of a theme.

    Parameters
    ----------
    offer
        The theme with its coverage.
    roll
        Every facility of it, open or not.
    ground
        Gives the metric plane.
    streets
        What the page carries of the streets that the theme's ways follow, if they do.

    Returns
    -------
    trial
        None where people are held to no reach, or ways follow neither straight lines nor the
        streets given. Seats are left to whoever knows of pupils.
    """
    if not offer.held:
        return None
    indices = _indices(offer, streets)
    if indices is None:
        return None
    frame, demand = offer.demand.frame, offer.coverage.demand
    placed = np.isfinite(demand.xy_m).all(axis=1)
    member = offer.coverage.areas[offer.areas.id]
    kept = _candidates(roll, offer.scenario)
    position = {int(at): k for k, at in enumerate(kept)}
    pairs = zip(*(one.tolist() for one in roll.replaced), strict=True)
    return Trial(
        theme=offer.coverage.theme,
        plane=ground.plane,
        rule=_rule(indices, offer.coverage.reach),
        points_deg=shapely.get_coordinates(frame.geometry.to_numpy()[placed]),
        people=demand.people[placed],
        area=member.of[placed],
        areas=member.ids,
        placeless=member.sums(np.where(placed, 0, demand.people)),
        layers=tuple(roll.layers),
        ids=tuple(roll.ids[at] for at in kept),
        places_deg=_places(roll)[kept],
        capacity=tuple(_whole(c) for c in roll.capacity(offer.scenario)[kept].tolist()),
        facility_area=_areas(offer, roll)[kept],
        opened=tuple(np.flatnonzero(~roll.existing[kept]).tolist()),
        replaces=tuple((position[a], position[b]) for a, b in pairs if {a, b} <= set(position)),
        counted=offer.counted,
        headline=_headline(offer),
        words=_words(offer, by_streets=not indices),
        scenario_toml=_scenario(offer.scenario, roll, offer.words.title),
        opens=_opens(offer.scenario, roll),
        scenario=offer.scenario.id,
        streets=None if indices or streets is None else _streets(offer, roll.xy_m[kept], streets),
    )


def _indices(offer: Offer, streets: Carried | None) -> tuple[float, ...] | None:
    """Return what straight lines are multiplied by; nothing by streets; None where neither is."""
    travel = offer.coverage.travel
    if isinstance(travel, StraightLine):
        return (travel.detour.index, travel.detour.low, travel.detour.high)
    return () if streets is not None and travel is streets.travel else None


def _streets(offer: Offer, places_m: NDArray[np.float64], streets: Carried) -> StreetTrial:
    """Return where people and facilities join the streets."""
    from almaty_geo.travel.carried import joins  # noqa: PLC0415 - not all plans have streets

    xy_m, mode = offer.coverage.demand.xy_m, offer.coverage.reach.mode
    placed = np.flatnonzero(np.isfinite(xy_m).all(axis=1))
    people = streets.travel.snap(xy_m, mode=mode).only(placed)
    return StreetTrial(
        graph=streets.graph,
        mode=mode,
        points=joins(people, streets.edges),
        places=joins(streets.travel.snap(places_m, mode=mode), streets.edges),
    )


def _candidates(roll: Roll, scenario: Scenario) -> NDArray[np.intp]:
    """Return which facilities are open, or would be if nothing replaced them."""
    is_open = roll.existing | roll.chosen(scenario.opens, scenario)
    return np.flatnonzero(is_open & ~roll.chosen(scenario.closes, scenario))


def _rule(indices: tuple[float, ...], reach: Reach) -> Rule:
    """Return what decides whether a way is within reach."""
    return Rule(indices, reach.m_per_min, reach.value, steps_of(reach, BANDS))


def _places(roll: Roll) -> NDArray[np.float64]:
    """Return longitude and latitude of each facility of a roll; NaN where it has no place."""
    each = {name: np.asarray(x.frame.geometry, dtype=object) for name, x in roll.layers.items()}
    shapes = np.asarray(roll.gathered(each), dtype=object)
    return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])


def _areas(offer: Offer, roll: Roll) -> NDArray[np.intp]:
    """Return the area of each facility of a roll."""
    each = {name: membership(x, offer.areas).of for name, x in roll.layers.items()}
    return roll.gathered(each).astype(np.intp)


def _whole(capacity: float) -> int | None:
    """Return a capacity in whole numbers; None where it is not known."""
    return round(capacity) if np.isfinite(capacity) else None


def _headline(offer: Offer) -> Plural:
    """Return the sentence that answers, in each of its plural forms."""
    said = [normed_headline(offer, number, same("{n}")) for number in NUMBERS]
    forms = tuple(dict.fromkeys(said))
    return Plural(forms, tuple(forms.index(one) for one in said))


def _words(offer: Offer, *, by_streets: bool) -> dict[str, Text]:
    """Return the words that figures need, with braces where numbers go."""
    return {
        "share": _share(offer, by_streets=by_streets),
        "percent": _template(percent(SAMPLE / 100)),
        "capacity": offer.capacity_title,
        "within": say("residents within reach"),
        "none": percent(None),
        "more": say("residents within reach, compared with before the trial"),
        "before": say("before the trial"),
        "tried": _tried(offer.scenario.title),
    }


def _share(offer: Offer, *, by_streets: bool) -> Text:
    """Return what the share is of: with its interval, or by streets, which have none here."""
    normed = offer.coverage.norm is not None
    if by_streets:
        return say("within the norm, by streets") if normed else say("within reach, by streets")
    share = {"low": "{low}", "high": "{high}"}
    if normed:
        return say("within the norm (from {low} to {high})", **share)
    return say("within reach (from {low} to {high})", **share)


def _template(said: Text) -> Text:
    """Return a written number with a brace in place of its digit."""
    return Text(**{lang: said[lang].replace(str(SAMPLE), "{n}") for lang in LANGUAGES})


def _opens(scenario: Scenario, roll: Roll) -> tuple[tuple[str, int | None, tuple[str, ...]], ...]:
    """Return what a scenario opens of the layers of a theme, each by its id."""
    found = []
    for one in scenario.opens:
        if one.layer in roll.layers and one.layer != added_id(roll.theme):
            mask = roll.mask(one, scenario)
            names = (roll.ids[at].removeprefix(f"{one.layer}/") for at in np.flatnonzero(mask))
            found.append((one.layer, one.year, tuple(names)))
    return tuple(found)


def _scenario(scenario: Scenario, roll: Roll, theme: Text) -> str:
    """Return a scenario file that does what another does, but for what it opens of a theme."""
    import tomlkit  # noqa: PLC0415 - not all answers ask

    said = scenario.model_dump(mode="json", exclude={"id"}, exclude_none=True)
    added = {added_id(one.theme) for one in scenario.adds}
    opens = [one for one in said.pop("opens") if one["layer"] not in {*roll.layers, *added}]
    kept: dict[str, Any] = {
        **{key: value for key, value in said.items() if value},
        "confidence": "assumption",
        "title": _told(scenario.title, theme).to_dict(),
        "note": _note(scenario).to_dict(),
        "opens": [_plain(one) for one in opens],
        "closes": [_plain(one) for one in said["closes"]],
        "adds": [_plain(one) for one in said["adds"]],
    }
    return str(tomlkit.dumps({key: value for key, value in kept.items() if value != []}))


def _plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of a scenario without what it leaves open."""
    return {key: value for key, value in entry.items() if value not in ([], {}, None)}


def _tried(title: Text) -> Text:
    return say("Tried out on “{title}”", title=title)


def _told(title: Text, theme: Text) -> Text:
    """Return a title that leaves room for what was tried."""
    tried = same("{tried}")
    return say("Tried out on “{title}”: {theme} {tried}", title=title, theme=theme, tried=tried)


def _note(scenario: Scenario) -> Text:
    return say(
        "Tried out in the atlas on the scenario “{title}”; places were put by hand.",
        title=scenario.title,
    )
