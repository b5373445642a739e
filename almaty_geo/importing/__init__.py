"""
Somebody's rows into a layer of a plan: held to the sidecar, written whole, or refused.

``files`` takes a file in and ``fetched`` what was fetched; ``request`` says how, and what became
of it. ``mapping`` matches columns, ``fresh`` declares a new layer, ``merging`` compares the old
rows with the new, ``holding`` is what every import holds to, ``ledger`` lists each value that was
changed on the way in, ``sealing`` writes data, sidecar and ledger together.
"""

from almaty_geo.importing.fetched import fetched_layer, take_fetched
from almaty_geo.importing.files import import_layer, new_layer
from almaty_geo.importing.fresh import Fresh
from almaty_geo.importing.ledger import ImportEntry, import_ledger
from almaty_geo.importing.mapping import Condition
from almaty_geo.importing.merging import Change
from almaty_geo.importing.request import Imported, Request

__all__ = [
    "Change",
    "Condition",
    "Fresh",
    "ImportEntry",
    "Imported",
    "Request",
    "fetched_layer",
    "import_layer",
    "import_ledger",
    "new_layer",
    "take_fetched",
]
