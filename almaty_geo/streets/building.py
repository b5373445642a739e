"""A cleaned graph as the network that ways are found on."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.specs import Confidence, Speeds
from almaty_geo.streets.cleaning import USUAL, Cleaning, Rules, clean
from almaty_geo.streets.network import BACKWARD, FORWARD, Network
from almaty_geo.streets.opening import read_streets
from almaty_geo.streets.tags import shows_footpaths
from almaty_geo.words import Text


def network_of(
    cleaning: Cleaning,
    speeds: Speeds,
    *,
    layer: str,
    confidence: Confidence = "not_stated",
    notes: tuple[Text, ...] = (),
) -> Network:
    """
    Return a cleaned graph as a network.

    Parameters
    ----------
    cleaning
        The graph.
    speeds
        How fast each class of street is.
    layer
        What the network is called.
    confidence
        How sure the source is.
    notes
        What to warn of.
    """
    graph, lines = cleaning.graph, cleaning.lines
    source = graph.source
    walk, drive = speeds_of(lines.kind[source], lines.limit_km_h[source], speeds)
    return Network(
        layer=layer,
        node_xy_m=graph.node_mm / 1000,
        ends=graph.ends.astype(np.int32),
        length_mm=graph.length_mm,
        course=graph.course,
        kind=lines.kind[source],
        name=lines.name[source],
        walk=lines.walk[source],
        drive=lines.drive[source],
        walk_m_per_min=walk,
        drive_m_per_min=drive,
        component=graph.component.astype(np.int32),
        footpaths=shows_footpaths(lines.kind[source], graph.length_mm),
        one_way=bool(np.isin(lines.drive[source], (FORWARD, BACKWARD)).any()),
        confidence=confidence,
        notes=notes,
    )


def network_of_file(
    path: Path, area: StudyArea, speeds: Speeds, *, rules: Rules = USUAL, layer: str = "streets"
) -> Network:
    """
    Read a street file and make a network of it.

    Parameters
    ----------
    path
        As `read_streets`.
    area
        As `read_streets`.
    speeds
        As `clean`.
    rules
        As `clean`.
    layer
        What the network is called.

    Raises
    ------
    DataError
        As `read_streets` and `clean`.
    """
    opened = read_streets(path, area)
    cleaning = clean(opened.lines, area, speeds=speeds, rules=rules, before=opened.entries)
    return network_of(cleaning, speeds, layer=layer)


def speeds_of(
    kind: NDArray[np.object_], limit_km_h: NDArray[np.float64], speeds: Speeds
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Return speeds on foot and by car in metres a minute, each of shape (m,).

    A class without a row has the plan's usual speeds. Nobody drives faster than a stated limit.
    Where the plan has no speed by car, it is NaN.
    """
    usual = speeds.drive.m_per_min if speeds.drive is not None else np.nan
    walk = np.full(len(kind), speeds.walk.m_per_min)
    drive = np.full(len(kind), usual)
    for name, street in speeds.classes.items():
        if street.drive_m_per_min is not None:
            drive[kind == name] = street.drive_m_per_min
    limit = np.where(np.isnan(limit_km_h), np.inf, limit_km_h) * 1000 / 60
    return walk, np.minimum(drive, limit)
