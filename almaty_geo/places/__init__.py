"""Places: demand (people at points), facilities open in a scenario, and the areas they lie in."""

from almaty_geo.places.adding import added_id, added_layer, opening_added
from almaty_geo.places.areas import Membership, membership, split_by
from almaty_geo.places.changing import changed
from almaty_geo.places.people import Demand, demand, scaled
from almaty_geo.places.roll import Facilities, Roll, facilities, roll

__all__ = [
    "Demand",
    "Facilities",
    "Membership",
    "Roll",
    "added_id",
    "added_layer",
    "changed",
    "demand",
    "facilities",
    "membership",
    "opening_added",
    "roll",
    "scaled",
    "split_by",
]
