"""The verb that goes out to the network."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from almaty_geo.cli.asked import (
    LANGUAGES,
    cli,
    example,
    opened,
    tell,
    tell_json,
    with_json,
    with_plan,
)
from almaty_geo.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from almaty_geo.fetching import Fetched, FetchTheme
    from almaty_geo.importing import Imported
    from almaty_geo.plan import Plan


@cli.command(**example("fetch pharmacies --new pharmacies --plan town"))
@click.argument("theme")
@click.option("--from", "source", help="Address of an Overpass API, or a file: .osm.pbf, .json.")
@click.option("--bbox", default="plan", show_default=True, help="W,S,E,N in degrees; or plan.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder where answers are kept; default: almaty-geo's own among the user's.",
)
@click.option("--fresh", is_flag=True, help="Forget the kept answer and ask anew.")
@click.option("--into", help="A layer of the plan to take the rows into.")
@click.option("--new", help="A layer that the plan does not have, to make of the rows.")
@click.option("--merge-on", help="With --into: column by which rows are merged, such as id.")
@click.option("--map", "mapping", multiple=True, help="With --into: column=source.")
@click.option("--title", "titles", multiple=True, help="With --new: kk=…, ru=… and en=….")
@with_json
@with_plan
def fetch(theme: str, *, as_json: bool, folder: Path | None, **asked: Any) -> None:  # noqa: ANN401 - options
    """
    Ask OpenStreetMap for a THEME in the plan's area.

    Without --into and --new it says what there is. One request at a time; answers are kept.
    """
    if asked["into"] and asked["new"]:
        raise click.UsageError("--into and --new exclude each other.")
    if not asked["into"] and (asked["merge_on"] or asked["mapping"]):
        raise click.UsageError("--merge-on and --map go with --into.")
    plan = opened(folder)
    wanted = _wanted(plan, theme)
    _refuse(plan, asked)
    found = _fetched(plan, wanted, asked)
    done = _taken(plan, found, asked)
    if as_json:
        tell_json({**_told(found), "imported": done.to_dict() if done else None})
        return
    for line in done.lines() if done else _lines(plan, found):
        tell(line)


def _wanted(plan: "Plan", name: str) -> "FetchTheme":
    """Return what the plan's table of tags says of a theme."""
    from almaty_geo.fetching import read_themes

    themes = read_themes(plan.folder / "layers" / "fetch" / "themes.toml")
    if name not in themes:
        raise UnknownNameError("theme to fetch", name, themes)
    return themes[name]


def _refuse(plan: "Plan", asked: dict[str, Any]) -> None:
    """Refuse what could not be taken in anyway, before anybody is asked for it."""
    from almaty_geo.importing.holding import refuse

    if asked["into"]:
        refuse(plan, asked["into"], plan.specs.spec(asked["into"]).role)
    if asked["new"] in plan.specs.specs:
        raise UsageError(f"The plan has the layer {asked['new']!r} already; say --into.")
    if asked["new"]:
        refuse(plan, asked["new"], "context")
        _titles(asked)


def _titles(asked: dict[str, Any]) -> dict[str, str]:
    """Return titles by language: all of them, or none where the table's are to do."""
    titles = dict(title.partition("=")[::2] for title in asked["titles"])
    if titles and (set(titles) != set(LANGUAGES) or not all(titles.values())):
        raise UsageError("Titles are needed in every language: --title kk=… ru=… en=….")
    return titles


def _fetched(plan: "Plan", theme: "FetchTheme", asked: dict[str, Any]) -> "Fetched":
    """Fetch; what goes on is told on a terminal."""
    from almaty_geo.fetching import PUBLIC, forget
    from almaty_geo.fetching import fetch as go

    source = asked["source"] or PUBLIC
    box = plan.area.bounds_deg if asked["bbox"] == "plan" else _box(asked["bbox"])
    cache = asked["cache"] or Path(click.get_app_dir("almaty-geo"))
    if asked["fresh"]:
        forget(theme, bounds_deg=box, source=source, cache=cache)
    shown = sys.stderr.isatty()
    progress = (lambda line: click.echo(line, err=True)) if shown else (lambda _: None)
    return go(theme, bounds_deg=box, source=source, cache=cache, progress=progress)


def _box(given: str) -> tuple[float, float, float, float]:
    """Return a box that was given as four numbers."""
    try:
        west, south, east, north = (float(part) for part in given.split(","))
    except ValueError:
        raise UsageError(f"Box {given!r} is none: plan, or W,S,E,N in degrees.") from None
    return west, south, east, north


def _taken(plan: "Plan", found: "Fetched", asked: dict[str, Any]) -> "Imported | None":
    """Take the rows in, where that was asked for."""
    from almaty_geo.importing import Request, fetched_layer, take_fetched
    from almaty_geo.words import Text

    if asked["into"]:
        request = Request(asked["mapping"], merge_on=asked["merge_on"])
        return take_fetched(plan, asked["into"], found, request)
    if not asked["new"]:
        return None
    titles = _titles(asked)
    return fetched_layer(plan, asked["new"], found, title=Text(**titles) if titles else None)


def _told(found: "Fetched") -> dict[str, Any]:
    """Return what was fetched, and where it came from, as plain values."""
    from almaty_geo.fetching import ATTRIBUTION, LICENCE

    return {
        "theme": found.theme.id,
        "rows": len(found.frame),
        "source": found.address,
        "date": found.date or None,
        "sha256": found.sha256,
        "bytes": found.size_bytes,
        "kept": all(answer.kept for answer in found.answers),
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "notes": [note.text.en for note in found.notes],
    }


def _lines(plan: "Plan", found: "Fetched") -> list[str]:
    """Return what was found, and how to take it in."""
    told = _told(found)
    theme = found.theme
    kept = " (kept from before)" if told["kept"] else ""
    layers = plan.themes.get(theme.theme or "", ())
    again = f"almaty-geo fetch {theme.id}"
    new = theme.id if theme.id not in plan.specs.specs else f"{theme.id}_osm"
    return [
        f"{theme.id}: {told['rows']} rows from {told['source']}{kept}",
        f"  as of {told['date'] or 'a date that is not stated'}, {told['bytes']:,} bytes",
        f"  SHA-256 {told['sha256']}",
        f"  {told['licence']}, {told['attribution']}",
        *(f"  note: {note}" for note in told["notes"]),
        "  no layer is changed; to take the rows in, add to the same command:",
        *(f"    {again} … --into {name}" for name in layers),
        f"    {again} … --new {new}",
    ]
