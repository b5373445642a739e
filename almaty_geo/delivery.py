"""Everything that a plan has for another GIS: layers, answers, projects, and a data package."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from almaty_geo.exports import (
    Contents,
    Grade,
    Result,
    Step,
    write_datapackage,
    write_frame,
    write_layer,
    write_package,
    write_projects,
)
from almaty_geo.maps.palette import class_colours
from almaty_geo.plan import Plan, ShownCoverage
from almaty_geo.words import Text, percent, say

SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)
BANDS = (1, 2, 3, math.inf)
RESULT_FORMATS = ("geojson", "gpkg")
"""Formats that answers are in whatever is asked for."""


def deliver(
    plan: Plan, out: Path, *, formats: Sequence[str], scenario: str | None = None
) -> tuple[Path, ...]:
    """
    Write every layer and the coverage of every theme with a norm.

    Parameters
    ----------
    plan
        What to export.
    out
        Folder: one GeoPackage with styles and a QGIS project in each language at its top,
        ``layers/`` and ``coverage/`` below, and ``datapackage.json`` over all of it.
    formats
        Formats of the single layers; answers are in them too.
    scenario
        Which facilities are open; the plan's own by default.

    Returns
    -------
    files
        What was written.

    Raises
    ------
    OutputError
        If anything cannot be written.
    """
    day, styles = plan.spec.date, plan.look
    layers = [plan.layers[name] for name in plan.layers]
    found = list(results(plan, scenario))
    package = write_package(
        layers, out / f"{plan.spec.id}.gpkg", date=day, styles=styles, results=found
    )
    crs = plan.spec.metric_crs
    written = [package]
    written += write_projects(
        layers, package, date=day, styles=styles, metric_crs=crs, results=found
    )
    for layer in layers:
        written += write_layer(layer, out / "layers", formats=formats, date=day)
    for result in found:
        folder, both = out / "coverage", tuple(dict.fromkeys((*RESULT_FORMATS, *formats)))
        written += write_frame(result.frame, result.name, folder, formats=both, date=day)
    told = Contents(id=plan.spec.id, title=styles.title, date=day, layers=layers, results=found)
    return (*written, write_datapackage(out, told))


def results(plan: Plan, scenario: str | None = None) -> Iterator[Result]:
    """Yield the coverage of each theme that has a norm, by area and by point of demand."""
    classes = {section.id: section.classes for section in plan.sections(scenario)}
    for position, coverage in enumerate(plan.normed(scenario)):
        theme = coverage.theme
        bands = classes[theme]
        by_area, by_point = coverage_frames(plan, coverage)
        yield Result(
            name=by_area[0],
            title=plan.theme_words(theme).title,
            frame=by_area[1],
            grade=_shares(),
        )
        yield Result(
            name=by_point[0],
            title=bands.title if bands else plan.theme_words(theme).title,
            frame=by_point[1],
            grade=_bands(coverage, bands.titles) if bands else None,
            show=position == 0,
        )


def coverage_frames(plan: Plan, coverage: ShownCoverage) -> tuple[tuple[str, Any], tuple[str, Any]]:
    """Return the answer of a theme as layers with their names: by area, by point of demand."""
    areas = plan.areas.frame
    split = coverage.by(plan.spec.areas).reindex(areas["id"].astype(str)).reset_index(drop=True)
    names = ["id", *plan.areas.spec.name_columns]
    by_area = areas[[*names, areas.geometry.name]].reset_index(drop=True)
    for column in split:
        by_area[str(column)] = split[column].to_numpy()
    people = plan.layers[plan.spec.demand].frame
    by_point = people[["id", "people", people.geometry.name]].reset_index(drop=True)
    ids = [*coverage.facilities.ids, None]
    by_point["nearest"] = [ids[position] for position in coverage.nearest.which]
    way = coverage.nearest.way
    by_point[f"way_{coverage.reach.unit}"] = [None if math.isinf(w) else float(w) for w in way]
    by_point["within_reach"] = coverage.within
    prefix = f"coverage_{coverage.theme}"
    return (f"{prefix}_{plan.spec.areas}", by_area), (f"{prefix}_{plan.spec.demand}", by_point)


def _bands(coverage: ShownCoverage, titles: Sequence[Text]) -> Grade:
    edges = [coverage.reach.value * band for band in BANDS]
    told = zip(edges, titles, class_colours(len(BANDS)), strict=True)
    return Grade(f"way_{coverage.reach.unit}", tuple(Step(*one) for one in told), size="people")


def _shares() -> Grade:
    colours = reversed(class_colours(len(SHARES)))
    titles = (
        say("{low} to {high}", low=percent(low), high=percent(high))
        for low, high in zip((0.0, *SHARES), SHARES, strict=False)
    )
    told = zip(SHARES, titles, colours, strict=True)
    return Grade("share", tuple(Step(*one) for one in told))
