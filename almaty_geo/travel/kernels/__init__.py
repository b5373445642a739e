"""Searches through streets: compiled, in whole millimetres or milliseconds, the same each time."""

from almaty_geo.travel.kernels.added import nearer_nodes, untouch
from almaty_geo.travel.kernels.graph import Arcs, Graph, graph
from almaty_geo.travel.kernels.nearest import nearest_of_nodes
from almaty_geo.travel.kernels.queue import UNREACHED
from almaty_geo.travel.kernels.ranked import merge_ranked, nearest_few_of_nodes
from almaty_geo.travel.kernels.within import (
    Few,
    Lists,
    Room,
    by_column,
    lists,
    room,
    sort_rows,
    within,
)

__all__ = [
    "UNREACHED",
    "Arcs",
    "Few",
    "Graph",
    "Lists",
    "Room",
    "by_column",
    "graph",
    "lists",
    "merge_ranked",
    "nearer_nodes",
    "nearest_few_of_nodes",
    "nearest_of_nodes",
    "room",
    "sort_rows",
    "untouch",
    "within",
]
