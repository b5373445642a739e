"""What stands beside the ring road's figures: each assumption by its name, what is unknown."""

from collections.abc import Iterator, Mapping

from almaty_geo.catalogue import Layer
from almaty_geo.notes import layer_notes
from almaty_geo.ringroad.reckoning import RingAnswer, Severance
from almaty_geo.ringroad.shown import km
from almaty_geo.specs import Factor
from almaty_geo.words import Text, count, dated, joined, percent, same, say, say_count, term


def notes(
    answer: RingAnswer, layers: Mapping[str, Layer], *, asked_traffic: bool
) -> Iterator[Text]:
    """
    Yield what stands beside the figures.

    Parameters
    ----------
    answer
        The figures.
    layers
        Layers that they were made from.
    asked_traffic
        Whether somebody asked for the through traffic.

    Yields
    ------
    note
        The basis and the speeds first, then the length, links, traffic, what is cut off.
    """
    driving = answer.driving
    yield from answer.ground.said()
    if answer.ground.basis == "streets":
        yield say(
            "Speed through the city: that of each street, × {times}; the interval is that of the "
            "city speed, {low} to {high} km/h (option: {option}).",
            option=same("--city-speed"),
            times=count(driving.city.value / driving.usual_km_h, digits=2),
            low=count(driving.city.low),
            high=count(driving.city.high),
        )
    else:
        yield _speed(say("Speed through the city"), driving.city, "--city-speed")
        yield say("Another detour index by car: option {option}.", option=same("--detour"))
    yield _speed(say("Speed on the ring road"), driving.ring, "--ring-speed")
    if answer.effects:
        yield _speed(say("Speed on a radial street"), driving.radial, "--radial-speed")
    yield say(
        "Cars come onto the ring road at its interchanges only. Minutes at every end of the "
        "assumptions give “from … to”."
    )
    yield from _length(answer)
    yield from _places(answer)
    yield from _links(answer)
    yield from _traffic(answer, asked_traffic=asked_traffic)
    yield from _radials(answer)
    if answer.severance is not None:
        yield from _severance(answer.severance)
    yield from layer_notes(layers.values())


def _speed(what: Text, speed: Factor, option: str) -> Text:
    return say(
        "{what}: {value} km/h ({low} to {high}; option: {option}): {basis}. Confidence: "
        "{confidence}.",
        what=what,
        option=same(option),
        value=count(speed.value),
        low=count(speed.low),
        high=count(speed.high),
        basis=speed.basis,
        confidence=term("confidence", speed.confidence),
    )


def _places(answer: RingAnswer) -> Iterator[Text]:
    """Say how far off interchanges may be: “from … to” does not carry it."""
    known = [s.precision_m for s in answer.road.interchanges if s.precision_m is not None]
    if known:
        yield say(
            "Interchanges are placed within {least} to {most} m; “from … to” does not carry this: "
            "1 km more is {minutes} min at the city speed.",
            least=count(min(known)),
            most=count(max(known)),
            minutes=count(answer.spec.detour.index / answer.driving.city.value * 60, digits=1),
        )


def _length(answer: RingAnswer) -> Iterator[Text]:
    off = answer.road.off_official
    if off is not None:
        yield say(
            "The drawn course is {drawn} long, the official length {official}: {off} off.",
            drawn=km(answer.road.drawn_km),
            official=km(answer.road.official_km),
            off=percent(abs(off), digits=1),
        )


def _links(answer: RingAnswer) -> Iterator[Text]:
    links = answer.road.links
    if links and answer.ground.basis == "streets":
        yield say_count(
            "{n} interchange is linked to the streets by a straight line that no file shows; its "
            "length is reckoned × {index} (option: {option}).",
            "{n} interchanges are linked to the streets by straight lines that no file shows; "
            "their length is reckoned × {index} (option: {option}).",
            len(links),
            option=same("--detour"),
            index=count(answer.spec.detour.index, digits=2),
        )
    if answer.unjoined:
        yield say_count(
            "{n} interchange is joined by no street and no link: no way leads there.",
            "{n} interchanges are joined by no street and no link: no way leads there.",
            len(answer.unjoined),
        )


def _traffic(answer: RingAnswer, *, asked_traffic: bool) -> Iterator[Text]:
    through = answer.through
    if through.traffic is None:
        yield say("How much traffic passes through is not known: savings are a vehicle’s.")
        return
    if any(pair.vehicles_day is not None for pair in through.pairs):
        yield say(
            "Through traffic: {n} vehicles a day, from the plan’s table.", n=count(through.traffic)
        )
        return
    fact = answer.road.facts.get(answer.spec.traffic)
    if asked_traffic or fact is None:
        yield say(
            "Through traffic: {n} vehicles a day, as asked; all pairs of gates count alike.",
            n=count(through.traffic),
        )
        return
    yield say(
        "Through traffic, an assumption: {n} vehicles a day ({source}, {date}; confidence: "
        "{confidence}; options: {options}): {basis}.",
        options=same("--traffic, --divert"),
        n=count(through.traffic),
        source=fact.source,
        date=dated(fact.date),
        confidence=term("confidence", fact.confidence),
        basis=answer.spec.traffic_basis,
    )


def _radials(answer: RingAnswer) -> Iterator[Text]:
    if not answer.radials:
        return
    if answer.ground.basis != "streets":
        yield say("What a radial street changes shows only where ways follow streets.")
        return
    if none := [r for r in answer.radials if r.trial == "none"]:
        yield say_count(
            "{n} street has no line in the plan that could be tried.",
            "{n} streets have no line in the plan that could be tried.",
            len(none),
        )
    if any(not effect.ranked for effect in answer.effects):
        yield say(
            "Where the course is not in the plan, a straight one is tried, from the end of the "
            "drawn street to the interchange nearest to it; such streets are not ranked."
        )


def _severance(severance: Severance) -> Iterator[Text]:
    if severance.people is None:
        yield say(
            "Whom the road parts from {theme} shows only where ways follow streets.",
            theme=severance.theme,
        )
    else:
        yield say_count(
            "{n} resident lives within {reach} of {theme} by air and farther by street because of "
            "these lines.",
            "{n} residents live within {reach} of {theme} by air and farther by street because of "
            "these lines.",
            severance.people,
            reach=severance.bearing or "",
            theme=severance.theme,
        )
    if severance.missing:
        yield say(
            "Not looked at, the plan has no such layer: {layers}.",
            layers=joined(_layer(name) for name in severance.missing),
        )


def _layer(name: str) -> Text:
    """Return a layer that the plan lacks in words; nothing but its id is known of others."""
    return {"railways": term("layer", "railways")}.get(name, same(name))
