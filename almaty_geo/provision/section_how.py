"""How each figure of a theme's seats comes about, in words."""

from almaty_geo.provision.story import AreaSeats
from almaty_geo.words import Text, count, say


def how(name: str, *, single: AreaSeats, now: AreaSeats) -> Text:
    """
    Return the formula of a figure, with its numbers.

    Parameters
    ----------
    name
        Which of the figures: the middle part of its id.
    single, now
        The area's figures in one shift, and in the shifts there are.

    Returns
    -------
    formula
        One or two sentences.
    """
    if name == "out_of_reach":
        return say(
            "The sum of pupils at points from which no open school is within the limit; "
            "{pupils} pupils live in the area.",
            pupils=count(now.pupils),
        )
    if name == "mean_walk_m":
        return say(
            "The sum of the ways of the {seated} pupils with a seat ÷ their number, rounded to "
            "10 m.",
            seated=count(now.seated),
        )
    line = single if name == "without_one_shift" else now
    return say(
        "Pupils − pupils with a seat, where as many as possible are seated: {pupils} − {seated}.",
        pupils=count(line.pupils),
        seated=count(line.seated),
    )
