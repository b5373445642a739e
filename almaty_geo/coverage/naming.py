"""What a spot is called: by the nearest street that has a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.words import LANGUAGES, Text

NEAR_M = 1000
"""How far a street may be and still name a spot."""


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name, in the languages that its layer has."""

    text: Text
    """The name; where a language is missing, in the one there is."""

    language: str = ""
    """The one language it is in; empty where all are there, or nobody says which it is."""


@dataclass(frozen=True, eq=False)
class Streets:
    """Lines with names."""

    lines: NDArray[np.object_]
    """Lines in the metric plane, shape (n,)."""

    names: tuple[Name, ...]
    """Name of each."""

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.lines)

    def nearest(self, xy_m: NDArray[np.float64]) -> tuple[Name | None, ...]:
        """
        Return the name of the nearest street of each spot.

        Parameters
        ----------
        xy_m
            Easting and northing in metres, shape (k, 2).

        Returns
        -------
        names
            None where no named street lies within `NEAR_M`; the first among equally near ones.
        """
        found: list[Name | None] = [None] * len(xy_m)
        if not len(self.lines):
            return tuple(found)
        spots, at = self._tree.query_nearest(shapely.points(xy_m), max_distance=NEAR_M)
        for spot, line in sorted(zip(spots.tolist(), at.tolist(), strict=True), reverse=True):
            found[spot] = self.names[line]
        return tuple(found)


def row_name(row: Mapping[str, object], columns: Sequence[str]) -> Name | None:
    """
    Return the name of a row of a layer.

    Parameters
    ----------
    row
        The row.
    columns
        Name columns of the layer, such as "name_ru"; a column "name" is of no stated language.

    Returns
    -------
    name
        None where the row has none.
    """
    said = {c.removeprefix("name_"): row[c] for c in columns}
    names = {language: word for language, word in said.items() if isinstance(word, str) and word}
    if not names:
        return None
    language, first = next(iter(names.items()))
    text = Text(**{lang: names.get(lang, first) for lang in LANGUAGES})
    whole = len(names) == len(LANGUAGES) or language not in LANGUAGES
    return Name(text, "" if whole else language)


def rows_of(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, object]]:
    """Return the rows of a table, of some columns only."""
    if not columns:
        return [{} for _ in range(len(frame))]
    return [{str(k): v for k, v in row.items()} for row in frame[list(columns)].to_dict("records")]


def streets_of(layers: Sequence[Layer], area: StudyArea) -> Streets:
    """
    Return the named lines of layers.

    Parameters
    ----------
    layers
        Layers of lines.
    area
        Gives the metric plane.

    Returns
    -------
    streets
        Rows with a place and a name; none where there are none.
    """
    lines: list[object] = []
    names: list[Name] = []
    for layer in layers:
        columns = [*layer.spec.name_columns, *(["name"] if "name" in layer.frame else [])]
        frame = layer.located
        rows = rows_of(frame, columns)
        for row, line in zip(rows, area.to_metres(frame.geometry), strict=True):
            name = row_name(row, columns)
            if name is not None:
                lines.append(line)
                names.append(name)
    return Streets(np.array(lines, dtype=object), tuple(names))
