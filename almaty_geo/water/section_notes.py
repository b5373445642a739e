"""What stands beside the figures of water: what they rest on, and what is not known."""

from collections.abc import Sequence

from almaty_geo.notes import layer_notes
from almaty_geo.water.balance import Balance
from almaty_geo.water.series import Point
from almaty_geo.water.sources import WaterSource
from almaty_geo.water.supply import Supply
from almaty_geo.words import Text, count, dated, joined, same, say, term


def notes(supply: Supply) -> list[Text]:
    """Return what stands beside the figures: each assumption by its name, with its option."""
    balance, peak = supply.balance, supply.spec.peak_day
    told = [
        say(
            "Norm: {value} L per person per day (option: {option}). Source: {basis}. Confidence: "
            "{confidence}.",
            value=count(supply.norm.value),
            option=same("--norm"),
            basis=supply.norm.basis,
            confidence=term("confidence", supply.norm.confidence),
        ),
        say(
            "Use on the peak day is the average day’s × {value} ({low} to {high}; option: "
            "{option}): {basis}. Confidence: {confidence}.",
            option=same("--peak-day"),
            value=count(peak.value, digits=2),
            low=count(peak.low, digits=2),
            high=count(peak.high, digits=2),
            basis=peak.basis,
            confidence=term("confidence", peak.confidence),
        ),
        *(
            _use_note(point, person.litres)
            for point, person in zip(balance.use, balance.used, strict=True)
        ),
        say(
            "The interval of the reserve: named sources only against the largest use at the upper "
            "end of the peak, to all that is published against the smallest use on an average day."
        ),
        *(pledge.note for pledge in supply.spec.pledges),
        *_open(balance),
    ]
    if supply.without is not None:
        told.append(
            say(
                "People without central water: {n} ({date}, {source}); no source says where they "
                "live, so nothing is spread over blocks.",
                n=count(supply.without.value),
                date=dated(supply.without.date),
                source=supply.without.told_by,
            )
        )
    layers = [supply.sources] + ([supply.places] if supply.places else [])
    return [*told, *layer_notes(layers)]


def _open(balance: Balance) -> list[Text]:
    """Say which sources count as open though nobody reports it, and which are left out."""
    year = str(balance.years[0].year)
    told = []
    if balance.promised:
        told.append(
            say(
                "Counted as giving water by the end of {year}, as announced; not reported at work: "
                "{sources} (option: {option}).",
                year=year,
                sources=_named(balance.promised),
                option=same("--without"),
            )
        )
    if closed := [one for one in balance.sources if one.closed]:
        told.append(say("Out of service, as asked: {sources}.", sources=_named(closed)))
    return told


def _named(sources: Sequence[WaterSource]) -> Text:
    return joined(one.name for one in sources)


def _use_note(point: Point, litres: float) -> Text:
    return say(
        "Used: {value} m³/day ({date}, {source}; confidence: {confidence}), which is {litres} L "
        "per person for all purposes.",
        value=count(point.value),
        date=dated(point.date),
        source=point.told_by,
        confidence=term("confidence", point.confidence),
        litres=count(litres),
    )
