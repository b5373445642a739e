"""Doubts about things that may be one: at one place, of one name nearby, alike in every column."""

from collections.abc import Iterator

import numpy as np
import shapely
from scipy.spatial import KDTree

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.doctor.finding import Finding, id_of, named, rows
from almaty_geo.doctor.values import matched

CLOSE_M = 1.0
"""Places nearer than this are one place, written down twice."""

NEAR_M = 100.0
"""Things of one name this near may be one thing, or two sides of a street."""


def shared(layer: Layer, area: StudyArea) -> Iterator[Finding]:
    """Yield facilities that share a point, and points within `CLOSE_M` of each other."""
    located = layer.located
    if layer.spec.role != "facility" or layer.spec.geometry != "Point" or not len(located):
        return
    ids = np.array([str(name) for name in located.get("id", located.index)])
    points = located.geometry.to_numpy()
    xy = shapely.get_coordinates(points)
    places, first, group, size = np.unique(
        xy, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    crowded = np.flatnonzero(size > 1)
    if len(crowded):
        crowded = crowded[np.lexsort((first[crowded], -size[crowded]))]
        some = "; ".join(
            f"{named(ids[group == g].tolist())} at {places[g][0]:.7g}, {places[g][1]:.7g}"
            for g in crowded[:3]
        )
        more = f"; and {len(crowded) - 3} more places" if len(crowded) > 3 else ""  # noqa: PLR2004 - as above
        number = rows(int(size[crowded].sum()), len(layer))
        noun = "place" if len(crowded) == 1 else "places"
        sentence = f"{number} share {len(crowded)} {noun}: {some}{more}."
        yield Finding(layer.id, "", "shared-place", "warning", sentence)
    tree = KDTree(area.xy_m(points[first]))
    for a, b in sorted(tree.query_pairs(CLOSE_M)):
        metres = float(np.linalg.norm(tree.data[a] - tree.data[b]))
        both = sorted((ids[first[a]], ids[first[b]]))
        sentence = f"{both[0]} and {both[1]} are {metres:.2f} m apart."
        yield Finding(layer.id, "", "close", "warning", sentence)


def namesakes(layer: Layer, area: StudyArea) -> Iterator[Finding]:
    """Yield facilities of one name within `NEAR_M` of each other, but not at one place."""
    located = layer.located
    columns = layer.spec.name_columns
    if layer.spec.role != "facility" or layer.spec.geometry != "Point" or not columns:
        return
    names = located[columns[0]]
    known = [i for i, name in enumerate(names) if isinstance(name, str)]
    xy = area.xy_m(located.geometry.to_numpy()[known])
    told = [matched(str(names.iloc[i])) for i in known]
    pairs = [
        (a, b)
        for a, b in sorted(KDTree(xy).query_pairs(NEAR_M) if len(xy) else ())
        if told[a] == told[b] and np.linalg.norm(xy[a] - xy[b]) > CLOSE_M
    ]
    if pairs:
        ids = [id_of(layer, located.index[known[a]]) for a, _ in pairs]
        what = "pair of one name stands" if len(pairs) == 1 else "pairs of one name stand"
        said = f"{len(pairs):,} {what} less than {NEAR_M:.0f} m apart"
        sentence = f"{said}: at {named(list(dict.fromkeys(ids)))}."
        yield Finding(layer.id, "", "namesakes", "note", sentence)


def copies(layer: Layer) -> Iterator[Finding]:
    """Yield rows with a name that are the same in every column but the id, at the same place."""
    columns = [name for name in layer.spec.columns if name != "id"]
    names = list(layer.spec.name_columns)
    if layer.spec.role not in {"facility", "demand"} or not names:
        return
    frame = layer.frame[columns].assign(at=shapely.to_wkb(layer.frame.geometry.to_numpy()))
    same = frame[frame.duplicated(keep=False) & frame["at"].notna()]
    same = same[same[names].notna().any(axis=1)]
    for _, group in same.groupby(same.columns.tolist(), dropna=False, sort=False):
        ids = [id_of(layer, row) for row in group.index]
        sentence = f"{named(ids)} are the same in every column but the id."
        yield Finding(layer.id, "", "same-row", "warning", sentence)
