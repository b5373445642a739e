"""How much water one person is reckoned with."""

from dataclasses import dataclass

LITRES = 1000
"""Litres in a cubic metre."""


@dataclass(frozen=True, slots=True)
class PerPerson:
    """How much water one person is reckoned with."""

    id: str
    """The norm, or the series of use that it follows from."""

    litres: float
    """Litres per person per day, of the average day."""

    confidence: str
    """How sure it is."""

    def demand_m3_day(self, people: int) -> float:
        """Return the water that people use on the average day."""
        return people * self.litres / LITRES
