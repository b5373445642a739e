"""Verbs that write files for others."""

from pathlib import Path
from typing import Any

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
from almaty_geo.errors import UnknownNameError


@cli.command(**example("build --out out --lang kk,ru,en"))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder that the result becomes.",
)
@with_languages
@with_scenario
@with_plan
def build(out: Path, languages: str, scenario: str | None, folder: Path | None) -> None:
    """
    Make the atlas, maps, reports, answers and exports.

    The main job: the folder is complete, or what was there before stays.
    """
    wanted = languages_of(languages)
    plan = opened(folder)
    from almaty_geo.build import Order, steps
    from almaty_geo.build import build as run

    order = Order(out, wanted, scenario)
    with progress(len(steps(plan, order)) + 2) as step:
        run(plan, order, progress=step)
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
    known = ["city", *plan.areas.frame["id"].astype(str)]
    district = asked["district"]
    if district not in {"all", *known}:
        raise UnknownNameError("district", district, ["all", *known])
    from almaty_geo.build import dossier
    from almaty_geo.reports.formats import Wish, files, written
    from almaty_geo.staging import files_together

    wish = Wish(formats, languages, None if district == "all" else [district])
    number = files(wish, len(known) if district == "all" else 1)
    with files_together(out) as draft, progress(number) as step:
        for path in written(dossier(plan, scenario=asked["scenario"]), draft, wish):
            step(path.relative_to(draft).as_posix())
    click.echo(f"{number} {'file' if number == 1 else 'files'} in {out}")


@cli.command(**example("export schools_state --format geojson,gpkg --out exports"))
@click.argument("layer", required=False)
@click.option("--all", "everything", is_flag=True, help="Every layer and answer, with projects.")
@click.option(
    "--format", "formats", default="geojson", show_default=True, help=f"{', '.join(FORMATS)}."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@with_scenario
@with_plan
def export(layer: str | None, out: Path, folder: Path | None, **asked: Any) -> None:  # noqa: ANN401 - options
    """Write a LAYER for another GIS, or all of them."""
    if (layer is None) != asked["everything"]:
        raise click.UsageError("Name a LAYER, or say --all.")
    wanted = listed("format", asked["formats"], FORMATS)
    plan = opened(folder)
    from almaty_geo.delivery import deliver
    from almaty_geo.exports import write_layer
    from almaty_geo.staging import files_together

    with files_together(out) as draft:
        written = (
            deliver(plan, draft, formats=wanted, scenario=asked["scenario"])
            if layer is None
            else write_layer(plan.layers[layer], draft, formats=wanted, date=plan.spec.date)
        )
        told = [out / path.relative_to(draft) for path in written]
    for path in told:
        click.echo(path)
