"""What capacity means for residents: provision, access and how evenly it is shared."""

from almaty_geo.cells import area_column, area_row, number, percentage
from almaty_geo.coverage.catchment import Zones
from almaty_geo.coverage.detail import PER
from almaty_geo.coverage.offer import AreaLine, Offer
from almaty_geo.sections import Row, Table, TableColumn
from almaty_geo.words import Text, count, joined, say


def access_table(offer: Offer) -> Table | None:
    """
    Return capacity for 1,000 residents against the norm, and access where people are held to it.

    Parameters
    ----------
    offer
        The theme and its coverage.

    Returns
    -------
    table
        None where no open facility says how many it can take.
    """
    if offer.detail.access is None or not offer.counted:
        return None
    columns = [
        area_column(),
        TableColumn("known", offer.capacity_title),
        TableColumn("unknown", say("Facilities of unknown capacity")),
        TableColumn("per_1000_known", say("Per 1,000 residents")),
    ]
    if offer.norm_per_1000 is not None:
        columns += [TableColumn("of_norm", say("Of the norm"))]
    if offer.held:
        columns += [
            TableColumn("access", say("Within the catchment, per 1,000")),
            TableColumn("worst_tenth", say("Worst-off tenth, per 1,000")),
            TableColumn("gini", say("Gini index")),
            TableColumn("palma", say("Palma ratio")),
        ]
    ids = [column.id for column in columns[1:]]
    title = say("{theme}: capacity and access", theme=offer.words.title)
    rows = tuple(_row(offer, line, ids) for line in offer.lines)
    return Table(title=title, columns=tuple(columns), rows=rows)


def _row(offer: Offer, line: AreaLine, ids: list[str]) -> Row:
    each = PER * line.capacity / line.people if line.people else None
    norm = offer.norm_per_1000
    of_norm = each / norm if each is not None and norm is not None else None
    even = offer.detail.equity.get(line.area)
    cells = {
        "known": number(line.capacity),
        "unknown": number(line.unknown),
        "per_1000_known": number(each, digits=1),
        "of_norm": percentage(of_norm),
        "access": number(offer.detail.access_per_1000.get(line.area), digits=1),
        "worst_tenth": number(even.worst_tenth if even else None, digits=1),
        "gini": number(even.gini if even else None, digits=2),
        "palma": number(even.palma if even else None, digits=1),
    }
    return area_row(offer.areas, line.area, *(cells[name] for name in ids))


def access_notes(offer: Offer) -> list[Text]:
    """Return how access was reckoned, and what it leaves out."""
    access = offer.detail.access
    if access is None or not offer.held or not isinstance(access.decay, Zones):
        return []
    weights = [count(weight, digits=2) for weight in access.decay.weights]
    listed = joined(weights, by="; ")
    upto = offer.coverage.reach.times(access.decay.upto / offer.coverage.reach.value)
    notes = [
        say(
            "Access: each facility's capacity is shared among the residents up to {upto} from it, "
            "weighted by band of the map ({weights}); enhanced two-step floating catchment, Luo "
            "and Qi 2009. Gini index: 0 where all have the same. Palma ratio: the best-off tenth "
            "to the worst-off four tenths; “—” where those have nothing.",
            upto=upto,
            weights=listed,
        )
    ]
    if access.idle:
        notes.append(
            say(
                "Capacity of facilities with no resident in their catchment, or without a place, "
                "which counts for nobody's access: {n}.",
                n=count(access.idle),
            )
        )
    return notes
