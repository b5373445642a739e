"""What must stand beside results of every subject: norms, scenarios, cautions of layers."""

from collections.abc import Iterable

from almaty_geo.catalogue import Layer
from almaty_geo.specs import NormValue, Scenario
from almaty_geo.words import Text, count, say, term


def norm_line(kind: Text, norm: NormValue) -> Text:
    """Return a norm in words, with its source and how sure it is."""
    return say(
        "{kind}: {value} {unit}. Source: {basis}. Confidence: {confidence}.",
        kind=kind,
        value=count(norm.value, digits=1),
        unit=term("unit", norm.unit),
        basis=norm.basis,
        confidence=term("confidence", norm.confidence),
    )


def norm_note(kind: Text, norm: NormValue) -> Text:
    """Return a norm in words, with what else is to be known of it."""
    line = norm_line(kind, norm)
    return line if norm.note is None else say("{line} {note}", line=line, note=norm.note)


def scenario_note(scenario: Scenario) -> Text:
    """Return what a scenario assumes, and how sure it is."""
    return say(
        "Scenario “{title}”: {note} Confidence: {confidence}.",
        title=scenario.title,
        note=scenario.note,
        confidence=term("confidence", scenario.confidence),
    )


def layer_notes(layers: Iterable[Layer]) -> tuple[Text, ...]:
    """Return what layers themselves warn of."""
    return tuple(
        say("{layer}: {note}", layer=layer.spec.title, note=note.text)
        for layer in layers
        for note in layer.spec.notes
    )
