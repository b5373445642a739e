"""What may be said about a file from outside, and how much of it is recognised unasked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Options:
    """What a file does not say itself, or says wrongly."""

    crs: str | None = None
    """Coordinate system: an authority code such as "EPSG:3857", a PROJ string, or WKT."""

    encoding: str | None = None
    """Encoding of text, such as "cp1251"; None to recognise it."""

    layer: str | None = None
    """Which layer of a database, sheet of a workbook or file of an archive."""

    columns: Mapping[str, str] | None = None
    """Declared name to the file's own name; other columns are left out. None to keep all."""

    places: tuple[str, ...] = ()
    """Columns of a table that hold places: easting and northing, or one of WKT."""

    decimal: Literal[",", "."] | None = None
    """The decimal sign, where numbers such as "1,200" can be read in two ways."""

    lenient_numbers: bool = True
    """Whether "1 200" and "1,5" are read as numbers, by the stated rule, each noted."""

    outlines: bool = False
    """Whether cells of a raster are their outlines, not points at their centres."""

    recognise: bool = True
    """Whether separators, encodings, coordinate systems and columns of places are recognised."""


STRICT = Options(lenient_numbers=False, recognise=False)
"""For files that a plan vouches for: as the sidecar says, or not at all."""
