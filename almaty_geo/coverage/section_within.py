"""What the curve and the choice of facilities say: a compact table of areas."""

from almaty_geo.cells import area_column, area_row, number
from almaty_geo.coverage.offer import Offer
from almaty_geo.coverage.reachable import BANDS
from almaty_geo.sections import Table, TableColumn
from almaty_geo.words import say

CHOICES = (2, 3)


def within_table(offer: Offer) -> Table:
    """
    Return people within one, two and three times the reach, and with a choice within it.

    Parameters
    ----------
    offer
        The theme and its coverage.

    Returns
    -------
    table
        Whole people; areas add up to the city.
    """
    reach = offer.coverage.reach
    columns = [
        area_column(),
        *(
            TableColumn(f"within_{band}", say("Up to {reach}", reach=reach.times(band)))
            for band in BANDS
        ),
        TableColumn("choice_2", say("Two or more up to {reach}", reach=reach.shown)),
        TableColumn("choice_3", say("Three or more up to {reach}", reach=reach.shown)),
    ]
    detail = offer.detail
    rows = [
        area_row(
            offer.areas,
            area,
            *map(number, detail.bands[area]),
            *(number(detail.choice[area][k - 1]) for k in CHOICES),
        )
        for area in detail.names
    ]
    title = say(
        "{theme}: residents by way to the nearest, and with a choice", theme=offer.words.title
    )
    return Table(title=title, columns=tuple(columns), rows=tuple(rows))
