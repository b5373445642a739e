"""One page of what was found: a map with a mark for each finding that has a place, and the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
import shapely
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Catalogue
from almaty_geo.doctor import Finding
from almaty_geo.errors import AlmatyGeoError
from almaty_geo.plan import Plan
from almaty_geo.reading import legible
from almaty_geo.repairing.desk import ground
from almaty_geo.reports.ground import View, fills, strokes, view_of

SEVERITIES = ("error", "warning", "note")
MARK_PX = {"error": 6.5, "warning": 5.0, "note": 3.0}
MARKS_MAX = 200
"""Marks of one finding: a cloud of more says no more."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A finding as the page lists it."""

    number: int
    finding: Finding
    sentence: str
    placed: bool


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The map: a frame, the outlines, and marks from the faintest doubt to the gravest."""

    view: View
    land: str
    edges: str
    grounds: tuple[tuple[int, str, str], ...]
    marks: tuple[tuple[int, str, float, float, float], ...]


def findings_page(plan: Plan, findings: Sequence[Finding]) -> str:
    """
    Return a page of what the checks found.

    Parameters
    ----------
    plan
        Whose layers were checked; its areas make the map. Where they cannot be read, the page
        has no map.
    findings
        What was found, as the checks return it.

    Returns
    -------
    page
        HTML that needs no other file, runs nothing and fetches nothing. In English, as the
        sentences of the checks are.
    """
    shapes = _places(plan, findings)
    lines = [
        _Line(i, finding, _sentence(finding), placed=i in shapes)
        for i, finding in enumerate(findings, 1)
    ]
    layers: dict[str, list[_Line]] = {}
    for line in lines:
        layers.setdefault(line.finding.layer, []).append(line)
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = resources.files("almaty_geo.reports").joinpath("style.css").read_text("utf-8")
    return environment.get_template("findings.html.j2").render(
        name=plan.spec.name.en,
        date=plan.spec.date.isoformat(),
        layers=layers,
        number={s: sum(f.severity == s for f in findings) for s in SEVERITIES},
        mendable=sum(f.repair is not None for f in findings),
        drawing=_drawing(plan, findings, shapes),
        style=Markup(style),  # noqa: S704 - our own
    )


def _sentence(finding: Finding) -> str:
    """Return what was found, without the name of its layer before it."""
    return legible(finding.sentence.removeprefix(f"{finding.layer}: "))


def _places(plan: Plan, findings: Sequence[Finding]) -> Mapping[int, shapely.Geometry]:
    """Return the ground of each finding that has some, in metres, by its number."""
    try:
        area = ground(plan)
    except AlmatyGeoError:
        return {}
    layers = Catalogue(plan.folder / "layers", area)
    rows: dict[str, Mapping[str, shapely.Geometry]] = {}
    found = {}
    for number, finding in enumerate(findings, 1):
        shape = finding.at
        if shape is None and finding.feature and finding.layer in layers.specs:
            if finding.layer not in rows:
                rows[finding.layer] = _shapes(layers, finding.layer)
            shape = rows[finding.layer].get(finding.feature)
        if shape is not None:
            found[number] = area.to_metres([shape])[0]
    return found


def _shapes(layers: Catalogue, name: str) -> Mapping[str, shapely.Geometry]:
    """Return the shape of each row of a layer by its id; none where it cannot be read."""
    try:
        located = layers[name].located
    except AlmatyGeoError:
        return {}
    if "id" not in located:
        return {}
    return dict(zip(located["id"].astype(str), located.geometry, strict=True))


def _drawing(
    plan: Plan, findings: Sequence[Finding], shapes: Mapping[int, shapely.Geometry]
) -> _Drawing | None:
    """Return the map; None where the areas cannot be drawn."""
    outlines = _outlines(plan)
    if not len(outlines):
        return None
    known = shapely.union_all(shapely.envelope(np.array([*outlines, *shapes.values()])))
    view = view_of(shapely.bounds(known).tolist())
    grounds, marks = [], []
    for number, shape in shapes.items():
        severity = findings[number - 1].severity
        if shapely.get_dimensions(shape) == 2 and findings[number - 1].at is not None:  # noqa: PLR2004 - areas
            grounds.append((number, severity, fills([shape], view)))
        for x, y in view.px(_middles(shape)).round(1).tolist():
            marks.append((number, severity, x, y, MARK_PX[severity]))
    marks.sort(key=lambda mark: -SEVERITIES.index(mark[1]))
    return _Drawing(
        view, fills(outlines, view), strokes(outlines, view), tuple(grounds), tuple(marks)
    )


def _middles(shape: shapely.Geometry) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return where to put the marks of a shape: at each point, or on the largest part."""
    if shapely.get_dimensions(shape) == 0:
        return shapely.get_coordinates(shape)[:MARKS_MAX]
    return shapely.get_coordinates(shapely.point_on_surface(shape))


def _outlines(plan: Plan) -> Sequence[shapely.Geometry]:
    """Return the outlines of the plan's areas in metres, as far as they can be read."""
    try:
        area: StudyArea = plan.area
        found = area.to_metres(plan.areas.located.geometry.to_numpy())
    except AlmatyGeoError:
        return []
    return list(found)
