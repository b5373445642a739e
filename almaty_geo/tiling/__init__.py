"""
One question cut into parts, each with a halo, so that the parts together say what the whole says.

``halo`` tells how wide the halo must be and cuts streets, ``parts`` cuts people held in memory,
``measuring`` counts them part by part, ``running`` hands parts out and takes answers in, and
``cluster`` finds the workers. Nothing here knows a plan; nothing of Dask is imported unless a
cluster is asked for.
"""

from almaty_geo.tiling.measuring import TiledCoverage, measure_by_parts
from almaty_geo.tiling.running import results

__all__ = ["TiledCoverage", "measure_by_parts", "results"]
