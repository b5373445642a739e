"""Where residents out of reach live: a table of the largest clusters."""

from almaty_geo.cells import area_cell, area_column, named, number, typical
from almaty_geo.coverage.clusters import LINK_M, WIDEST, Cluster
from almaty_geo.coverage.offer import Offer
from almaty_geo.names import Name
from almaty_geo.sections import Row, Table, TableColumn
from almaty_geo.travel import Unit
from almaty_geo.words import Text, count, say

TOP = 10


def clusters_table(offer: Offer) -> Table | None:
    """
    Return the ten largest clusters of residents out of reach, and the largest of each area.

    Parameters
    ----------
    offer
        The theme and its coverage.

    Returns
    -------
    table
        One row a cluster, the largest first; None where nobody is out of reach, or nobody gave the
        ground to place them on.
    """
    if not offer.spots:
        return None
    unit = offer.coverage.reach.unit
    columns = (
        TableColumn("place", say("Near"), align="left"),
        area_column(),
        TableColumn("people", say("Residents")),
        _extra_column(unit),
        TableColumn("lon", say("Longitude")),
        TableColumn("lat", say("Latitude")),
    )
    told = zip(offer.detail.clusters, offer.spots, strict=True)
    seen: set[str] = set()
    rows = []
    for rank, (cluster, (place, name)) in enumerate(told):
        if rank < TOP or cluster.area not in seen:
            rows.append(_row(offer, cluster, place, name))
        seen.add(cluster.area)
    title = say("{theme}: where most residents out of reach live", theme=offer.words.title)
    return Table(title=title, columns=columns, rows=tuple(rows))


def clusters_note(offer: Offer) -> Text:
    """Return how homes out of reach were put together."""
    return say(
        "Clusters: homes out of reach in one district, at most {gap}\u00a0m apart in a straight "
        "line; wider than {widest}\u00a0m they are divided.",
        gap=count(LINK_M),
        widest=count(WIDEST * offer.coverage.reach.metres),
    )


def _extra_column(unit: Unit) -> TableColumn:
    if unit == "m":
        return TableColumn("extra_m", say("Beyond the reach on average, m"))
    return TableColumn("extra_min", say("Beyond the reach on average, min"))


def _row(offer: Offer, cluster: Cluster, place: tuple[float, float], name: Name | None) -> Row:
    """Return a cluster as a row; one without a named street bears its area's name."""
    area = area_cell(offer.areas, cluster.area)
    spot = area if name is None else named(name.text.en, name)
    extra = None if cluster.extra is None else typical(cluster.extra, offer.coverage.reach.unit)
    lon, lat = (number(degrees, digits=5) for degrees in place)
    cells = (spot, area, number(cluster.people), number(extra), lon, lat)
    return Row(area=cluster.area, cells=cells)
