"""The one model of a report: what every format writes, and what its JSON file holds."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any, Literal

from almaty_geo.reports.quality import Quality
from almaty_geo.sections import Figure, TableColumn
from almaty_geo.words import Language, Text

SCHEMA = "almaty-geo/report/1"
"""Name and version of the schema; the number changes when a field changes its meaning."""

HIDDEN: Mapping[str, bool] = {"json": False}
"""Fields marked so are drawings, which the JSON leaves out."""


@dataclass(frozen=True, slots=True)
class Named:
    """A proper name as each reader gets it."""

    shown: Text
    """The name."""

    tongue: Text
    """Language of the name for each reader where it is not the reader's; else empty."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell of a table."""

    value: float | int | str | None
    """The value itself; None where there is none."""

    shown: Text
    """The value as a reader of each language writes it."""

    tongue: Text
    """Language of a proper name for each reader where it is not the reader's; else empty."""

    tone: Literal["", "good", "bad", "unsure"]
    """How the cell is to be taken; never the only sign of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table."""

    cells: tuple[Entry, ...]
    """One for each column."""

    own: bool
    """Whether it is about the report's area."""

    total: bool
    """Whether it is the sum of the others."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table."""

    id: str
    """Unique in a report: the chapter's id and a number."""

    title: Text
    """Heading."""

    columns: tuple[TableColumn, ...]
    """Columns."""

    rows: tuple[Line, ...]
    """Rows, in the order to show them."""


@dataclass(frozen=True, slots=True)
class ChartPart:
    """A part of each bar."""

    title: Text
    """What it is."""

    colour: str
    """As #rrggbb."""


@dataclass(frozen=True, slots=True)
class ChartRow:
    """An area as a bar."""

    area: str
    """Id of the area."""

    name: Named
    """Its name."""

    parts: tuple[int, ...]
    """One number for each part; their sum is the area's total."""

    shown: Text
    """The last part, which ranks the bars."""

    own: bool
    """Whether the report is about it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Areas compared, the one with most left to do first."""

    title: Text
    """What the order is by."""

    parts: tuple[ChartPart, ...]
    """Parts of each bar."""

    rows: tuple[ChartRow, ...]
    """Bars, ranked."""


@dataclass(frozen=True, slots=True)
class Key:
    """A line of a legend."""

    title: Text
    """What the sign means."""

    sign: str = field(metadata=HIDDEN)
    """The sign as elements of SVG, 24 by 16 pixels."""


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """A group of lines of a legend."""

    title: Text | None
    """Heading; None where the signs speak for themselves."""

    keys: tuple[Key, ...]
    """Lines."""

    notes: tuple[Text, ...]
    """What the map cannot show."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What several maps of a report share, as elements of SVG without a word in them."""

    id: str
    """Unique in a report."""

    crowds: str
    """People outside the area, each layer's as a group that a map refers to; shown by none else."""

    under: str
    """Land and lines, below everything."""

    over: str
    """Outlines, above the people."""

    part: bool
    """Whether the frame shows only a part of the area, and a small map in it the whole."""


@dataclass(frozen=True, slots=True)
class Map:
    """A map, to scale, north up."""

    title: Text
    """What it shows, for those who cannot see it."""

    width_px: float
    """Width of the drawing."""

    height_px: float
    """Height of the drawing."""

    m_per_px: float
    """Metres of ground in a pixel."""

    scale: Text
    """What its scale bar is called."""

    legend: tuple[KeyGroup, ...]
    """What is what."""

    backdrop: Backdrop = field(metadata=HIDDEN)
    """What it stands on."""

    below: str = field(metadata=HIDDEN)
    """Areas, lines and people, between the land and the outlines: elements of SVG."""

    above: str = field(metadata=HIDDEN)
    """Places, over the outlines: elements of SVG."""

    words: Text = field(metadata=HIDDEN)
    """Names, north arrow and scale in the reader's language, on top: elements of SVG."""


@dataclass(frozen=True, slots=True)
class Theme:
    """What one subject says of the area."""

    id: str
    """Id of the section that it comes from."""

    title: Text
    """Heading."""

    scenario: Text | None
    """Scenario that the figures hold in; None where none matters."""

    headline: Text | None
    """One sentence with the number that matters; None where the subject has no answer."""

    emphasis: Text | None
    """The part of the headline to set apart; it occurs in it word for word."""

    figures: tuple[Figure, ...]
    """Up to four figures."""

    whole: bool
    """Whether the figures are the whole place's, on the report of a part."""

    map: Map | None
    """Map; None where there is nothing to show on one."""

    chart: Chart | None
    """Areas compared."""

    tables: tuple[Grid, ...]
    """Tables."""

    notes: tuple[Text, ...]
    """How sure it is: basis, norm, cautions and conflicts of the layers used."""

    closing: tuple[str, ...]
    """Ids of the themes that say what would close this one's gap."""

    def parted(self, language: Language) -> tuple[str, str, str]:
        """Return the headline in three: before, in, and after what is set apart."""
        if self.headline is None or self.emphasis is None:
            return "", "", ""
        return cut(self.headline[language], self.emphasis[language])


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report of one area says, in every language."""

    schema: str
    """`SCHEMA`."""

    area: str
    """Id of the area, or ``city``."""

    name: Named
    """Its name."""

    kind: Text
    """What kind of report it is."""

    place: Text
    """Name of the whole place."""

    date: date
    """The plan's date."""

    plan_id: str
    """The plan's short name."""

    version: str
    """Version of the package."""

    input_hash: str
    """Digest of all that the plan declares."""

    locator: Map | None
    """Where the area lies; None for the whole place."""

    compared: Grid
    """The area against the whole place; for the whole place, its areas ranked."""

    themes: tuple[Theme, ...]
    """Themes; the first has the answer of the first page."""

    quality: Quality
    """How good the data are; sources and licences."""

    method: tuple[Text, ...]
    """How the figures come about, in plain words."""

    @property
    def lead(self) -> Theme:
        """The theme whose answer opens the report."""
        return self.themes[0]

    @property
    def backdrops(self) -> tuple[Backdrop, ...]:
        """What the maps of the themes stand on, each once."""
        used = (theme.map.backdrop for theme in self.themes if theme.map is not None)
        return tuple({one.id: one for one in used}.values())

    @property
    def stamp(self) -> str:
        """Plan, version of the package and a short digest of the input: for each page."""
        day = self.date.isoformat()
        return f"{self.plan_id} {day} · almaty-geo {self.version} · {self.input_hash[:12]}"

    def to_json(self) -> str:
        """Return the model as JSON text, without the drawings; NaN is an error."""
        value = plain(self)
        return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def cut(sentence: str, part: str) -> tuple[str, str, str]:
    """
    Return a sentence in three: before a part of it, the part, and after.

    A part that is a word of its own is preferred to the start of a longer one.

    Examples
    --------
    >>> cut("In all 30 of 80 people", "30 of 80")
    ('In all ', '30 of 80', ' people')
    >>> cut("How sure the share is: sure", "sure")
    ('How ', 'sure', ' the share is: sure')
    >>> cut("Surely sure.", "sure")
    ('Surely ', 'sure', '.')
    """
    word = re.search(rf"(?<!\w){re.escape(part)}(?!\w)", sentence) if part else None
    if word is not None:
        return sentence[: word.start()], part, sentence[word.end() :]
    before, found, after = sentence.partition(part) if part else (sentence, "", "")
    return (before, found, after) if found else (sentence, "", "")


def plain(value: Any) -> Any:  # noqa: ANN401 - anything that a model holds
    """Return what a model holds as JSON can say it: objects by field, without drawings."""
    if is_dataclass(value) and not isinstance(value, type):
        shown = (one for one in fields(value) if one.metadata.get("json", True))
        return {one.name: plain(getattr(value, one.name)) for one in shown}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
