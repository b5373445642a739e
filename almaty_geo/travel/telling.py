"""Say what ways by streets rest on, and what they cannot know."""

import math

import numpy as np

from almaty_geo.streets.network import NEITHER, Network
from almaty_geo.travel.reach import Reach
from almaty_geo.travel.snapping import MM, Snapped, Snapper
from almaty_geo.words import Text, count, same, say, say_count, term

M_PER_KM = 1000
MIN_PER_H = 60


def said(
    network: Network,
    snapper: Snapper,
    reach: Reach,
    *,
    title: Text | None = None,
    island_m: float,
    leg_m_per_min: float,
) -> tuple[Text, ...]:
    """
    Return what must stand beside ways by streets.

    Parameters
    ----------
    network, snapper
        Streets, and those of them that places may join.
    reach
        How people travel, in metres or minutes.
    title
        What readers call the network; None for the id of its layer.
    island_m
        Parts of the network with less length are not joined.
    leg_m_per_min
        How fast people walk between a place and its street.

    Returns
    -------
    said
        Basis and confidence first; then what the network lacks, limits and its own notes.
    """
    basis = say(
        "Distance: by streets of the layer {layer}, from the nearest point of a street. "
        "Confidence: {confidence}.",
        layer=title or same(network.layer),
        confidence=term("confidence", network.confidence),
    )
    cap = say(
        "Whoever is more than {metres} m from the nearest street counts as out of reach.",
        metres=count(snapper.cap_m),
    )
    told = [basis, *_unknown(network, reach), cap]
    if reach.unit == "min":
        told.append(
            say(
                "Minutes follow the speed of each street; between a place and its street, people "
                "walk at {speed} km/h.",
                speed=count(leg_m_per_min * MIN_PER_H / M_PER_KM, digits=1),
            )
        )
    return (*told, *_islands(network, snapper, reach, island_m), *network.notes)


def said_of_snaps(snapped: Snapped) -> tuple[Text, ...]:
    """Return how far places lie off the streets, and how many lie too far."""
    summary = snapped.summary
    told: list[Text] = []
    if summary.joined:
        told.append(
            say(
                "Half of the places lie within {median} m of a street, nine of ten within "
                "{ninth} m; the farthest that counts is {most} m off.",
                median=count(summary.median_m),
                ninth=count(summary.p90_m),
                most=count(summary.most_m),
            )
        )
    if summary.beyond:
        told.append(
            say_count(
                "{n} place lies too far from any street; no way leads there.",
                "{n} places lie too far from any street; no way leads there.",
                summary.beyond,
            )
        )
    return tuple(told)


def _unknown(network: Network, reach: Reach) -> tuple[Text, ...]:
    """Return what the network does not know that the mode would need."""
    if reach.mode == "walk" and not network.footpaths:
        return (
            say(
                "The streets hold no footpaths, or few: the way on foot may be shorter, down to "
                "the straight line."
            ),
        )
    if reach.mode == "drive" and not network.one_way:
        return (say("Which streets are one-way is not known: all count as two-way."),)
    return ()


def _islands(network: Network, snapper: Snapper, reach: Reach, island_m: float) -> tuple[Text, ...]:
    """Return how much of the network is left out because it hangs together with nothing."""
    allowed = np.flatnonzero(network.direction(reach.mode) != NEITHER)
    left_mm = int(network.length_mm[allowed].sum() - network.length_mm[snapper.edges].sum())
    if not left_mm:
        return ()
    km = count(left_mm / MM / M_PER_KM, digits=1)
    if math.isinf(island_m):
        return (
            say("{km} km of streets do not hang together with the rest and are left out.", km=km),
        )
    return (
        say(
            "{km} km of streets in parts shorter than {least} km, which hang together with "
            "nothing else, are left out.",
            km=km,
            least=count(island_m / M_PER_KM, digits=1),
        ),
    )
