"""What must stand beside the figures: basis, norms, how pupils were counted, and what is unsure."""

from almaty_geo.cells import area_cell
from almaty_geo.notes import layer_notes, norm_note, scenario_note
from almaty_geo.provision.story import Story
from almaty_geo.words import Text, count, say, term


def notes(story: Story) -> tuple[Text, ...]:
    """Return every caution, the most telling first."""
    ground = story.ground
    return (
        *ground.travel.said(story.main.question.limit),
        *_norms(story),
        *_counts(story),
        *_unknown(story),
        *_borderline(story),
        say(
            "Who gets which seat is a proven optimum: most pupils seated, then most within the "
            "norm, then the least walking. It is what the seats could do at best, not where pupils "
            "study now. Equal optima are told apart by the ids of blocks and schools."
        ),
        *_relieved(story),
        scenario_note(story.scenario),
        *layer_notes((ground.people, *ground.layers, ground.areas)),
    )


def _norms(story: Story) -> list[Text]:
    norm = story.ground.norm
    each = (
        (say("Norm for reach"), norm.reach),
        (say("Admission limit"), norm.admission_limit),
    )
    return [norm_note(kind, value) for kind, value in each if value is not None]


def _counts(story: Story) -> list[Text]:
    """Return how pupils and shifts were counted."""
    rule = story.ground.rule
    each = [
        _basis(
            say("Pupils: {n}.", n=count(story.main.pupils.total)),
            rule.pupils.basis,
            rule.pupils.confidence,
        ),
    ]
    if story.low is not None:
        low = story.low
        each.append(
            say(
                "By the lower count there are {n} pupils, and {without} of them have no seat in "
                "one shift.",
                n=count(low.pupils.total),
                without=count(low.pupils.total - int(low.seated.sum())),
            )
        )
    each.append(_basis(say("By block:"), rule.share.basis, rule.share.confidence))
    each.append(_basis(say("Shifts:"), rule.shifts.basis, rule.shifts.confidence))
    return each


def _basis(kind: Text, basis: Text, confidence: str) -> Text:
    return say(
        "{kind} {basis} Confidence: {confidence}.",
        kind=kind,
        basis=basis,
        confidence=term("confidence", confidence),
    )


def _unknown(story: Story) -> list[Text]:
    """Return how many schools say nothing of seats, pupils or their place."""
    answer = story.main
    found: list[Text] = []
    if placeless := int((~answer.facilities.located).sum()):
        n = count(placeless)
        found.append(say("Open facilities without a place, which serve nobody here: {n}.", n=n))
    if silent := int((~answer.seats.known).sum()):
        n = count(silent)
        found.append(say("Open schools whose seats are not known, and give none here: {n}.", n=n))
    if answer.pupils.uncounted:
        n = count(answer.pupils.uncounted)
        found.append(say("Schools that do not say how many pupils they have: {n}.", n=n))
    return found


def _relieved(story: Story) -> list[Text]:
    """Return how what opens was compared, where anything does."""
    if not story.reliefs:
        return []
    return [
        say(
            "Each school that opens is opened alone, and two optima are compared: with it and "
            "without. Together they may change less than in sum."
        )
    ]


def _borderline(story: Story) -> list[Text]:
    """Return the areas whose residents were scaled by much."""
    return [
        say(
            "{area}: the register's residents are scaled × {factor}; where they live is unsure, "
            "so its figures are borderline.",
            area=area_cell(story.ground.areas, area).shown,
            factor=count(factor, digits=2),
        )
        for area, factor in story.factors.items()
    ]
