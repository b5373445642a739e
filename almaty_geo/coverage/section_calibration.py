"""How far off the detour index is where streets are known: a table of areas."""

from almaty_geo.cells import area_column, area_row, difference, percentage
from almaty_geo.coverage.offer import Offer
from almaty_geo.sections import Table, TableColumn
from almaty_geo.words import say

POINTS = 100


def calibration_table(offer: Offer) -> Table | None:
    """
    Return shares by the detour index beside those by streets.

    Parameters
    ----------
    offer
        The theme, its coverage, and what the plan knows of the index's errors.

    Returns
    -------
    table
        None where ways follow streets anyhow, or nobody has compared.
    """
    if not (offer.held and offer.errors and offer.coverage.basis == "detour"):
        return None
    columns = (
        area_column(),
        TableColumn("by_detour", say("By detour index")),
        TableColumn("by_streets", say("By streets (calibration)")),
        TableColumn("error", say("Difference, points")),
    )
    rows = []
    for line in offer.lines:
        detour, streets = offer.errors.get(line.area, (None, None))
        error = None if detour is None or streets is None else POINTS * (detour - streets)
        shares = (percentage(share, digits=1) for share in (detour, streets))
        rows.append(area_row(offer.areas, line.area, *shares, difference(error, fixed=True)))
    title = say("{theme}: the detour index against streets", theme=offer.words.title)
    return Table(title=title, columns=columns, rows=tuple(rows))
