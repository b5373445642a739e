"""The page that leads to everything that was built: no script, no network, three languages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from urllib.parse import quote

from almaty_geo.exports import FORMATS, SUFFIXES
from almaty_geo.manifest import CONSTRAINTS, FIGURES, MANIFEST
from almaty_geo.maps.page import element, entities
from almaty_geo.plan import Plan
from almaty_geo.sections import Section
from almaty_geo.words import LANGUAGES, Language, Text, count, day, same, say

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
OWN_NAMES: Mapping[str, str] = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
REPORT_ENDS = ("html", "pdf", "docx", "xlsx")
"""How the names of reports end that are written in each language."""

FINDINGS = "checks/findings.html"
"""Page of what the checks found; in English, as they speak."""

KINDS: Mapping[str, str] = {
    "html": "HTML",
    "pdf": "PDF",
    "docx": "Word",
    "xlsx": "Excel",
    "json": "JSON",
    "geojson": "GeoJSON",
    "gpkg": "GeoPackage",
    "parquet": "GeoParquet",
    "fgb": "FlatGeobuf",
    "kml": "KML",
    "csv": "CSV",
    "shp.zip": "Shapefile",
    "qgs": "QGIS",
    "txt": "TXT",
}
"""What kind of file the end of a name tells of; others go without."""

CSS = """
:root { color: #16202c; background: #f5f7f9; font: 16px/1.5 "Noto Sans", "Segoe UI", "DejaVu Sans",
  sans-serif; }
* { box-sizing: border-box; }
body { max-width: 1080px; margin: 0 auto; padding: 22px 20px 60px; }
a { color: #0b5a8a; }
:focus-visible { outline: 3px solid #d55e00; outline-offset: 2px; border-radius: 4px; }
nav { display: flex; justify-content: flex-end; gap: 4px; }
nav a { padding: 6px 12px; border-radius: 8px; }
h1 { margin: 8px 0 0; font-size: 30px; line-height: 1.2; }
h2 { margin: 34px 0 10px; font-size: 19px; }
h3 { margin: 16px 0 6px; font-size: 15px; }
.when, small { color: #55616e; }
ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 310px), 1fr));
  gap: 8px; margin: 0; padding: 0; list-style: none; }
.card { border: 1px solid #dfe4ea; border-radius: 10px; background: #fff; }
.card:hover { border-color: #0b5a8a; }
.card a { text-decoration: none; overflow-wrap: anywhere; }
.card a:hover { text-decoration: underline; }
.lead { display: block; padding: 10px 14px; }
.card:not(:has(.ways)) .lead { height: 100%; }
li small { display: block; color: #55616e; }
.ways { display: flex; flex-wrap: wrap; gap: 6px; padding: 0 12px 12px; }
.ways a { padding: 4px 10px; border: 1px solid #c9d3dd; border-radius: 999px; font-size: 14px;
  white-space: nowrap; }
.first .card { border-color: #0b5a8a; background: #e6f0f7; }
.first .lead { padding: 18px 20px; font-size: 20px; font-weight: 600; }
.first li small { font-size: 15px; font-weight: 400; }
.first ul { grid-template-columns: 1fr; }
details { margin-top: 14px; }
.language { scroll-margin-top: 80px; }
summary { padding: 8px 0; cursor: pointer; font-weight: 600; }
@supports selector(:has(a)) {
  .language { display: none; }
  .language:target, body:not(:has(:target)) .language.opens { display: block; }
}
@media print { nav { display: none; } }
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A card: a way to one file, or to the same thing in several formats."""

    paths: tuple[str, ...]
    """Paths in the result, with ``/``; those that were not built are left out."""

    title: Text
    """What they lead to."""

    after: str = ""
    """What comes after ``#`` in the address."""

    note: Text | None = None
    """What there is to say of it."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Links of one kind."""

    title: Text
    """Heading; empty for the first, which needs none."""

    links: tuple[Link, ...]
    """Links, in order."""

    folded: bool = False
    """Whether they are shown only when asked for."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was built, and from what."""

    plan: Plan
    """The plan."""

    sections: tuple[Section, ...]
    """What it says, in the scenario of the result."""


def front_page(result: Result, folder: Path, languages: Sequence[Language]) -> str:
    """
    Return the page that leads to every file of a result.

    Parameters
    ----------
    result
        What was built.
    folder
        Where it lies.
    languages
        Languages of the page, the first one shown first unless Russian is among them.

    Returns
    -------
    html
        The page; a file that none of its shelves knows is listed with the others.
    """
    sizes = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    sizes |= dict.fromkeys((CONSTRAINTS, MANIFEST), 0)  # written last
    opens = "ru" if "ru" in languages else languages[0]
    parts = [_language(result, sizes, lang, opens=lang == opens) for lang in languages]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{opens}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            element("title", entities(result.plan.spec.name[opens])),
            element("style", CSS),
            "</head>",
            "<body>",
            _switch(languages),
            "<main>",
            *parts,
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _switch(languages: Sequence[Language]) -> str:
    """Return the ways from language to language."""
    named = say("Language")
    label = entities(" / ".join(named[lang] for lang in languages))
    links = "".join(
        f'<a href="#{lang}" lang="{lang}" hreflang="{lang}">{OWN_NAMES[lang]}</a>'
        for lang in languages
    )
    return f'<nav aria-label="{label}">{links}</nav>'


def _language(result: Result, sizes: Mapping[str, int], lang: Language, *, opens: bool) -> str:
    """Return the page in one language."""
    plan = result.plan
    when = say("Plan of {date}", date=day(plan.spec.date))
    shelves = [_shelf(shelf, sizes, lang) for shelf in _shelves(result, sizes, lang)]
    shown = "language opens" if opens else "language"
    return "\n".join(
        [
            f'<div class="{shown}" id="{lang}" lang="{lang}">',
            element("h1", entities(plan.spec.name[lang])),
            f'<p class="when">{entities(when[lang])}</p>',
            *shelves,
            "</div>",
        ]
    )


def _shelves(result: Result, sizes: Mapping[str, int], lang: Language) -> Iterator[Shelf]:
    """Yield what stands on the page in one language; every file is on one shelf."""
    others = [other for other in LANGUAGES if other != lang]
    left = {path for path in sizes if not path.startswith(_reports_of(others))}
    for title, made, folded in _KNOWN:
        links = []
        for link in made(result, lang):
            there = tuple(path for path in link.paths if path in left)
            left -= set(there)
            if there:
                links.append(replace(link, paths=there))
        if links:
            yield Shelf(title(), tuple(links), folded)
    if left:
        rest = tuple(Link((path,), same(path)) for path in sorted(left))
        yield Shelf(say("Other files"), rest, folded=True)


def _reports_of(languages: Sequence[Language]) -> tuple[str, ...]:
    """Return where the reports of some languages lie."""
    return tuple(f"reports/{lang}/" for lang in languages)


def _atlas(result: Result, lang: Language) -> Iterator[Link]:
    note = say("Map, answers, tables and tools in one file that needs no network.")
    yield Link(("atlas.html",), result.plan.map_spec().title, lang, note)


def _reports(result: Result, lang: Language) -> Iterator[Link]:
    names = {"city": result.plan.spec.name, **_area_names(result.plan)}
    for area, title in names.items():
        own = tuple(f"reports/{lang}/{area}.{end}" for end in REPORT_ENDS)
        yield Link((*own, f"reports/{area}.json"), title)


def _themes(result: Result, lang: Language) -> Iterator[Link]:
    titles = {tab.sections[0]: tab.title for tab in result.plan.map_spec().tabs}
    for section in result.sections:
        title = titles.get(section.id, section.title)
        yield Link((f"maps/{section.id}.html",), title, lang)


def _areas(result: Result, lang: Language) -> Iterator[Link]:
    for area, title in _area_names(result.plan).items():
        yield Link((f"maps/{result.plan.spec.areas}/{area}.html",), title, lang)


def _answers(result: Result, lang: Language) -> Iterator[Link]:  # noqa: ARG001 - as the others
    for section in result.sections:
        yield Link((f"answers/coverage_{section.id}.json",), section.title)
        yield Link((f"answers/{section.id}.json",), section.title)
    yield Link((FIGURES,), say("All figures"))


def _packages(result: Result, lang: Language) -> Iterator[Link]:  # noqa: ARG001 - as the others
    plan = result.plan
    yield Link((f"exports/{plan.spec.id}.gpkg",), say("All layers in one file"))
    for one in LANGUAGES:
        note = same(OWN_NAMES[one])
        yield Link((f"exports/{plan.spec.id}_{one}.qgs",), say("Project for QGIS"), note=note)
    yield Link(("exports/datapackage.json",), say("What each file and column holds"))


def _layers(result: Result, lang: Language) -> Iterator[Link]:  # noqa: ARG001 - as the others
    for name, spec in result.plan.specs.specs.items():
        yield Link(_in_each(f"exports/layers/{name}"), spec.title)


def _results(result: Result, lang: Language) -> Iterator[Link]:  # noqa: ARG001 - as the others
    for section, (name, spec) in product(result.sections, result.plan.specs.specs.items()):
        title = say("{title}: {part}", title=section.title, part=spec.title)
        yield Link(_in_each(f"exports/coverage/coverage_{section.id}_{name}"), title)


def _in_each(stem: str) -> tuple[str, ...]:
    """Return the names of an export in each format."""
    return tuple(f"{stem}.{SUFFIXES[one]}" for one in FORMATS)


def _checks(result: Result, lang: Language) -> Iterator[Link]:  # noqa: ARG001 - as the others
    note = None if lang == "en" else same(OWN_NAMES["en"])
    yield Link((FINDINGS,), say("What the checks found in the data"), note=note)
    yield Link((MANIFEST,), say("Every file with its digest, and what it was made from"))
    yield Link((CONSTRAINTS,), say("Versions that the result was made with"))


def _area_names(plan: Plan) -> dict[str, Text]:
    """Return the names of the areas, by id."""
    frame = plan.areas.frame
    columns = {lang: frame.get(f"name_{lang}", frame["id"]) for lang in LANGUAGES}
    return {
        str(area): Text(**{lang: str(columns[lang].iloc[row]) for lang in LANGUAGES})
        for row, area in enumerate(frame["id"])
    }


_KNOWN: tuple[
    tuple[Callable[[], Text], Callable[[Result, Language], Iterator[Link]], bool], ...
] = (
    (lambda: same(""), _atlas, False),
    (lambda: say("Reports"), _reports, False),
    (lambda: say("Maps by theme"), _themes, False),
    (lambda: say("Maps by area"), _areas, False),
    (lambda: say("Files for other programs"), _packages, False),
    (lambda: say("Layers as files"), _layers, True),
    (lambda: say("Coverage as files"), _results, True),
    (lambda: say("Answers as data"), _answers, True),
    (lambda: say("Checks"), _checks, False),
)
"""Heading, links, and whether they are folded away, in the order of the page."""


def _shelf(shelf: Shelf, sizes: Mapping[str, int], lang: Language) -> str:
    """Return links of one kind as HTML."""
    items = "\n".join(_item(link, sizes, lang) for link in shelf.links)
    title = shelf.title[lang]
    if not title:
        return f'<section class="first"><ul>\n{items}\n</ul></section>'
    if shelf.folded:
        number = count(len(shelf.links))[lang]
        head = f"{entities(title)} <small>({entities(number)})</small>"
        return f"<details><summary>{head}</summary><ul>\n{items}\n</ul></details>"
    return f"<section><h2>{entities(title)}</h2><ul>\n{items}\n</ul></section>"


def _item(link: Link, sizes: Mapping[str, int], lang: Language) -> str:
    """Return a card: a link to the first file, and below it one for each other format."""
    title = link.title[lang]
    first, *others = link.paths
    said = _about(first, sizes, lang)
    if link.note is not None:
        note = link.note[lang]
        said = f"{note} {said}" if note.endswith(".") else f"{note} · {said}"
    lead = (
        f'<a class="lead" href="{_address(first, link)}">{entities(title)} '
        f"<small>{entities(said)}</small></a>"
    )
    if not others:
        return f'<li class="card">{lead}</li>'
    ways = "\n".join(
        f'<a href="{_address(path, link)}" aria-label="{entities(f"{said}: {title}")}">'
        f"{entities(said)}</a>"
        for path in others
        for said in [_about(path, sizes, lang)]
    )
    return f'<li class="card">{lead}\n<div class="ways">{ways}</div></li>'


def _address(path: str, link: Link) -> str:
    """Return the address of a file as the page writes it."""
    return entities(quote(path) + (f"#{quote(link.after)}" if link.after else ""))


def _about(path: str, sizes: Mapping[str, int], lang: Language) -> str:
    """Return the kind and size of a file."""
    size = sizes[path]
    return " · ".join(filter(None, [_kind(path), _size(size)[lang] if size else ""]))


def _kind(path: str) -> str:
    """Return what kind of file a name says it is."""
    return next((kind for end, kind in KINDS.items() if path.endswith(f".{end}")), "")


def _size(size: int) -> Text:
    """
    Return the size of a file for a reader.

    Examples
    --------
    >>> _size(1_564_674).en.replace(chr(160), " "), _size(900).en.replace(chr(160), " ")
    ('1.6 MB', '1 kB')
    """
    if size >= 100_000:  # noqa: PLR2004 - from here on tenths of a megabyte say more
        return say("{n}\u00a0MB", n=count(size / 1e6, digits=1))
    return say("{n}\u00a0kB", n=count(max(1, round(size / 1e3))))
