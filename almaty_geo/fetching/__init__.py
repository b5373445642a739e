"""
What goes out to fetch, and what comes back as a layer.

``themes`` says what to ask for and ``queries`` how; ``wire`` asks once, ``asking`` with patience,
``cache`` keeps what came; ``pbf`` and ``local`` take a file instead. ``answers``, ``shapes`` and
``rows`` make a layer of it, the same whichever way it came.
"""

from almaty_geo.fetching.cache import Answer
from almaty_geo.fetching.faults import FetchError
from almaty_geo.fetching.fetched import ATTRIBUTION, LICENCE, Fetched
from almaty_geo.fetching.limits import Limits
from almaty_geo.fetching.sources import PUBLIC, fetch, forget
from almaty_geo.fetching.themes import FetchTheme, TagColumn, read_themes

__all__ = [
    "ATTRIBUTION",
    "LICENCE",
    "PUBLIC",
    "Answer",
    "FetchError",
    "FetchTheme",
    "Fetched",
    "Limits",
    "TagColumn",
    "fetch",
    "forget",
    "read_themes",
]
