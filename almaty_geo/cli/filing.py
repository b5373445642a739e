"""Answers as files for another GIS: rows with the shapes that they are about."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from almaty_geo.cli.asked import FORMATS
from almaty_geo.errors import UnknownNameError

if TYPE_CHECKING:
    import geopandas as gpd

    from almaty_geo.plan import Plan

with_out = click.option(
    "--out", type=click.Path(path_type=Path), help="File to write; its ending says how."
)


def filed(plan: "Plan", frame: "gpd.GeoDataFrame", out: Path) -> None:
    """
    Write rows to a file in the format that its name ends with.

    Raises
    ------
    UnknownNameError
        If nothing is written with that ending.
    """
    from almaty_geo.exports import SUFFIXES, write_frame

    wanted = format_of(out)
    if wanted is None:
        raise UnknownNameError("format", out.suffix.removeprefix("."), SUFFIXES.values())
    name = out.name.removesuffix(f".{SUFFIXES[wanted]}")
    date = plan.spec.date
    for path in write_frame(frame, name, out.parent, formats=[wanted], date=date):
        click.echo(path)


def filed_layer(plan: "Plan", layer: str, out: Path) -> None:
    """
    Write a layer of the plan to a file in the format that its name ends with.

    Raises
    ------
    UnknownNameError
        If the plan has no such layer.
    OutputError
        If the file cannot be written; what was there is still there.
    """
    from almaty_geo.exports import write_layer
    from almaty_geo.staging import whole_file

    formats = [one for one in (format_of(out),) if one]
    with whole_file(out) as draft:
        (made,) = write_layer(
            plan.layers[layer], draft.parent, formats=formats, date=plan.spec.date
        )
        made.replace(draft)
    click.echo(out)


def format_of(out: Path) -> str | None:
    """Return the format that a file's name ends with; None for no such ending."""
    from almaty_geo.exports import SUFFIXES

    return next((f for f in FORMATS if out.name.endswith(f".{SUFFIXES[f]}")), None)


def of_rows(
    plan: "Plan", rows: Sequence[Mapping[str, Any]], shapes: Sequence[Any]
) -> "gpd.GeoDataFrame":
    """Return rows with their shapes in degrees; what is nested is left to --json."""
    import geopandas as gpd

    kept = [{k: v for k, v in row.items() if not isinstance(v, dict | list)} for row in rows]
    return gpd.GeoDataFrame(kept, geometry=list(shapes), crs=plan.areas.frame.crs)


def of_areas(
    plan: "Plan", rows: Sequence[Mapping[str, Any]], *, key: str = "district"
) -> "gpd.GeoDataFrame":
    """Return rows about areas with the areas' outlines; a row about no area has none."""
    frame = plan.areas.frame
    outlines = dict(zip(frame["id"].astype(str), frame.geometry, strict=True))
    return of_rows(plan, rows, [outlines.get(str(row[key])) for row in rows])
