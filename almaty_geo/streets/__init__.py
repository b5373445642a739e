"""Streets: lines in, a clean routable graph out."""

from almaty_geo.streets.building import network_of, network_of_file
from almaty_geo.streets.cleaning import Cleaning, Rules, Share, clean
from almaty_geo.streets.ledger import Entry
from almaty_geo.streets.lines import Lines
from almaty_geo.streets.network import Network
from almaty_geo.streets.opening import Opened, read_streets
from almaty_geo.streets.parts import Part
from almaty_geo.streets.store import (
    edge_columns,
    edges_of,
    network_from_layer,
    node_columns,
    nodes_of,
)

__all__ = [
    "Cleaning",
    "Entry",
    "Lines",
    "Network",
    "Opened",
    "Part",
    "Rules",
    "Share",
    "clean",
    "edge_columns",
    "edges_of",
    "network_from_layer",
    "network_of",
    "network_of_file",
    "node_columns",
    "nodes_of",
    "read_streets",
]
