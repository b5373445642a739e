"""From what the subjects say to the model of a report."""

import re
from collections.abc import Iterator, Sequence

from almaty_geo.errors import DataError, UnknownNameError
from almaty_geo.reports.dossier import Dossier
from almaty_geo.reports.drawing import locator
from almaty_geo.reports.grids import against, ranked
from almaty_geo.reports.ground import plane
from almaty_geo.reports.labels import labels, method
from almaty_geo.reports.model import SCHEMA, Report
from almaty_geo.reports.quality import quality
from almaty_geo.reports.themes import Scene, others, scene, themes_of
from almaty_geo.reports.typography import in_type
from almaty_geo.sections import CITY

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")


def reports(dossier: Dossier, *, areas: Sequence[str] | None = None) -> Iterator[Report]:
    """
    Yield the model of each report.

    Parameters
    ----------
    dossier
        All that reports are made from.
    areas
        Ids of areas to write about, `CITY` for the whole place; None for all of them.

    Yields
    ------
    report
        The whole place's first, then one for each area, or in the order asked for.

    Raises
    ------
    UnknownNameError
        If there is no such area.
    DataError
        If the id of an area cannot name a file.
    """
    wanted = subjects(dossier, areas)
    land = plane(dossier.area, dossier.areas, dossier.layers, dossier.map_spec)
    return (_report(scene(dossier, land, area)) for area in wanted)


def subjects(dossier: Dossier, areas: Sequence[str] | None = None) -> list[str]:
    """
    Return the ids of what there can be reports on, or of those asked for, each once.

    Raises
    ------
    UnknownNameError
        If there is no such area.
    DataError
        If the id of an area cannot name a file.
    """
    known = [CITY, *dossier.areas.frame["id"].astype(str)]
    for area in known[1:]:
        if not _SLUG.fullmatch(area) or area == CITY:
            raise DataError(
                f"Layer {dossier.areas.id}: the id {area!r} cannot name a page; small letters, "
                f"digits, '-' and '_' are expected, and not {CITY!r}."
            )
    for area in areas or ():
        if area not in known:
            raise UnknownNameError("district", area, known)
    return list(dict.fromkeys(known if areas is None else areas))


def _report(shown: Scene) -> Report:
    dossier, area = shown.dossier, shown.area
    themes = themes_of(shown)
    city = area == CITY
    told = Report(
        schema=SCHEMA,
        area=area,
        name=shown.named[area],
        kind=labels()["city_dossier" if city else "district_dossier"],
        place=dossier.name,
        date=dossier.date,
        plan_id=dossier.plan_id,
        version=dossier.version,
        input_hash=dossier.input_hash,
        locator=None if city else locator(shown.plane, area, shown.named[area].shown),
        compared=ranked(themes[0]) if city else against(dossier.sections, themes, area),
        themes=themes,
        quality=quality(
            shown.plane,
            _layers(shown),
            None if city else area,
            said=[note for theme in themes for note in theme.notes],
        ),
        method=method(),
    )
    return in_type(told)


def _layers(shown: Scene) -> list[str]:
    """Return the ids of all layers that a report draws on, in the order to list them."""
    sections = shown.dossier.sections
    used = [
        shown.dossier.areas.id,
        *(name for s in sections for name in (*s.sources, *s.layers)),
        *others(shown.dossier, shown.plane),
        *(style.layer for style in shown.far.ground.lines),
    ]
    return list(dict.fromkeys(used))
