"""Verbs that change a plan, or start one."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from almaty_geo.cli import residents
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
from almaty_geo.cli.residents import with_spread
from almaty_geo.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from almaty_geo.importing import Imported
    from almaty_geo.importing.residents import ImportedResidents
    from almaty_geo.importing.streets.told import ImportedStreets
    from almaty_geo.plan import Plan


@cli.command("import", **example("import schools_state schools.xlsx --map seats=Мест --plan town"))
@click.argument("layer")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "mapping", multiple=True, help="column=source: a column of the file.")
@click.option("--where", multiple=True, help="column=value or column!=value: rows to take.")
@click.option("--replace", is_flag=True, help="Replace all rows: the default.")
@click.option("--merge-on", help="Column, such as id, by which rows are merged instead.")
@click.option("--mend", is_flag=True, help="Make outlines sound; each is listed in the ledger.")
@click.option("--crs", help="Coordinate system of the file, such as EPSG:28413.")
@click.option("--encoding", help="Encoding of the file's text, such as cp1251.")
@click.option("--sheet", help="Which sheet or layer of the file.")
@click.option("--decimal", type=click.Choice([",", "."]), help="Decimal sign of the file.")
@click.option("--new", "fresh", is_flag=True, help="Make a layer that the plan does not have.")
@click.option("--title", "titles", multiple=True, help="With --new: kk=…, ru=… and en=….")
@click.option("--role", default="facility", show_default=True, help="With --new.")
@click.option("--theme", help="With --new: what a facility offers; default: the layer's id.")
@click.option("--source", "publisher", default="not stated", help="With --new or streets.")
@click.option("--url", default="not stated", help="With --new or streets: where from.")
@click.option("--licence", default="not stated", help="With --new or streets.")
@click.option("--all-parts", is_flag=True, help="Of streets: keep parts that nothing joins.")
@with_spread
@with_json
@with_plan
def import_(layer: str, file: Path, *, as_json: bool, folder: Path | None, **asked: Any) -> None:  # noqa: ANN401 - options
    """
    Take a FILE into a LAYER, new or declared.

    Columns are matched by name, title or synonym and shown; the file must be what the layer's
    sidecar promises, else the layer stays as it was. The LAYER "streets" is made of a street file:
    any layer of lines, or an OpenStreetMap extract; what is done to it is listed in a ledger.

    People come from rasters, outlines or points too: --method says where they are put, --totals
    to what sums they are scaled; the layer is replaced then, with its sidecar.
    """
    plan = opened(folder)
    from almaty_geo.importing import Request, import_layer, new_layer
    from almaty_geo.importing.residents import import_residents
    from almaty_geo.importing.streets import import_streets, is_streets, streets_request
    from almaty_geo.reading import Options

    if asked["replace"] and asked["merge_on"]:
        raise click.UsageError("--replace and --merge-on exclude each other.")
    options = Options(
        crs=asked["crs"],
        encoding=asked["encoding"],
        layer=asked["sheet"],
        decimal=asked["decimal"],
    )
    request = Request(
        asked["mapping"], asked["where"], asked["merge_on"], options, mend=asked["mend"]
    )
    done: Imported | ImportedResidents | ImportedStreets
    if is_streets(plan, layer):
        done = import_streets(plan, file, streets_request(plan, options, asked), layer=layer)
    elif residents.are_people(plan, layer, file, asked):
        told = _fresh({**asked, "role": "demand"}, plan) if asked["titles"] else None
        told = told or residents.stated(plan, layer, asked)
        how = residents.spread(asked)
        done = import_residents(plan, layer, file, how, request=request, fresh=told)
    elif asked["fresh"]:
        done = new_layer(plan, layer, file, _fresh(asked, plan), request)
    else:
        done = import_layer(plan, layer, file, request)
    if as_json:
        tell_json(done.to_dict())
    else:
        for line in done.lines():
            tell(line)


@cli.command(**example("repair districts --dry-run --plan town"))
@click.argument("layer")
@click.option("--only", multiple=True, help="Rule or id of a repair; default: all.")
@click.option("--undo", "undone", help="Id of a repair in the ledger to take back.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, with its effect.")
@click.option("--ledger", "listed", is_flag=True, help="List what imports and repairs changed.")
@with_json
@with_plan
def repair(layer: str, *, as_json: bool, folder: Path | None, **asked: Any) -> None:  # noqa: ANN401 - options
    """
    Make the repairs that check proposes for a LAYER.

    Each is listed with what it does to area, people and coverage, kept in the layer's ledger, and
    can be taken back.
    """
    plan = opened(folder)
    from almaty_geo.importing import import_ledger
    from almaty_geo.repairing import ledger, undo
    from almaty_geo.repairing import repair as mend

    if asked["listed"]:
        came, mended = import_ledger(plan, layer), ledger(plan, layer)
        if as_json:
            tell_json([one.to_dict() for one in came] + [one.to_dict() for one in mended])
        for line in () if as_json else (*map(str, came), *map(str, mended)):
            tell(line)
        return
    report = (
        undo(plan, layer, asked["undone"])
        if asked["undone"]
        else mend(plan, layer, only=asked["only"], dry_run=asked["dry_run"])
    )
    if as_json:
        tell_json(report.to_dict())
    else:
        tell(str(report))


@cli.command(**example("new my-town"))
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """
    Start a plan to fill in FOLDER.

    The plan of Almaty lies in FOLDER/example to look at.
    """
    from almaty_geo.create import new_plan

    for path in new_plan(folder):
        click.echo(path)


def _fresh(asked: dict[str, Any], plan: "Plan") -> Any:  # noqa: ANN401 - imported when needed
    """Return what a new layer's file cannot say, asking on a terminal for titles not given."""
    from almaty_geo.importing import Fresh
    from almaty_geo.specs import Role
    from almaty_geo.words import Text

    roles = get_args(Role)
    if asked["role"] not in roles:
        raise UnknownNameError("role", asked["role"], roles)
    titles = dict(title.partition("=")[::2] for title in asked["titles"])
    for language in LANGUAGES:
        if not titles.get(language) and sys.stdin.isatty():
            titles[language] = click.prompt(f"Title of the layer ({language})")
    if set(titles) != set(LANGUAGES) or not all(titles.values()):
        raise UsageError("A new layer needs --title kk=… --title ru=… --title en=….")
    return Fresh(
        title=Text(**titles),
        role=asked["role"],
        theme=asked["theme"],
        publisher=asked["publisher"],
        url=asked["url"],
        licence=asked["licence"],
        accessed=plan.spec.date,
    )
