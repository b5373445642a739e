"""How each figure of the ring road comes about, in words."""

from almaty_geo.ringroad.access import AreaAccess
from almaty_geo.ringroad.reckoning import RingAnswer
from almaty_geo.words import Text, count, say


def how(answer: RingAnswer, row: AreaAccess, name: str) -> Text:
    """
    Return the formula of a figure, with its numbers.

    Parameters
    ----------
    answer
        The figures.
    row
        The area's access.
    name
        Which of the figures: the middle part of its id.

    Returns
    -------
    formula
        One or two sentences.
    """
    if name == "wins":
        return say(
            "The number of pairs of gates, of {pairs}, for which the fastest way along the ring "
            "road takes less time than the fastest way through the city.",
            pairs=count(len(answer.through.pairs)),
        )
    people = count(row.people)
    if name in {"median", "median_centre"}:
        return say(
            "The least time by car that at least half of the {people} residents do not exceed, by "
            "the fastest way.",
            people=people,
        )
    reached = row.road if name == "within" else row.centre
    return say(
        "Residents from whom the fastest way by car takes at most so long ÷ all residents: "
        "{within} ÷ {people}.",
        within=count(reached[answer.spec.main_min].people),
        people=people,
    )
