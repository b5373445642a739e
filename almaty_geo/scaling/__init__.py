"""
Many cities at once: a folder of plans or a country in partitions, one process or a cluster.

``layout`` says how a country lies in files, ``files`` writes and reads them, ``packing`` makes them
of plans, ``window`` shows a plan through one tile, ``tasks`` is what one worker does, ``country``
asks all cities, ``national`` adds up, ``section`` says it to a reader, ``delivering`` writes it.
"""

from almaty_geo.scaling.country import Country, open_country
from almaty_geo.scaling.national import National
from almaty_geo.scaling.packing import pack
from almaty_geo.scaling.tasks import Wish

__all__ = ["Country", "National", "Wish", "open_country", "pack"]
