"""From any coordinate system to longitude and latitude: known, or asked for with a guess."""

import json
import warnings
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

from almaty_geo.area import DEGREES, StudyArea
from almaty_geo.reading.faults import Faults, shown
from almaty_geo.reading.options import Options
from almaty_geo.reading.rows import Rows, Stated

_EARTH = (-180.0, -90.0, 180.0, 90.0)
_MERCATOR = "EPSG:3857"
_EXPECTED = "longitude and latitude, EPSG:4326 or CRS84"
_DEFINITION_MAX_CHARS = 20_000
_SAMPLE = 1_000
_SHARE_WITHIN = 0.99
_SURE = 70
# Numbers of the EPSG register are in series: the zone is added to where a series starts.
_UTM_NORTH, _UTM_SOUTH = 32_600, 32_700
_GAUSS_KRUGER, _GAUSS_KRUGER_PLAIN, _GAUSS_KRUGER_3 = 28_400, 2_490, 2_516
_SIX_DEGREE_ZONES, _THREE_DEGREE_ZONES = range(4, 33), range(7, 65)


def in_degrees(rows: Rows, area: StudyArea | None, options: Options, faults: Faults) -> Rows:
    """
    Return rows whose shapes are longitude and latitude.

    Parameters
    ----------
    rows
        With what the file says of its coordinate system.
    area
        Where places should lie; a guess is tried against it.
    options
        The coordinate system, if it was given: it wins over what the file says.
    faults
        Where a system that is not known is noted, and the way each known one was changed.

    Returns
    -------
    rows
        Unchanged where the system is not known.
    """
    stated = _asked_for(rows.stated, options, faults)
    if stated.system == DEGREES:
        return rows
    placeless = bool(shapely.is_missing(rows.shapes).all())
    if placeless and stated == Stated(""):
        return rows
    system = _usable(stated) if options.recognise else None
    if system is None:
        hint = stated.hint or _guess(rows.shapes, area)
        faults.add(stated.said, _EXPECTED, hint=hint, rule="crs")
        return rows
    if placeless or system.to_epsg(min_confidence=_SURE) == CRS(DEGREES).to_epsg():
        return rows
    if system.is_projected and _are_degrees(rows.shapes, area):
        value = f"the coordinate system is {label(system)}, but the numbers are degrees"
        faults.add(value, "one or the other", hint=f"{DEGREES}?", rule="crs")
        return rows
    return replace(rows, shapes=_changed(rows.shapes, system, area, faults))


def guesses(xy: NDArray[np.float64], area: StudyArea | None) -> tuple[str, ...]:
    """
    Return the coordinate systems in which places would lie in the area of interest.

    Parameters
    ----------
    xy
        Positions in an unknown system, shape (n, 2).
    area
        Where they should lie; without it nothing can be guessed.

    Returns
    -------
    systems
        Authority codes, the likeliest first; one with the axes exchanged says so.
    """
    sample = xy[:: max(1, len(xy) // _SAMPLE)]
    if area is None or not len(sample) or not np.isfinite(sample).all():
        return ()
    likely = tuple(_likely(area))
    straight = tuple(s for s in likely if _falls_within(sample, s, area))
    if straight:
        return straight
    turned = sample[:, ::-1]
    return tuple(f"{s}, northing first" for s in likely if _falls_within(turned, s, area))


def label(system: CRS) -> str:
    """Return an authority code where there is one, else the name."""
    authority = system.to_authority(min_confidence=_SURE)
    return ":".join(authority) if authority else shown(system.name)


def _asked_for(stated: Stated, options: Options, faults: Faults) -> Stated:
    """Return what the user says if he does, else what the file says."""
    if options.crs is None:
        return stated
    if stated.system not in {"", DEGREES, options.crs}:
        said = "the file states another coordinate system; it is read as was asked"
        faults.note(said, "crs")
    return Stated(options.crs, f"crs {shown(options.crs)} is not known")


def _usable(stated: Stated) -> CRS | None:
    """Return a coordinate system of a plane or a globe, or None if it is not one."""
    if not stated.system or len(stated.system) > _DEFINITION_MAX_CHARS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old PROJ strings are taken without a remark
            text = stated.system
            system = CRS.from_json(text) if text.startswith("{") else CRS.from_user_input(text)
            flat = system.to_2d()
    except (CRSError, ProjError, json.JSONDecodeError):
        return None
    return flat if flat.is_geographic or flat.is_projected else None


def _are_degrees(shapes: NDArray[np.object_], area: StudyArea | None) -> bool:
    """Return whether numbers are such as only degrees can be."""
    west, south, east, north = area.bounds_deg if area else _EARTH
    w, s, e, n = shapely.total_bounds(shapes)
    return bool(west <= w and south <= s and e <= east and n <= north)


def _changed(
    shapes: NDArray[np.object_], system: CRS, area: StudyArea | None, faults: Faults
) -> NDArray[np.object_]:
    """Return shapes in degrees, and note the way."""
    transformer = _best(system, area)
    if transformer is None:
        faults.add(f"no way from {label(system)} to degrees is known", _EXPECTED, rule="crs")
        return shapes
    accuracy = f"accurate to {transformer.accuracy:g} m" if transformer.accuracy >= 0 else ""
    steps = [step for step in transformer.description.split(" + ") if "axis order" not in step]
    way = "; ".join(part for part in (", ".join(steps), accuracy) if part)
    count = int(np.count_nonzero(~shapely.is_missing(shapes)))
    faults.note(f"coordinates changed from {label(system)} to degrees ({way})", "crs", count=count)
    changed: NDArray[np.object_] = shapely.transform(
        shapes, lambda xy: np.column_stack(transformer.transform(*xy.T)) if len(xy) else xy
    )
    return changed


def _best(system: CRS, area: StudyArea | None) -> Transformer | None:
    """Return the most accurate way to degrees that needs no file from elsewhere."""
    interest = AreaOfInterest(*area.bounds_deg) if area else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a better way would need a grid from elsewhere
            group = TransformerGroup(
                system,
                DEGREES,
                always_xy=True,
                area_of_interest=interest,  # type: ignore[arg-type]  # its stubs name a twin
            )
    except ProjError:
        return None
    return group.transformers[0] if group.transformers else None


def _guess(shapes: NDArray[np.object_], area: StudyArea | None) -> str:
    """Return in which systems all would be well, as a hint."""
    found = guesses(shapely.get_coordinates(shapes), area)
    return f"{' or '.join(found[:3])}?" if found else ""


def _likely(area: StudyArea) -> Iterator[str]:
    """Yield the systems that files of an area come in."""
    west, south, east, north = area.bounds_deg
    longitude, latitude = (west + east) / 2, (south + north) / 2
    utm = int((longitude + 180) // 6) + 1
    wide, narrow = int(longitude // 6) + 1, int((longitude + 1.5) // 3)
    codes = [(_UTM_NORTH if latitude >= 0 else _UTM_SOUTH) + utm]
    if wide in _SIX_DEGREE_ZONES:
        codes += [_GAUSS_KRUGER + wide, _GAUSS_KRUGER_PLAIN + wide]
    if narrow in _THREE_DEGREE_ZONES:
        codes.append(_GAUSS_KRUGER_3 + narrow)
    named = [DEGREES, _MERCATOR, area.metric_crs, *(f"EPSG:{code}" for code in codes)]
    yield from dict.fromkeys(named)


def _falls_within(xy: NDArray[np.float64], system: str, area: StudyArea) -> bool:
    """Return whether positions in a system lie in the area of interest, but for a few."""
    transformer = Transformer.from_crs(system, DEGREES, always_xy=True)
    x, y = transformer.transform(*xy.T)
    west, south, east, north = area.bounds_deg
    within = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return bool(within.mean() >= _SHARE_WITHIN)
