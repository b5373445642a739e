"""Where the next facilities help most: arrays in, a proven answer or its gap out."""

from almaty_geo.siting.answer import Menu, Option, Regret, Siting, gap
from almaty_geo.siting.asking import Ask, Search, Weights, worst_first
from almaty_geo.siting.cover import cover
from almaty_geo.siting.mean import mean
from almaty_geo.siting.seats import Places, seated
from almaty_geo.siting.share import fewest
from almaty_geo.siting.worst import worst

__all__ = [
    "Ask",
    "Menu",
    "Option",
    "Places",
    "Regret",
    "Search",
    "Siting",
    "Weights",
    "cover",
    "fewest",
    "gap",
    "mean",
    "seated",
    "worst",
    "worst_first",
]
