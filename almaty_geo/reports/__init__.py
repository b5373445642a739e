"""Report pages: for each area and for the whole place, in every language, one file each."""

import re
from collections.abc import Iterator, Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from almaty_geo.errors import DataError, UnknownNameError
from almaty_geo.reports.dossier import Dossier
from almaty_geo.reports.drawing import sheet
from almaty_geo.reports.ground import plane
from almaty_geo.reports.labels import labels, method
from almaty_geo.reports.names import TAGS, area_names, mark
from almaty_geo.reports.pages import Page, compose
from almaty_geo.sections import CITY
from almaty_geo.words import LANGUAGES, Language, day

__all__ = ["Dossier", "write"]

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")


def write(
    dossier: Dossier,
    *,
    languages: Sequence[Language] = LANGUAGES,
    areas: Sequence[str] | None = None,
) -> Iterator[tuple[str, str]]:
    """
    Return the pages of a dossier, one after the other.

    Parameters
    ----------
    dossier
        All that the pages are made from.
    languages
        Languages to write in.
    areas
        Ids of areas to write about, `CITY` for the whole place; None for all of them.

    Returns
    -------
    pages
        Relative path, such as ``ru/medeu.html``, and the page. A page needs no other file, runs
        nothing and fetches nothing; it links to those written with it.

    Raises
    ------
    UnknownNameError
        If there is no such area or language.
    DataError
        If the id of an area cannot name a file.
    """
    known = _known(dossier)
    wanted = known if areas is None else list(dict.fromkeys(areas))
    for kind, names, allowed in (("district", wanted, known), ("language", languages, LANGUAGES)):
        for name in names:
            if name not in allowed:
                raise UnknownNameError(kind, name, allowed)
    return _pages(dossier, list(languages), wanted)


def _known(dossier: Dossier) -> list[str]:
    """Return the ids of all pages, the whole place's first."""
    found = [str(area) for area in dossier.areas.frame["id"]]
    for area in found:
        if not _SLUG.fullmatch(area) or area == CITY:
            raise DataError(
                f"Layer {dossier.areas.id}: the id {area!r} cannot name a page; small letters, "
                f"digits, '-' and '_' are expected, and not {CITY!r}."
            )
    return [CITY, *found]


def _pages(
    dossier: Dossier, languages: Sequence[Language], areas: Sequence[str]
) -> Iterator[tuple[str, str]]:
    land = plane(dossier.area, dossier.areas, dossier.layers, dossier.map_spec)
    names = {CITY: mark(dossier.name, ""), **area_names(dossier.areas)}
    template = _environment().get_template("page.html.j2")
    style = Markup(sheet("style.css") + sheet("map.css"))  # noqa: S704 - our own
    words = labels()
    fixed = {
        "dossier": dossier,
        "names": names,
        "areas": areas,
        "languages": languages,
        "words": words,
        "method": method(),
        "day": day(dossier.date),
        "tags": TAGS,
        "style": style,
        "city": CITY,
    }
    for area in areas:
        page = compose(dossier, land, area)
        kind = words["city_dossier" if area == CITY else "district_dossier"]
        for language in languages:
            foot_line = _foot(dossier, page, language)
            foot = Markup(_css_string(foot_line))  # noqa: S704 - every sign that matters is a number
            yield (
                f"{language}/{area}.html",
                template.render(
                    page=page, lang=language, kind=kind, foot=foot, foot_line=foot_line, **fixed
                ),
            )


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _foot(dossier: Dossier, page: Page, language: Language) -> str:
    """Return the line at the foot of each printed page."""
    place = [] if page.area == CITY else [page.name[language].text]
    return " · ".join(
        [
            dossier.name[language],
            *place,
            f"{dossier.plan_id} {dossier.date.isoformat()}",
            f"almaty-geo {dossier.version}",
            dossier.input_hash[:12],
        ]
    )


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
