"""A theme from a server or from a file: the same layer, whichever way it comes."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from almaty_geo.errors import DataError, UsageError
from almaty_geo.fetching.answers import Elements, elements_of
from almaty_geo.fetching.asking import Asking
from almaty_geo.fetching.cache import Answer, Cache
from almaty_geo.fetching.fetched import Fetched
from almaty_geo.fetching.limits import Limits
from almaty_geo.fetching.local import read_regular
from almaty_geo.fetching.pbf import FORMATS, extract
from almaty_geo.fetching.queries import Box, query, tiles
from almaty_geo.fetching.rows import Rows
from almaty_geo.fetching.themes import FetchTheme
from almaty_geo.fetching.wire import Address
from almaty_geo.reading import legible

PUBLIC = "https://overpass-api.de/api/interpreter"
"""The Overpass API that OpenStreetMap's German association runs for all."""

USUAL = Limits()
"""Bounds where none are given."""

_WHOLE_DEG = 360
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|/vsi")


def fetch(
    theme: FetchTheme,
    *,
    bounds_deg: Box,
    source: str | Path = PUBLIC,
    cache: Path | None = None,
    limits: Limits = USUAL,
    progress: Callable[[str], None] = lambda _: None,
) -> Fetched:
    """
    Fetch a theme.

    Parameters
    ----------
    theme
        What to ask for.
    bounds_deg
        West, south, east, north; what meets this box is taken whole.
    source
        Address of an Overpass API; or a file: ``.osm.pbf``, ``.osm``, or ``.json``, an answer
        that somebody recorded.
    cache
        Folder where answers of a server are kept; None to keep none, and to begin anew each time.
    limits
        Bounds and manners.
    progress
        Told what goes on, a line at a time.

    Returns
    -------
    fetched
        The layer with its provenance; never a part of it.

    Raises
    ------
    UsageError
        If the address or the box is none, or the box is too large.
    FetchError
        If the server does not answer, or not as it should.
    DataError
        If what comes is not what was asked for, or there is nothing of the theme in the box.
    OutputError
        If an answer cannot be kept.
    """
    rows = Rows(theme, bounds_deg)
    answers = []
    if isinstance(source, str) and _SCHEME.match(source):
        asking = Asking(Address.of(source), Cache(cache) if cache else None, limits, progress)
        parts = asking.answers(_questions(theme, bounds_deg, limits))
    else:
        parts = _from_file(Path(source), theme, bounds_deg, limits)
    for answer, found in parts:
        answers.append(answer)
        rows.add(found)
    if not rows.cells:
        if cache and isinstance(source, str):
            forget(theme, bounds_deg=bounds_deg, source=source, cache=cache, limits=limits)
        raise DataError(_nothing(rows, answers))
    return Fetched(theme, rows.frame(), tuple(answers), rows.tally)


def forget(
    theme: FetchTheme,
    *,
    bounds_deg: Box,
    source: str,
    cache: Path,
    limits: Limits = USUAL,
) -> None:
    """
    Drop the kept answers that a fetch of the same would use, so that it asks anew.

    Raises
    ------
    UsageError
        If the box is none, or too large.
    OutputError
        If an answer cannot be removed.
    """
    for question in _questions(theme, bounds_deg, limits):
        Cache(cache).drop(source, question)


def _questions(theme: FetchTheme, box: Box, limits: Limits) -> list[str]:
    """Return what is asked for a box, cut as the theme needs it."""
    parts = tiles(box, tile_deg=theme.tile_deg, most=limits.requests_max)
    return [query(theme, part) for part in parts]


def _from_file(
    path: Path, theme: FetchTheme, box: Box, limits: Limits
) -> Iterator[tuple[Answer, Elements]]:
    """Yield what a file holds, as if it were an answer."""
    suffix, name = path.suffix.lower(), legible(path.name)
    if suffix not in {*FORMATS, ".json"}:
        raise UsageError(
            f"{name or path}: expected an address (http://…), or a file .osm.pbf, .osm or .json."
        )
    (box,) = tiles(box, tile_deg=_WHOLE_DEG, most=1)
    data = read_regular(path, size_max_bytes=limits.size_max_bytes)
    answer, asked = data, ""
    if suffix in FORMATS:
        answer = extract(data, theme, box=box, path=path, limits=limits)
        asked = query(theme, box)
    found = elements_of(answer, name)
    yield Answer(name, asked, hashlib.sha256(data).hexdigest(), len(data), found.date), found


def _nothing(rows: Rows, answers: Sequence[Answer]) -> str:
    """Return the sentence that there is nothing to make a layer of."""
    where = answers[0].address
    box = ", ".join(f"{value:g}" for value in rows.box)
    lacking = len(rows.tally.lacking)
    more = f" ({lacking} without a shape that the layer can hold)" if lacking else ""
    return f"{where}: has nothing of {rows.theme.id!r} in the box {box}{more}; no layer is made."
