"""
Repairs in the open: made only where asked for, written down with their effect, taken back at will.

``text`` changes one value of a file, ``ledger`` keeps the lines, ``effects`` reckons what a repair
changes, ``desk`` and ``work`` put them together, ``page`` shows what was found on a map.
"""

from almaty_geo.repairing.desk import ground
from almaty_geo.repairing.ledger import Effect, LedgerEntry
from almaty_geo.repairing.page import findings_page
from almaty_geo.repairing.work import RepairReport, ledger, repair, undo

__all__ = [
    "Effect",
    "LedgerEntry",
    "RepairReport",
    "findings_page",
    "ground",
    "ledger",
    "repair",
    "undo",
]
