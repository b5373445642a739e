"""A theme and a box as questions in the query language of the Overpass API."""

from math import ceil

from almaty_geo.errors import UsageError
from almaty_geo.fetching.themes import ANY, FetchTheme

Box = tuple[float, float, float, float]

SERVER_S = 180
"""Seconds that the server may take for one question."""

SERVER_BYTES = 512 * 1024 * 1024
"""Memory that the server may take for one question."""

DECIMALS = 7
"""Decimals of a degree, as OpenStreetMap keeps them: about a centimetre."""

_WORLD = (-180.0, -90.0, 180.0, 90.0)


def tiles(bounds_deg: Box, *, tile_deg: float, most: int) -> tuple[Box, ...]:
    """
    Cut a box into equal parts, west to east and south to north.

    Parameters
    ----------
    bounds_deg
        West, south, east, north.
    tile_deg
        Largest side of a part.
    most
        How many parts there may be.

    Returns
    -------
    boxes
        Parts that share their borders and cover the box.

    Raises
    ------
    UsageError
        If the box is none, or needs more parts.

    Examples
    --------
    >>> tiles((76.0, 43.0, 77.0, 43.5), tile_deg=0.5, most=9)
    ((76.0, 43.0, 76.5, 43.5), (76.5, 43.0, 77.0, 43.5))
    """
    west, south, east, north = bounds_deg
    inside = _WORLD[0] <= west < east <= _WORLD[2] and _WORLD[1] <= south < north <= _WORLD[3]
    if not inside:
        given = ", ".join(f"{value:g}" for value in bounds_deg)
        raise UsageError(f"Box {given} is none: west < east, south < north, in degrees.")
    # A box of 0.3 degrees is two and not three tiles of 0.15: the last digits are not its size.
    across = ceil(round((east - west) / tile_deg, 9))
    up = ceil(round((north - south) / tile_deg, 9))
    if across * up > most:
        raise UsageError(f"The box needs {across * up} requests, at most {most} are made.")
    x = [round(west + (east - west) * i / across, DECIMALS) for i in range(across + 1)]
    y = [round(south + (north - south) * i / up, DECIMALS) for i in range(up + 1)]
    return tuple((x[i], y[j], x[i + 1], y[j + 1]) for j in range(up) for i in range(across))


def query(theme: FetchTheme, box: Box) -> str:
    """
    Return the question for all that a theme takes in a box, with every node it consists of.

    Parameters
    ----------
    theme
        What is asked for.
    box
        West, south, east, north; the language itself has south first.

    Returns
    -------
    text
        The same text for the same question: kept answers are found by it.
    """
    west, south, east, north = (f"{value:.{DECIMALS}f}" for value in box)
    asked = "\n".join(
        f"  {element}{_filters(wanted)}{_excluded(theme)};"
        for wanted in theme.any_of
        for element in theme.elements
    )
    settings = f"[out:json][timeout:{SERVER_S}][maxsize:{SERVER_BYTES}]"
    return (
        f"{settings}[bbox:{south},{west},{north},{east}];\n(\n{asked}\n);\n"
        "out body;\n>;\nout skel qt;\n"
    )


def _filters(wanted: dict[str, tuple[str, ...]]) -> str:
    return "".join(_filter(key, values) for key, values in sorted(wanted.items()))


def _filter(key: str, values: tuple[str, ...]) -> str:
    if ANY in values:
        return f'["{key}"]'
    if len(values) == 1:
        return f'["{key}"="{values[0]}"]'
    return f'["{key}"~"^({"|".join(values)})$"]'


def _excluded(theme: FetchTheme) -> str:
    return "".join(
        f'["{key}"!="{value}"]' for key, values in sorted(theme.without.items()) for value in values
    )
