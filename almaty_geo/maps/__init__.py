"""
The maps: one self-contained page that opens with no network, and Folium maps for notebooks.

They draw what sections say and compute nothing. Layer data never become code: they go into the
page as JSON, and the page's own scripts write them out as text.
"""

from almaty_geo.maps.atlas import draw, explore, offline
from almaty_geo.maps.excerpts import area_pictures, theme_pictures
from almaty_geo.maps.picture import Picture

__all__ = ["Picture", "area_pictures", "draw", "explore", "offline", "theme_pictures"]
