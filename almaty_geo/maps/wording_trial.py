"""Words of the tool to try other facilities."""

from almaty_geo.words import Text, say


def trial_words() -> dict[str, Text]:
    """Return every word of the tool, by the key that the page knows it by."""
    return {**_acts(), **_remarks(), **_pupils()}


def _acts() -> dict[str, Text]:
    """Return what can be done."""
    return {
        "try": say("Try"),
        "try_title": say("Try other facilities"),
        "try_add": say("Add"),
        "try_move": say("Move"),
        "try_remove": say("Remove"),
        "try_undo": say("Undo"),
        "try_before": say("Show as before"),
        "try_clear": say("Start again"),
        "try_middle": say("Put it in the middle of the map"),
        "try_which": say("Or choose from the list"),
        "try_save": say("Save as scenario"),
        "try_load": say("Load a scenario"),
    }


def _remarks() -> dict[str, Text]:
    """Return what is said of a trial."""
    return {
        "try_place": say("Click the map where it is to stand."),
        "try_pick": say("Click a facility on the map."),
        "try_nothing": say("Nothing is changed yet: press Add, Move or Remove."),
        "try_out": say("Residents out of reach"),
        "try_added": say("Added"),
        "try_moved": say("Moved"),
        "try_removed": say("Removed"),
        "try_outside": say("That place is outside the plan's area."),
        "try_broken": say("The file is no scenario that this page can read."),
        "try_skipped": say("Left out, since this page does not hold them"),
        "try_apart": say("no street near: nobody gets there"),
        "try_file": say("Put the saved file into layers/scenarios of the plan, then:"),
    }


def _pupils() -> dict[str, Text]:
    """Return what is said of seats."""
    return {
        "try_seats": say("Pupils: nearest first"),
        "try_seated": say("with a seat"),
        "try_waiting": say("in reach, no seat"),
        "try_unreached": say("out of reach"),
        "try_districts": say("By district"),
        "try_rule": say(
            "By the rule “nearest first”, in the shifts there are. The proven assignment comes "
            "from the command line, on the saved scenario."
        ),
    }
