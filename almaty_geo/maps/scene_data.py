"""Scenes as the page keeps them: what is common once, then numbers."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almaty_geo.catalogue import Layer
from almaty_geo.maps.features import class_digits
from almaty_geo.maps.palette import class_colours
from almaty_geo.maps.pool import Pool
from almaty_geo.maps.scenes import Course, Offered, Scene, Scenes, ThemeScenes
from almaty_geo.maps.sentences import Number, Sentences, Shapes
from almaty_geo.sections import Answer, Section, Table
from almaty_geo.words import Text


def scenes_data(
    scenes: Scenes, sections: tuple[Section, ...], layers: Mapping[str, Layer], pool: Pool
) -> dict[str, Any] | None:
    """
    Return scenes for the page.

    Parameters
    ----------
    scenes
        Scenes of all themes.
    sections
        Sections of the page; scenes of others are left out.
    layers
        Layers of the page, to tell which people have a place.
    pool
        Where names go.

    Returns
    -------
    data
        None where the page can compare nothing.
    """
    shown = {section.id for section in sections if section.classes is not None}
    themes = {name: theme for name, theme in scenes.themes.items() if name in shown}
    if not themes or len(scenes.scenarios) < 2:  # noqa: PLR2004 - one has nothing beside it
        return None
    kept = Shapes(Sentences(pool))
    made = {name: _theme(theme, layers, pool, kept) for name, theme in themes.items()}
    return {
        "now": scenes.now,
        "scenarios": [[name, pool.word(title)] for name, title in scenes.scenarios],
        "themes": made,
        "texts": [list(one) for one in kept.sentences.kept],
        "shapes": kept.kept,
    }


def difference(digits: str, base: str) -> str | list[int | str]:
    """
    Return digits as what they have otherwise than others, where that is shorter.

    Parameters
    ----------
    digits, base
        As many digits in both.

    Returns
    -------
    difference
        How many are alike, then those that are not, and so on; or all digits.

    Examples
    --------
    >>> difference("000012000000", "000000000000")
    [4, '12']
    >>> difference("0101", "1010")
    '0101'
    """
    unlike = np.array(list(digits)) != np.array(list(base))
    edges = np.flatnonzero(np.diff(unlike.astype(np.int8), prepend=0, append=0))
    parts: list[int | str] = []
    last = 0
    for first, end in edges.reshape(-1, 2).tolist():
        parts += [first - last, digits[first:end]]
        last = end
    return parts if len(json.dumps(parts, separators=(",", ":"))) < len(digits) else digits


def _theme(
    theme: ThemeScenes, layers: Mapping[str, Layer], pool: Pool, kept: Shapes
) -> dict[str, Any]:
    """Return one theme in all its scenes."""
    telling = theme.offered.telling(theme.scenes)
    states = _Kept()
    looks = _Kept()
    classes = _Kept()
    bases = _Kept()
    known: dict[tuple[int, bytes], int] = {}
    scenes = []
    for name, scene in theme.scenes.items():
        section = scene.section
        key = (id(section.answers), scene.is_open.tobytes())  # alike scenes share their answers
        if key not in known:
            look, digits = _coloured(section, layers, pool)
            colours = {"look": looks.take(look), "classes": classes.take(digits)}
            known[key] = states.take({**_state(scene, telling, kept), **colours})
        title = section.scenario
        said = kept.take([*([title] if title else []), *section.notes])
        scenes.append([name, known[key], said])
    first = next(iter(theme.scenes.values()))
    base = classes.values[0]  # of the page's own scenario: the section has them already
    return {
        "areas": [one.area for one in first.amounts],
        "scenes": scenes,
        "states": states.values,
        "looks": looks.values,
        "classes": [[], *(difference(one, base) for one in classes.values[1:])],
        "facilities": _facilities(theme.offered, telling.tolist(), pool),
        "capacity": pool.word(theme.offered.capacity_title or Text("", "", "")),
        "courses": [_course(course, telling.tolist(), pool, bases) for course in theme.courses],
        "bases": bases.values,
    }


def _state(scene: Scene, telling: NDArray[np.intp], kept: Shapes) -> dict[str, Any]:
    """Return all that is said in a scene, and what is open."""
    section = scene.section
    return {
        "answers": [_answer(section, answer, kept) for answer in section.answers],
        "bars": [[row.area, *row.parts] for row in section.bars.rows] if section.bars else None,
        "table": _cells(section.tables[0], kept) if section.tables else None,
        "amounts": _amounts(scene),
        "open": "".join("1" if flag else "0" for flag in scene.is_open[telling]),
    }


class _Kept:
    """Values by number, each kept once."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._at: dict[str, int] = {}

    def take(self, value: Any) -> int:  # noqa: ANN401 - whatever JSON can hold
        key = json.dumps(value)
        if key not in self._at:
            self._at[key] = len(self.values)
            self.values.append(value)
        return self._at[key]


def _coloured(
    section: Section, layers: Mapping[str, Layer], pool: Pool
) -> tuple[list[Any] | None, str]:
    """Return what the classes are called, and the class of each feature with a place."""
    classes = section.classes
    if classes is None or classes.layer not in layers:
        return None, ""
    titles = [pool.word(title) for title in classes.titles]
    look = [pool.word(classes.title), titles, list(class_colours(len(titles)))]
    return look, class_digits(classes.of, layers[classes.layer])


def _answer(section: Section, answer: Answer, kept: Shapes) -> list[Number]:
    """Return the answer for one area."""
    parts: list[Text | str] = [answer.area, answer.headline, answer.emphasis]
    for figure in answer.figures:
        own = figure.id.removeprefix(f"{section.id}.").removesuffix(f".{answer.area}")
        parts += [own, figure.shown, figure.label]
    return kept.take(parts)


def _cells(table: Table, kept: Shapes) -> list[Number]:
    """Return the cells of a table of areas without the first column, which names them."""
    return kept.take([cell.shown for row in table.rows for cell in row.cells[1:]])


def _amounts(scene: Scene) -> list[int | None]:
    """Return people, people within reach, facilities and capacity of each area."""
    return [
        amount
        for one in scene.amounts
        for amount in (one.people, one.within, one.facilities, one.capacity)
    ]


def _facilities(offered: Offered, telling: list[int], pool: Pool) -> list[list[Any]]:
    """Return layer, id, name, capacity; 1 if it exists, 1 if added; and area, of what changes."""
    return [
        [
            *offered.ids[at],
            pool.name(offered.names[at]),
            offered.capacity[at],
            int(offered.existing[at]),
            int(offered.added[at]),
            offered.areas[at],
        ]
        for at in telling
    ]


def _course(course: Course, telling: list[int], pool: Pool, bases: _Kept) -> dict[str, Any]:
    """Return what happens year by year."""
    return {
        "id": course.id,
        "title": pool.word(course.title),
        "note": pool.word(course.note),
        "steps": [
            [step.year, step.scene, step.people, bases.take(pool.word(step.basis))]
            for step in course.steps
        ],
        "assumed": "".join("1" if flag else "0" for flag in course.assumed[telling]),
    }
