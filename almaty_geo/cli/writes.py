"""Verbs that write files for others."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from almaty_geo.cli.asked import (
    FORMATS,
    REPORT_FORMATS,
    cli,
    example,
    languages_of,
    listed,
    opened,
    progress,
    with_languages,
    with_plan,
    with_scenario,
)
from almaty_geo.cli.profiles import profiled
from almaty_geo.errors import UsageError

if TYPE_CHECKING:
    from almaty_geo.plan import Plan
    from almaty_geo.results import Ordered


@cli.command(**example("build --out out --lang kk,ru,en"))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder that the result becomes.",
)
@click.option(
    "--all", "everything", is_flag=True, help="Reports and exports in every format; takes longer."
)
@click.option("--profile", is_flag=True, help="Tell where time and memory went.")
@click.option(
    "--profile-out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON file to write the profile to, in full.",
)
@with_languages
@with_scenario
@with_plan
def build(out: Path, folder: Path | None, **asked: Any) -> None:  # noqa: ANN401 - options
    """
    Make the atlas, maps, reports, answers and exports.

    The main job: the folder is complete, or what was there before stays.
    """
    languages = languages_of(asked["languages"])
    plan = opened(folder)
    from almaty_geo.build import Order

    order = Order(out, languages, asked["scenario"], everything=asked["everything"])
    with profiled(show=asked["profile"], out=asked["profile_out"]) as watch:
        _run(plan, order, watch)
    click.echo(out / "index.html")
    click.echo(out / "atlas.html")
    click.echo(out / "manifest.json")


@cli.command("map", **example("map atlas --out atlas.html"))
@click.argument("name", default="atlas")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="HTML file to write.")
@with_languages
@with_scenario
@with_plan
def map_(name: str, out: Path, languages: str, scenario: str | None, folder: Path | None) -> None:
    """Draw one MAP as a page that needs no network."""
    wanted = languages_of(languages)
    plan = opened(folder)
    from almaty_geo.exports import write_file
    from almaty_geo.maps import draw
    from almaty_geo.staging import whole_file

    picture = plan.picture(plan.map_spec(name), scenario=scenario)
    with whole_file(out) as draft:
        write_file(draft, draw(picture, languages=wanted))
    click.echo(out)


@cli.command(**example("report --district city --format pdf,json --out reports"))
@click.option("--district", default="all", help='Slug of a district, "city" or "all" (default).')
@click.option(
    "--format",
    "formats",
    default="html",
    show_default=True,
    help=f"{', '.join(REPORT_FORMATS)}.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@with_languages
@with_scenario
@with_plan
def report(out: Path, folder: Path | None, **asked: Any) -> None:  # noqa: ANN401 - options
    """Write the dossier of one district, or of all: to read, to sign, to build on."""
    languages = languages_of(asked["languages"])
    formats = listed("format", asked["formats"], REPORT_FORMATS)
    plan = opened(folder)
    from almaty_geo.reports.formats import Wish
    from almaty_geo.results import ReportOrder

    district = asked["district"]
    wish = Wish(formats, languages, None if district == "all" else [district])
    order = ReportOrder(out, wish, asked["scenario"])
    _run(plan, order)
    number = order.files(plan)
    click.echo(f"{number} {'file' if number == 1 else 'files'} in {out}")


@cli.command(**example("export schools_state --format geojson,gpkg --out exports"))
@click.argument("layers", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every layer and answer, with projects.")
@click.option("--format", "formats", help=f"{', '.join(FORMATS)}; default: geojson.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder that the result becomes; for one layer also a file, whose ending says how.",
)
@with_scenario
@with_plan
def export(layers: tuple[str, ...], out: Path, folder: Path | None, **asked: Any) -> None:  # noqa: ANN401 - options
    """Write LAYERS for another GIS, or all of them."""
    if bool(layers) == asked["everything"]:
        raise click.UsageError("Name LAYERS, or say --all.")
    formats = asked["formats"]
    wanted = listed("format", formats or FORMATS[0], FORMATS)
    from almaty_geo.cli.filing import filed_layer, format_of

    single = format_of(out)
    if single is not None and len(layers) == 1 and not out.is_dir():
        if formats and wanted != [single]:
            raise UsageError(f"{out} is written as {single}, not as {formats}: leave --format out.")
        filed_layer(opened(folder), layers[0], out)
        return
    plan = opened(folder)
    from almaty_geo.results import ExportOrder

    names = None if asked["everything"] else list(dict.fromkeys(layers))
    _run(plan, ExportOrder(out, names, wanted, asked["scenario"]))
    for path in sorted(out.rglob("*")):
        if path.is_file():
            click.echo(path)


def _run(plan: "Plan", order: "Ordered", watch: Callable[[str], None] = lambda _: None) -> None:
    """Make a result and show how far it is."""
    from almaty_geo.results import build as run

    with progress(order.length(plan) + 2) as step:

        def told(name: str) -> None:
            watch(name)
            step(name)

        run(plan, order, progress=told)
