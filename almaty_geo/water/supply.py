"""A balance with all that its section is made from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from almaty_geo.catalogue import Layer
from almaty_geo.sections import Table
from almaty_geo.specs import Exclusion, NormValue, WaterSupply
from almaty_geo.water.balance import Balance
from almaty_geo.water.series import Point, Series

if TYPE_CHECKING:
    from almaty_geo.water.ground import Ground


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """A balance with all that its section is made from."""

    spec: WaterSupply
    """Where the figures stand."""

    norm: NormValue
    """Litres per person per day."""

    balance: Balance
    """The figures."""

    series: Series
    """The place's figures by date."""

    sources: Layer
    """Layer of sources."""

    areas: Layer
    """Layer of areas."""

    demand: str
    """Layer of people."""

    places: Layer | None = None
    """Named places, with what is known of their water."""

    ground: "Ground | None" = None
    """People and intakes by place; None where the plan does not say how pipes are reckoned."""

    zone: Exclusion | None = None
    """How wide protection zones are; None where the plan does not say."""

    kept_out: tuple[Layer, ...] = ()
    """Layers of things that should not be built in a zone."""

    promised: Table | None = None
    """What was promised of water, with status and evidence."""

    @property
    def without(self) -> Point | None:
        """People without central water, as published."""
        return self.series.latest(self.spec.without) if self.spec.without else None
