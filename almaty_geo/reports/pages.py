"""Reports as HTML pages, each of one file; they link to those that are written with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from almaty_geo.reports.drawing import style
from almaty_geo.reports.labels import labels
from almaty_geo.reports.model import Chart, Grid, Named, Report
from almaty_geo.reports.names import TAGS
from almaty_geo.reports.signs import HIGH_PX, WIDE_PX
from almaty_geo.sections import CITY
from almaty_geo.words import LANGUAGES, Language, day, same

ONE_LINE, MANY = 20, 60
"""Letters of a cell that still stand in one line; letters that ask for a wide column."""

UPRIGHT = 10
"""Columns that paper holds without being turned; tables of more stand at the end."""


@dataclass(frozen=True, eq=False)
class Shelf:
    """Pages that are written together."""

    areas: Mapping[str, Named]
    """Name of what each page is about, by id."""

    languages: Sequence[Language] = LANGUAGES
    """Languages that each page is written in."""

    @cached_property
    def template(self) -> Template:
        """What all pages are made with."""
        return environment().get_template("page.html.j2")

    @cached_property
    def fixed(self) -> Mapping[str, object]:
        """What all pages share."""
        return {
            "areas": self.areas,
            "languages": self.languages,
            "words": labels(),
            "tags": TAGS,
            "nothing": same(""),
            "style": Markup(style("style.css") + style("map.css")),  # noqa: S704 - our own
            "city": CITY,
            "upright": UPRIGHT,
            "sign_px": (WIDE_PX, HIGH_PX),
            "fits": fits,
            "shares": shares,
        }


def page(report: Report, language: Language, shelf: Shelf) -> str:
    """
    Return a report as a page that needs no other file, runs nothing and fetches nothing.

    Parameters
    ----------
    report
        What to write.
    language
        The reader's language.
    shelf
        Says which other pages there are to link to.
    """
    foot_line = _foot(report, language)
    return shelf.template.render(
        report=report,
        lang=language,
        day=day(report.date),
        lettering=_lettering(report, language),
        foot=Markup(_css_string(foot_line)),  # noqa: S704 - every sign that matters is a number
        foot_line=foot_line,
        **shelf.fixed,
    )


def environment() -> Environment:
    """Return the rules of our templates: all data is text, and a slip is an error."""
    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def fits(grid: Grid, language: Language) -> list[str]:
    """Return how each column is set, by its longest text: in one line, in some, in many."""
    columns = zip(*(row.cells for row in grid.rows), strict=True)
    longest = (max(len(cell.shown[language]) for cell in cells) for cells in columns)
    return ["many" if n > MANY else "some" if n > ONE_LINE else "one" for n in longest]


def shares(chart: Chart) -> list[list[str]]:
    """Return the percent of the longest bar that each part of each bar is."""
    longest = max((sum(row.parts) for row in chart.rows), default=0) or 1
    return [[f"{100 * part / longest:.2f}" for part in row.parts] for row in chart.rows]


def _lettering(report: Report, language: Language) -> dict[str, str]:
    """Return an anchor for each drawing of words on maps: most maps have the same."""
    drawn = [theme.map.words[language] for theme in report.themes if theme.map is not None]
    return {one: f"words-{number}" for number, one in enumerate(dict.fromkeys(drawn), start=1)}


def _foot(report: Report, language: Language) -> str:
    """Return the line at the foot of each printed page."""
    place = [] if report.area == CITY else [report.name.shown[language]]
    return " · ".join([report.place[language], *place, report.stamp])


def _css_string(text: str) -> str:
    r"""
    Return text as a CSS string in which every sign that could end it, or the sheet, is a number.

    Examples
    --------
    >>> print(_css_string('a"</style>'))
    "a\22 \3c \2f style\3e "
    """
    safe = "".join(c if c.isalnum() or c in " .·-" else f"\\{ord(c):x} " for c in text)
    return f'"{safe}"'
