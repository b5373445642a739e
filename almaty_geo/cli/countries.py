"""Verbs of a country: many cities asked one question, and plans packed for it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from almaty_geo.cli.asked import (
    cli,
    example,
    languages_of,
    progress,
    short,
    tell,
    tell_json,
    tell_table,
    with_json,
    with_languages,
    with_scenario,
)
from almaty_geo.cli.coverages import with_basis, with_mode, with_reach
from almaty_geo.cli.provisions import OBJECTIVES
from almaty_geo.cli.workers import with_scheduler, workers
from almaty_geo.errors import UsageError

if TYPE_CHECKING:
    from almaty_geo.scaling import National

SEATS_ONLY = ("shifts", "objective")
REACH_ONLY = ("reach", "mode")


@cli.command(**example("country plans --theme schools --scheduler local:4 --out national"))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--theme", required=True, help="What is asked about in every city.")
@click.option("--seats", is_flag=True, help="Give seats, instead of asking who is within reach.")
@with_reach
@with_mode
@with_basis
@click.option("--shifts", type=int, help="With --seats: shifts of every school.")
@click.option("--objective", help=f"With --seats: {', '.join(OBJECTIVES)}.")
@with_scenario
@with_scheduler
@click.option("--out", type=click.Path(path_type=Path), help="Folder for tables and map.")
@with_languages
@with_json
def country(
    folder: Path,
    *,
    scheduler: str | None,
    out: Path | None,
    languages: str,
    as_json: bool,
    **asked: Any,  # noqa: ANN401 - options
) -> None:
    """
    Ask every city of a country, and add up.

    FOLDER holds plans, one a city, or is what `pack` writes.
    """
    wanted = languages_of(languages)
    _refuse_mixed(asked)
    from almaty_geo.scaling import Wish, open_country

    known = open_country(folder)
    wish = Wish(**{key: value for key, value in asked.items() if value is not None})
    with workers(scheduler) as client, progress(len(known.tasks(wish))) as step:
        found = known.ask(wish, client=client, progress=step)
    if as_json:
        tell_json(found.to_dict())
    else:
        _tell(found)
    if out is not None:
        from almaty_geo.scaling.delivering import deliver

        for path in deliver(found, out, languages=wanted):
            click.echo(path, err=as_json)


@cli.command(**example("pack plans --out country --tile 4000"))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--tile", "tile_m", type=float, help="Side of a tile in metres; default: 4000.")
def pack(folder: Path, out: Path, tile_m: float | None) -> None:
    """Write a FOLDER of plans as GeoParquet by city and tile."""
    from almaty_geo.scaling import pack as run
    from almaty_geo.scaling.layout import TILE_M
    from almaty_geo.scaling.naming import plans_in

    with progress(len(plans_in(folder))) as step:
        cities = run(folder, out, tile_m=TILE_M if tile_m is None else tile_m, progress=step)
    click.echo(f"{len(cities)} {'city' if len(cities) == 1 else 'cities'} in {out}")


def _refuse_mixed(asked: dict[str, Any]) -> None:
    """Refuse options of the other question."""
    wrong = REACH_ONLY if asked["seats"] else SEATS_ONLY
    for name in wrong:
        if asked[name] is not None:
            raise UsageError(f"--{name} goes {'without' if asked['seats'] else 'with'} --seats.")


def _tell(found: "National") -> None:
    """Print cities, and the country last."""
    told = found.to_dict()
    keys = [key for key in found.told(found.total) if key != "seated_within_norm"]
    rows = [*told["cities"], {**told, "city": "all"}]
    tell(f"{told['theme']}: {told['asked']} in {len(told['cities'])} cities of {told['country']}")
    tell_table([{"city": row["city"], **{key: short(row[key]) for key in keys}} for row in rows])
