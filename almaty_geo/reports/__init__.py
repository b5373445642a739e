"""Reports: for each area and for the whole place, in every language, from one model."""

from collections.abc import Iterator, Sequence

from almaty_geo.errors import UnknownNameError
from almaty_geo.reports.dossier import Dossier
from almaty_geo.reports.making import reports, subjects
from almaty_geo.reports.pages import Shelf, page
from almaty_geo.reports.themes import all_named
from almaty_geo.words import LANGUAGES, Language

__all__ = ["Dossier", "Shelf", "page", "shelf", "write"]


def write(
    dossier: Dossier,
    *,
    languages: Sequence[Language] = LANGUAGES,
    areas: Sequence[str] | None = None,
) -> Iterator[tuple[str, str]]:
    """
    Return the HTML pages of a dossier, one after the other.

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
    wanted = shelf(dossier, languages=languages, areas=areas)
    made = reports(dossier, areas=areas)
    return (
        (f"{language}/{report.area}.html", page(report, language, wanted))
        for report in made
        for language in wanted.languages
    )


def shelf(
    dossier: Dossier,
    *,
    languages: Sequence[Language] = LANGUAGES,
    areas: Sequence[str] | None = None,
) -> Shelf:
    """
    Return which pages are written together.

    Raises
    ------
    UnknownNameError
        If there is no such area or language.
    DataError
        If the id of an area cannot name a file.
    """
    for name in languages:
        if name not in LANGUAGES:
            raise UnknownNameError("language", name, LANGUAGES)
    named = all_named(dossier)
    return Shelf({area: named[area] for area in subjects(dossier, areas)}, tuple(languages))
