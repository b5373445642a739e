"""Doubts about what is said of a place: an area named in its text, a precision not stated."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import shapely

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.doctor.finding import Finding, id_of, named, rows
from almaty_geo.doctor.places import OUTLINE_TOLERANCE_M
from almaty_geo.errors import AlmatyGeoError

COMMON_SHARE = 0.8
"""A word in this share of the names of areas says what they are, not which."""

ENDING = 2
"""Letters at the end of a word that change with its case."""


def addresses(layer: Layer, catalogue: Catalogue, area: StudyArea) -> Iterator[Finding]:
    """
    Yield places whose own text names another area than the one they lie in.

    An area is named where the word of its own and the word for its kind stand together, in any
    case: a street called after a district is not one.
    """
    roles = catalogue.with_role("area")
    if layer.spec.geometry != "Point" or layer.spec.role not in {"facility", "demand"} or not roles:
        return
    try:
        areas = catalogue[roles[0]]
    except AlmatyGeoError:  # found where that layer is checked
        return
    signs, known = _signs(areas), areas.spec.precision.metres
    tolerance_m = OUTLINE_TOLERANCE_M if known is None else known
    texts = [n for n, column in layer.spec.columns.items() if column.kind == "str" and n != "id"]
    outlines = areas.frame.geometry
    for name in texts if signs else ():
        told = layer.located[[name, layer.located.geometry.name]].dropna()
        for row, text, at in zip(told.index, told[name], told.geometry, strict=True):
            for which, sign in signs.items():
                if sign.search(text):
                    metres = _metres(at, outlines.iloc[which], area)
                    if metres > tolerance_m:
                        feature, there = id_of(layer, row), id_of(areas, which)
                        sentence = f"{feature}: its {name} names {there}, {metres:,.0f} m away."
                        yield Finding(layer.id, feature, "address", "warning", sentence)


def roughness(layer: Layer) -> Iterator[Finding]:
    """Yield how many places set by hand do not say how well they are known."""
    if layer.spec.precision.method != "hand_placed" or layer.spec.precision.metres is not None:
        return
    located = layer.located
    own = located.get("precision_m")
    unsaid = located.index if own is None else located.index[own.isna().to_numpy(dtype=bool)]
    if len(unsaid):
        ids = [id_of(layer, row) for row in unsaid]
        number = rows(len(ids), len(located))
        sentence = f"{number} with a place set by hand do not say how precise it is: {named(ids)}."
        yield Finding(layer.id, "", "precision-missing", "note", sentence)


def _signs(areas: Layer) -> Mapping[int, re.Pattern[str]]:
    """Return what to look for in a text, for each row of a layer of areas."""
    found: dict[int, list[str]] = {}
    for column in areas.spec.name_columns:
        words = {
            row: [w for w in re.findall(r"\w+", name.casefold()) if not w.isdigit()]
            for row, name in enumerate(areas.frame[column])
            if isinstance(name, str)
        }
        times = Counter(word for own in words.values() for word in set(own))
        common = [w for w, n in times.items() if n >= max(2, COMMON_SHARE * len(words))]
        for row, own in words.items():
            kinds = [_stem(word) for word in own if word in common]
            names = [_stem(word) for word in own if word not in common]
            for kind in kinds[:1]:
                found.setdefault(row, []).extend(
                    rf"\b{re.escape(name)}\w*\s+{re.escape(kind)}\w*" for name in names[-1:]
                )
    return {row: re.compile("|".join(s), re.IGNORECASE) for row, s in found.items() if s}


def _stem(word: str) -> str:
    """
    Return a word without the letters that change with its case.

    Examples
    --------
    >>> _stem("ленинский"), _stem("район"), _stem("new")
    ('ленинск', 'район', 'new')
    """
    return word[:-ENDING] if len(word) > 3 * ENDING else word


def _metres(at: shapely.Geometry, outline: shapely.Geometry | None, area: StudyArea) -> float:
    """Return how far a place is from an area; 0 where the area has no outline."""
    if outline is None:
        return 0.0
    point, shape = area.to_metres([at, outline])
    return float(shapely.distance(point, shape))
