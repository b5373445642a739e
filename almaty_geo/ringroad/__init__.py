"""The ring road: minutes by car to it, traffic that it keeps out of the city, what radials change.

Read on: `road` (what the layers tell), `minutes` (speeds and their intervals), `ground` (ways by
streets, or straight lines), `web` (the few places where ways may change), `access`, `through`,
`radials`, `reckoning` (all of it), `section` (said to a reader), `equilibrium` and `traffic`
(traffic that chooses its way; optional).
"""

from almaty_geo.ringroad.access import Access, AreaAccess, Within
from almaty_geo.ringroad.ground import Ground, Straight, Streets, by_streets
from almaty_geo.ringroad.minutes import Driving, asked
from almaty_geo.ringroad.radials import Radial, read_radials
from almaty_geo.ringroad.reckoning import Effect, Question, RingAnswer, Severance, reckon
from almaty_geo.ringroad.road import Fact, Road, Spot, read_road
from almaty_geo.ringroad.section import ShownRing, section
from almaty_geo.ringroad.through import Diverted, Pair, Through
from almaty_geo.ringroad.traffic import State, before_and_after
from almaty_geo.ringroad.web import Web, web

__all__ = [
    "Access",
    "AreaAccess",
    "Diverted",
    "Driving",
    "Effect",
    "Fact",
    "Ground",
    "Pair",
    "Question",
    "Radial",
    "RingAnswer",
    "Road",
    "Severance",
    "ShownRing",
    "Spot",
    "State",
    "Straight",
    "Streets",
    "Through",
    "Web",
    "Within",
    "asked",
    "before_and_after",
    "by_streets",
    "read_radials",
    "read_road",
    "reckon",
    "section",
    "web",
]
