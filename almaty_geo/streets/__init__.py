"""Streets: lines in, a clean routable graph out."""

from almaty_geo.streets.network import Network

__all__ = ["Network"]
