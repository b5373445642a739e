"""What must stand beside all that is said of scenarios."""

from collections.abc import Sequence

from almaty_geo.scenarios.forecast import Basis
from almaty_geo.scenarios.setting import Setting
from almaty_geo.scenarios.uncertainty import Verdict
from almaty_geo.specs import Scenario
from almaty_geo.words import Text, say


def ways_notes(setting: Setting, scenario: Scenario) -> tuple[Text, ...]:
    """Return how ways were reckoned, and how far is within reach."""
    reach = setting.reach_in(scenario)
    return (*setting.travel.said(reach), say("Within reach: up to {reach}.", reach=reach.shown))


def sources(setting: Setting) -> Sequence[str]:
    """Return the layers that the figures were made from."""
    return tuple(layer.id for layer in setting.layers)


def verdict_word(verdict: Verdict) -> Text:
    """Return how sure a result is, in a word."""
    return {"robust": say("robust"), "borderline": say("borderline"), "empty": say("no residents")}[
        verdict
    ]


def varied_word(name: str) -> Text:
    """Return what the draws vary, in a word or two."""
    return {
        "detour": say("the detour"),
        "norm": say("the norm"),
        "positions": say("places"),
        "counts": say("counts of residents"),
    }[name]


def basis_word(basis: Basis) -> Text:
    """Return where a year's figure of population comes from, in a word or two."""
    return {
        "counted": say("counted"),
        "forecast": say("forecast"),
        "between": say("between two figures"),
        "scenario": say("as the scenario says"),
        "constant": say("held constant"),
    }[basis]
