"""Verbs that write files for others."""

from pathlib import Path

import click

from almaty_geo.cli.asked import (
    FORMATS,
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
    Make the atlas, reports, answers and exports.

    The main job: the folder is complete, or what was there before stays.
    """
    wanted = languages_of(languages)
    plan = opened(folder)
    from almaty_geo.build import Order, steps
    from almaty_geo.build import build as run

    order = Order(out, wanted, scenario)
    with progress(len(steps(plan, order)) + 2) as step:
        run(plan, order, progress=step)
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

    picture = plan.picture(plan.map_spec(name), scenario=scenario)
    write_file(out, draw(picture, languages=wanted))
    click.echo(out)


@cli.command(**example("report --district city --out reports"))
@click.option("--district", help='Slug of a district, or "city"; default: all.')
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@with_languages
@with_scenario
@with_plan
def report(
    district: str | None, out: Path, languages: str, scenario: str | None, folder: Path | None
) -> None:
    """Write the pages of one district, or of all."""
    wanted = languages_of(languages)
    plan = opened(folder)
    known = ["city", *plan.areas.frame["id"].astype(str)]
    if district is not None and district not in known:
        raise UnknownNameError("district", district, known)
    from almaty_geo.build import dossier
    from almaty_geo.exports import write_file
    from almaty_geo.reports import write

    areas = None if district is None else [district]
    pages = len(wanted) * (1 if district else len(known))
    with progress(pages) as step:
        for path, page in write(dossier(plan, scenario=scenario), languages=wanted, areas=areas):
            step(path)
            write_file(out / path, page)
    click.echo(f"{pages} pages in {out}")


@cli.command(**example("export schools_state --format geojson,gpkg --out exports"))
@click.argument("layer")
@click.option(
    "--format", "formats", default="geojson", show_default=True, help="geojson, gpkg, parquet, csv."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@with_plan
def export(layer: str, formats: str, out: Path, folder: Path | None) -> None:
    """Write a LAYER for another GIS."""
    wanted = listed("format", formats, FORMATS)
    plan = opened(folder)
    from almaty_geo.exports import write_layer

    for path in write_layer(plan.layers[layer], out, formats=wanted, date=plan.spec.date):
        click.echo(path)
