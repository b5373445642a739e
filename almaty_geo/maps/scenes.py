"""What a map shows of a theme in other scenarios, and year by year."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from almaty_geo.maps.naming import Name
from almaty_geo.sections import Section
from almaty_geo.words import Text


@dataclass(frozen=True, slots=True)
class Amounts:
    """The whole numbers of one area that two scenes are compared by."""

    area: str
    """Id of the area, or `CITY`."""

    people: int
    """Who live there."""

    within: int | None
    """Who of them are within reach; None where people are held to no reach."""

    facilities: int
    """How many are open there."""

    capacity: int | None
    """How many those can take, as far as known; None where no layer of the theme says it."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A theme in one scenario, or in one year of a course."""

    section: Section
    """Answers, bars, classes, notes and one table, as they are then."""

    amounts: tuple[Amounts, ...]
    """One for each area, the city last."""

    is_open: NDArray[np.bool_]
    """Which facilities of the theme's roll are open, shape (m,)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One year of a course."""

    year: int
    """The year."""

    scene: str
    """Id of its scene."""

    people: int
    """Residents of the whole place."""

    basis: Text
    """Where that figure comes from, in a word or two."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """What happens year by year."""

    id: str
    """Unique among the courses of a theme."""

    title: Text
    """What it is called."""

    note: Text
    """What it assumes."""

    steps: tuple[Step, ...]
    """Its years, in order."""

    assumed: NDArray[np.bool_]
    """Whose year of opening or closing nobody states, of the roll's m facilities, shape (m,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Offered:
    """Every facility of a theme, open or not: m of them."""

    ids: tuple[tuple[str, str], ...]
    """Layer and id of each."""

    names: tuple[Name, ...]
    """What each is called."""

    areas: tuple[str, ...]
    """Area that each counts for; empty for none."""

    capacity: tuple[int | None, ...]
    """How many each can take today; None where nobody says."""

    existing: NDArray[np.bool_]
    """Which exist today, shape (m,)."""

    added: NDArray[np.bool_]
    """Which no layer of the plan holds: a scenario adds them, shape (m,)."""

    capacity_title: Text | None
    """What capacity is called; None where no layer of the theme says it."""

    def telling(self, scenes: Mapping[str, Scene]) -> NDArray[np.intp]:
        """Return positions of those that are not simply open, or not yet there, in all scenes."""
        masks = np.array([scene.is_open for scene in scenes.values()]).reshape(len(scenes), -1)
        always, ever = masks.all(axis=0), masks.any(axis=0)
        return np.flatnonzero((ever & ~always) | (self.existing & ~always) | self.added)


@dataclass(frozen=True, slots=True, eq=False)
class ThemeScenes:
    """A theme in every scenario, and by year where its facilities change."""

    offered: Offered
    """Its facilities."""

    scenes: Mapping[str, Scene]
    """By id: a scenario's own, or that of a year of a course."""

    courses: tuple[Course, ...]
    """Year by year; empty where no facility opens or closes in any scenario."""


@dataclass(frozen=True, slots=True, eq=False)
class Scenes:
    """The scenes of all themes that colour people."""

    now: str = ""
    """Id of the scenario that everything else on the page holds in."""

    scenarios: tuple[tuple[str, Text], ...] = ()
    """Id and title of each scenario, the page's own first."""

    themes: Mapping[str, ThemeScenes] = field(default_factory=dict)
    """By id of the section."""


NO_SCENES = Scenes()
