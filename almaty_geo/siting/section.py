"""What siting says to a reader: the next sites, what each adds, and what was not checked."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.cells import area_cell, area_column, nothing, number
from almaty_geo.sections import (
    CITY,
    Answer,
    Cell,
    Classes,
    Figure,
    Marks,
    Row,
    Section,
    Table,
    TableColumn,
)
from almaty_geo.siting.sited import Site, Sited
from almaty_geo.specs import Exclusion, Scenario, ThemeWords
from almaty_geo.words import Text, count, percent, same, say, say_count, term

SUFFIX = "-sites"
WITHIN, GAINED, OUT = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Story:
    """An answer with all that its section is made from."""

    sited: Sited
    """The sites."""

    words: ThemeWords
    """How sentences name the theme."""

    scenario: Scenario
    """What is open already."""

    people: NDArray[np.int64]
    """Whole people at each of m points."""

    within: NDArray[np.bool_]
    """Which points are within reach of what is open, shape (m,)."""

    gained: NDArray[np.bool_]
    """Which points the sites bring within reach, shape (m,)."""

    said: tuple[Text, ...]
    """What is to be said of the ways."""

    layers: tuple[str, ...]
    """Layers of facilities."""

    areas: Layer
    """Layer of areas."""

    demand: str
    """Layer of people."""

    unsure: Collection[str] = ()
    """Areas whose people rest on a count that was scaled so much that they are unsure."""

    @property
    def id(self) -> str:
        """Id of the section."""
        return self.sited.asking.theme + SUFFIX


def section(story: Story) -> Section:
    """
    Return what the answer says.

    Parameters
    ----------
    story
        Sites that bring most people within reach.

    Returns
    -------
    section
        Headline, figures, the sites as numbered places, exclusions checked and not checked.
    """
    sited = story.sited
    classes = np.where(story.within, WITHIN, np.where(story.gained, GAINED, OUT))
    return Section(
        id=story.id,
        title=say("{theme}: next sites", theme=story.words.title),
        scenario=story.scenario.title,
        answers=(_city(story),),
        tables=(_sites(story), _exclusions(sited)),
        notes=tuple(_notes(story)),
        classes=Classes(
            layer=story.demand,
            title=say("{theme}: what the next sites change", theme=story.words.title),
            of=classes.astype(np.uint8),
            titles=(
                say("within reach already"),
                say("newly within reach"),
                say("still out of reach"),
            ),
        ),
        marks=Marks(
            say("next sites, by what they add"), tuple((s.lon, s.lat) for s in sited.sites)
        ),
        layers=story.layers,
        sources=(story.demand, *story.layers, story.areas.id),
    )


def _city(story: Story) -> Answer:
    sited, found = story.sited, story.sited.siting
    people = int(story.people.sum())
    after = int(story.people[story.within | story.gained].sum())
    added = count(found.value)
    headline = say_count(
        "{n} best site would bring {added} more residents within {reach} of {nearest}.",
        "{n} best sites would bring {added} more residents within {reach} of {nearest}.",
        len(sited.sites),
        added=added,
        reach=sited.asking.reach.shown,
        nearest=story.words.nearest,
    )
    share = after / people if people else None
    before = int(story.people[story.within].sum()) / people if people else None
    proof = (
        say("proven: no other sites do better")
        if found.status == "optimal"
        else say("no sites can do better by more than this")
    )
    unchecked = len(sited.candidates.unchecked)
    today = say("within reach then, {n} today", n=percent(before, digits=1))
    figures = (
        ("share", share, percent(share, digits=1), today),
        ("gap", found.gap, percent(found.gap, digits=1), proof),
        _borderline(story),
        ("unchecked", unchecked, count(unchecked), say("restrictions that nobody could check")),
    )
    return Answer(
        area=CITY,
        headline=headline,
        emphasis=added,
        figures=tuple(
            Figure(f"{story.id}.{name}.{CITY}", value, shown, label, _how(story, name))
            for name, value, shown, label in figures
        ),
    )


def _how(story: Story, name: str) -> Text:
    """Return the formula of a figure, with its numbers."""
    found = story.sited.siting
    if name == "share":
        return say(
            "(Residents within reach today + residents the sites add) ÷ all residents: "
            "({before} + {added}) ÷ {people}.",
            before=count(int(story.people[story.within].sum())),
            added=count(int(story.people[story.gained & ~story.within].sum())),
            people=count(int(story.people.sum())),
        )
    if name == "gap":
        return say(
            "|bound − value| ÷ value, where no sites can bring more than the bound: "
            "|{bound} − {value}| ÷ {value}.",
            bound=count(found.bound),
            value=count(found.value),
        )
    if name == "borderline":
        return say("The sum of what the sites add that lie in districts marked borderline.")
    if name == "best":
        return say("Residents newly within reach if only the first site is built.")
    return say(
        "The number of declared restrictions without a layer to check them by; {checked} were "
        "checked.",
        checked=count(len(story.sited.candidates.checked)),
    )


def _borderline(story: Story) -> tuple[str, float | None, Text, Text]:
    """Return how much of the gain is unsure; where none is, what the first site adds."""
    sites = story.sited.sites
    unsure = sum(one.gain or 0 for one in sites if one.area in story.unsure)
    if unsure:
        label = say("of them in districts whose count of residents is borderline")
        return ("borderline", unsure, count(unsure), label)
    first = sites[0].gain
    return ("best", first, count(first), say("residents by the first site alone"))


def _sites(story: Story) -> Table:
    columns = (
        TableColumn("rank", say("No.")),
        area_column(),
        TableColumn("near", say("Near"), align="left"),
        TableColumn("lon", say("Longitude")),
        TableColumn("lat", say("Latitude")),
        TableColumn("gain", say("Residents added")),
        TableColumn("sure", say("In every near-best choice"), align="left"),
    )
    rows = tuple(Row(area=one.area, cells=_site_cells(story, one)) for one in story.sited.sites)
    return Table(say("Where the next sites help most"), columns, rows)


def _site_cells(story: Story, one: Site) -> tuple[Cell, ...]:
    verdicts = {"proven": say("yes, proven"), "refuted": say("no"), "open": say("not known")}
    unsure = one.area in story.unsure
    gain = Cell(one.gain, count(one.gain), tone="unsure" if unsure else "")
    return (
        number(one.rank),
        area_cell(story.areas, one.area) if one.area else nothing(),
        Cell(one.near.en, one.near) if one.near else nothing(),
        number(one.lon, digits=5),
        number(one.lat, digits=5),
        gain,
        Cell(one.verdict, verdicts.get(one.verdict or "", same("—"))),
    )


def _exclusions(sited: Sited) -> Table:
    columns = (
        TableColumn("restriction", say("Restriction"), align="left"),
        TableColumn("checked", say("Checked"), align="left"),
        TableColumn("distance_m", say("Distance, m")),
        TableColumn("excluded", say("Places ruled out")),
        TableColumn("confidence", say("Confidence"), align="left"),
    )
    rows = [
        Row(area="", cells=_exclusion_cells(one.exclusion, one.excluded))
        for one in sited.candidates.checked
    ]
    rows += [Row(area="", cells=_exclusion_cells(e, None)) for e in sited.candidates.unchecked]
    return Table(say("What a site must keep away from"), columns, tuple(rows))


def _exclusion_cells(one: Exclusion, excluded: int | None) -> tuple[Cell, ...]:
    checked = excluded is not None
    return (
        Cell(one.id, one.title),
        Cell(
            "yes" if checked else "no",
            say("yes") if checked else say("no: no layer"),
            tone="" if checked else "unsure",
        ),
        number(one.distance_m),
        number(excluded),
        Cell(one.confidence, term("confidence", one.confidence)),
    )


def _notes(story: Story) -> list[Text]:
    found = story.sited.candidates
    notes = [
        *story.said,
        say(
            "Sites are chosen among {n} places (centres of blocks of {given}; the others are ruled "
            "out): they show where to look, not which plot to take.",
            n=count(len(found.ids)),
            given=count(found.given),
        ),
        say(
            "The gain of each site is counted after those before it, beyond what is open in the "
            "scenario “{title}”.",
            title=story.scenario.title,
        ),
    ]
    resting = sum(one.area in story.unsure for one in story.sited.sites)
    if resting:
        notes.append(
            say(
                "Borderline: {n} of the sites lie where residents rest on a count scaled up "
                "strongly to the district’s total.",
                n=count(resting),
            )
        )
    return notes
