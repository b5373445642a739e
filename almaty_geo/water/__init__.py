"""Water: supply against demand; coverage here is capacity and pipes, not walking."""

from almaty_geo.water.balance import Balance, balance
from almaty_geo.water.person import PerPerson
from almaty_geo.water.section import section
from almaty_geo.water.series import Series, read_series
from almaty_geo.water.sources import WaterSource, water_sources
from almaty_geo.water.supply import Supply

__all__ = [
    "Balance",
    "PerPerson",
    "Series",
    "Supply",
    "WaterSource",
    "balance",
    "read_series",
    "section",
    "water_sources",
]
