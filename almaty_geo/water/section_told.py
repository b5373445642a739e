"""What each source of water gives, in sentences that a map says where it is chosen."""

from almaty_geo.sections import Told
from almaty_geo.water.sources import WaterSource
from almaty_geo.water.supply import Supply
from almaty_geo.words import Text, count, joined, percent, say, say_count


def told(supply: Supply) -> tuple[Told, ...]:
    """Return what each source gives, which share of use that is, and whom it is said to serve."""
    return tuple(
        Told(supply.sources.id, one.id, joined((_gives(supply, one), *_serves(one)), by=" "))
        for one in supply.balance.sources
    )


def _gives(supply: Supply, one: WaterSource) -> Text:
    """Return how much a source gives, or is to give."""
    if one.capacity_m3_day is None:
        return say("How much it gives, no source says.")
    amount = say("{value} m³/day", value=count(one.capacity_m3_day))
    share = percent(supply.balance.share_of_use([one.id]), digits=1)
    year = "" if one.opens is None else str(one.opens)
    if one.state == "existing":
        if not year:
            return say("It gives {amount}: {share} of average use.", amount=amount, share=share)
        return say(
            "Since {year} it gives {amount}: {share} of average use.",
            year=year,
            amount=amount,
            share=share,
        )
    if not year:
        return say("It is to give {amount}: {share} of average use.", amount=amount, share=share)
    return say(
        "From {year} it is to give {amount}: {share} of average use.",
        year=year,
        amount=amount,
        share=share,
    )


def _serves(one: WaterSource) -> tuple[Text, ...]:
    """Return whom its source says it serves; nothing where it does not say."""
    if one.people_served is None:
        return ()
    return (
        say_count(
            "By its source that is enough for {n} resident.",
            "By its source that is enough for {n} residents.",
            one.people_served,
        ),
    )
