"""How each figure of water comes about, in words."""

from almaty_geo.water.parts import AreaWater
from almaty_geo.water.person import PerPerson
from almaty_geo.water.supply import Supply
from almaty_geo.words import Text, count, say


def city_how(supply: Supply, name: str) -> Text:
    """Return the formula of a figure of the whole place, by the middle part of its id."""
    balance = supply.balance
    if name == "use":
        return say("The latest published figure of use, as it stands in the layer of series.")
    if name == "capacity":
        return say(
            "Capacities of the sources that are named and open + what is published beyond those "
            "named: {itemised} + {rest}.",
            itemised=count(balance.years[0].itemised_m3_day),
            rest=count(balance.unattributed_m3_day),
        )
    if name == "unattributed":
        return say(
            "Published capacity of all sources − the sum of all that are named: {published} − "
            "{itemised}; shown as a share of the capacity.",
            published=count(balance.itemised_m3_day + balance.unattributed_m3_day),
            itemised=count(balance.itemised_m3_day),
        )
    if name == "open":
        return say("The sum of the known capacities of sources that are at work.")
    return say(
        "The sum of the known capacities of these sources ÷ use on the average day, {use}.",
        use=count(balance.use[0].value),
    )


def area_how(supply: Supply, own: AreaWater, name: str) -> Text:
    """Return the formula of a figure of an area, by the middle part of its id."""
    if name == "capacity":
        return say(
            "The sum of the known capacities of sources at work that state this area; those of "
            "unknown capacity add nothing: {unknown}.",
            unknown=count(own.unknown),
        )
    if name == "coming":
        return say("The sum of the known capacities of sources to open that state this area.")
    balance = supply.balance
    per: PerPerson = balance.norm if name == "norm" else balance.used[0]
    return say(
        "Residents × litres per person per day ÷ 1,000: {people} × {litres} ÷ 1,000, in whole m³ "
        "that add up to the city’s.",
        people=count(own.people),
        litres=count(per.litres, digits=1),
    )
