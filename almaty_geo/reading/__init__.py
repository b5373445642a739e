"""
The one door for outside files: safe, strict, and every fault named.

``kinds`` says which formats there are, ``sources`` takes each its own way to rows: text through
``encodings``, ``strict_json`` and ``features`` or ``tables``, all else through ``apart``.
``coordinates``, ``wkb`` and ``placing`` make shapes of what stands there, ``systems`` brings them
to degrees, ``figures`` reads numbers as people write them, ``columns`` and ``ground`` hold values
and places to what is promised, ``opened`` takes these steps in turn, ``faults`` says what is wrong
and what was recognised.
"""

from pathlib import Path

from almaty_geo.area import StudyArea
from almaty_geo.reading.faults import Fault, Found, Note, Repair, legible
from almaty_geo.reading.kinds import SUFFIXES
from almaty_geo.reading.opened import Opened, open_file
from almaty_geo.reading.options import STRICT, Options
from almaty_geo.reading.sources import Wanted
from almaty_geo.specs import GeometryType, LayerSpec

__all__ = [
    "STRICT",
    "SUFFIXES",
    "Fault",
    "Found",
    "Note",
    "Opened",
    "Options",
    "Repair",
    "legible",
    "open_outside",
    "read_layer",
    "read_outside",
]

_AS_IT_IS = Options()


def read_layer(path: Path, spec: LayerSpec, area: StudyArea | None = None) -> Found:
    """
    Read a layer's data file and hold it to its sidecar.

    Parameters
    ----------
    path
        The data file.
    spec
        Its sidecar; the bytes must have its digest.
    area
        Where coordinates must lie; None to leave that open.

    Returns
    -------
    found
        The data and every fault; bad content never raises.
    """
    wanted = Wanted(spec.geometry, spec.columns, spec.sha256)
    return open_file(path, wanted, STRICT).found(spec, area)


def read_outside(
    path: Path,
    spec: LayerSpec | None,
    area: StudyArea | None = None,
    *,
    options: Options = _AS_IT_IS,
) -> Found:
    """
    Read a file that no plan vouches for, such as one to be imported.

    Parameters
    ----------
    path
        The file.
    spec
        What it is meant to be; None to check structure and geometry only, columns as found.
    area
        Where coordinates must lie; None to leave that open.
    options
        What the file does not say itself, and whether the usual slips are read as what they were
        meant to be.

    Returns
    -------
    found
        The data, every fault, and a note of everything that was recognised or changed; bad
        content never raises.
    """
    wanted = Wanted(spec.geometry, spec.columns) if spec else Wanted(None, None)
    return open_file(path, wanted, options).found(spec, area)


def open_outside(
    path: Path, geometry: GeometryType | None = None, *, options: Options = _AS_IT_IS
) -> Opened:
    """
    Open a file of which it is still to be said what its columns are.

    Parameters
    ----------
    path
        The file.
    geometry
        Type that its geometries must have; None for any.
    options
        What the file does not say itself.

    Returns
    -------
    opened
        Its rows under their own names, read once, whatever is then made of them.
    """
    return open_file(path, Wanted(geometry, {} if geometry else None), options)
