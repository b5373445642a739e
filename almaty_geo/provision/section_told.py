"""What each planned school changes, in sentences that a map says where it is chosen."""

from almaty_geo.provision.relief import Relief
from almaty_geo.provision.seats import layer_of
from almaty_geo.provision.story import Story
from almaty_geo.sections import Told
from almaty_geo.words import Text, count, joined, say, say_count


def told(story: Story) -> tuple[Told, ...]:
    """Return when each school that the other scenario opens does so, and what it adds net."""
    return tuple(
        Told(
            layer_of(one.school),
            one.school.removeprefix(f"{layer_of(one.school)}/"),
            _sentences(story, one),
        )
        for one in story.reliefs
        if one.school != "all"
    )


def _sentences(story: Story, one: Relief) -> Text:
    said = (
        say("Opens: {year}.", year=story.opening(one.school).shown),
        say("Seats more, net of what it replaces: {n}.", n=count(one.seats)),
        say_count(
            "In one shift, {n} pupil more gets a seat.",
            "In one shift, {n} pupils more get a seat.",
            one.seated,
        ),
    )
    return joined(said, by=" ")
