"""What the import of people from other sources is asked."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from almaty_geo.importing import Fresh
    from almaty_geo.importing.residents import Spread
    from almaty_geo.plan import Plan

METHODS = ("points", "nearest", "area", "dasymetric")
NOT_STATED = "not stated"
_RASTERS = {".tif", ".tiff"}


def with_spread(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of people from another source to a verb."""
    for option in reversed(
        (
            click.option("--method", type=click.Choice(METHODS), help="Of people: where to."),
            click.option("--by", help="Of people: layer or file that --method puts them to."),
            click.option(
                "--storeys", help="With dasymetric: column of --by; default: a usual one."
            ),
            click.option("--classes", help="With dasymetric: column of --by with classes."),
            click.option(
                "--weight", "weights", multiple=True, help="With --classes: class=number."
            ),
            click.option("--totals", help="Of people: LAYER.COLUMN, the sum of each district."),
            click.option("--date", "of_date", default=NOT_STATED, help="Of people: what day of."),
        )
    ):
        verb = option(verb)
    return verb


def are_people(plan: "Plan", layer: str, file: Path, asked: dict[str, Any]) -> bool:
    """Return whether a file is people from another source: if that is said, or it is a raster."""
    known = plan.specs.specs.get(layer)
    raster = file.suffix.lower() in _RASTERS and known is not None and known.role == "demand"
    return raster or any(asked[key] for key in ("method", "by", "totals"))


def spread(asked: dict[str, Any]) -> "Spread":
    """Return how people are to be spread."""
    from almaty_geo.importing.residents import Spread

    return Spread(
        method=asked["method"] or "points",
        by=asked["by"],
        storeys=asked["storeys"],
        classes=asked["classes"],
        weights=asked["weights"],
        totals=asked["totals"],
        date=asked["of_date"],
    )


def stated(plan: "Plan", layer: str, asked: dict[str, Any]) -> "Fresh | None":
    """Return the source of people for a layer that is there; None where nothing is said of it."""
    from almaty_geo.importing import Fresh

    told = {key: asked[key] for key in ("publisher", "url", "licence")}
    if layer not in plan.specs.specs or set(told.values()) == {NOT_STATED}:
        return None
    title = plan.specs.spec(layer).title
    return Fresh(title=title, role="demand", accessed=plan.spec.date, **told)
