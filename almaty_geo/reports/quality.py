"""What the pages say of their data: how well places are known, whose they are, which licence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np
import shapely

from almaty_geo.catalogue import Layer
from almaty_geo.places import membership
from almaty_geo.reports.ground import Plane
from almaty_geo.reports.names import foreign
from almaty_geo.specs import NOT_STATED, LayerSpec, Precision
from almaty_geo.words import LANGUAGES, Text, count, dated, day, same, say, say_count, term


@dataclass(frozen=True, slots=True)
class LayerLine:
    """What is known of one layer."""

    title: Text
    """What it is."""

    date: Text
    """What the data describe."""

    features: Text
    """How many rows it has."""

    here: Text
    """How many of them are in the area that the page is about."""

    unlocated: Text
    """How many have no place."""

    precision: Text
    """How the places came about, and how far off they may be."""

    foreign: Text
    """How many names are not in the reader's language; a figure of its own in each language."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One publisher of one layer."""

    publisher: Text
    """Who."""

    url: str
    """Address that can be followed; empty where there is none."""

    licence: Text
    """Licence."""

    accessed: Text
    """The day the data were taken."""

    confidence: Text
    """How sure the content is."""

    note: Text | None
    """What was done to the data."""


@dataclass(frozen=True, slots=True)
class Quality:
    """All that a page says of its data."""

    lines: tuple[LayerLine, ...]
    """One for each layer."""

    remarks: tuple[tuple[Text, Text], ...]
    """Title of a layer, and a remark on it that no chapter has made yet."""

    sources: tuple[tuple[Text, tuple[SourceLine, ...]], ...]
    """Title of a layer, and its publishers."""

    unlicensed: Text | None
    """How many layers have a source whose licence nobody states; None for none."""

    credits: tuple[Text, ...]
    """Attributions that a licence asks for."""

    @property
    def licensing(self) -> tuple[Text, ...]:
        """What is to be said of licences: those that nobody states, and attributions."""
        return (*([self.unlicensed] if self.unlicensed else []), *self.credits)


def quality(
    plane: Plane, layers: Sequence[str], area: str | None, *, said: Sequence[Text]
) -> Quality:
    """
    Return what a page says of its data.

    Parameters
    ----------
    plane
        All layers.
    layers
        Ids of those that the page draws on, in the order to list them.
    area
        The area that the page is about; None for all.
    said
        Notes that the page's chapters make already.
    """
    used = [plane.layers[name] for name in layers if name in plane.layers]
    specs = [layer.spec for layer in used]
    open_ = sum(any(s.licence == NOT_STATED for s in spec.source) for spec in specs)
    return Quality(
        lines=tuple(_line(plane, layer, area) for layer in used),
        remarks=tuple(_remarks(specs, said)),
        sources=tuple((spec.title, tuple(_sources(spec))) for spec in specs),
        unlicensed=say_count(
            "The licence of {n} layer is not stated, or not for all of it.",
            "The licence of {n} layers is not stated, or not for all of them.",
            open_,
        )
        if open_
        else None,
        credits=(say("© OpenStreetMap contributors"),)
        if any("ODbL" in spec.licence for spec in specs)
        else (),
    )


def gathered(sources: Sequence[SourceLine]) -> list[tuple[SourceLine, ...]]:
    """Return publishers of a layer, those together of whom the same is said and no more."""
    groups = dict[tuple[Text, Text, Text, int], list[SourceLine]]()
    for at, one in enumerate(sources):
        own = at + 1 if one.note is not None else 0
        groups.setdefault((one.licence, one.accessed, one.confidence, own), []).append(one)
    return [tuple(group) for group in groups.values()]


def here(plane: Plane, layer: Layer, area: str | None) -> int:
    """Return how many rows of a layer are in an area: lines that cross it, points that are its."""
    if area is None:
        return len(layer)
    if layer.id == plane.areas.id:
        return 1
    if layer.spec.geometry in {"Point", "none"}:
        if layer.spec.geometry == "none" and not _refers(layer.spec, plane.areas.id):
            return 0
        member = membership(layer, plane.areas)
        return int((member.of == member.ids.index(area)).sum())
    outline = plane.outlines.get(area)
    shapes = plane.shapes[layer.id]
    return 0 if outline is None else int(np.sum(shapely.intersects(outline, shapes)))


def _refers(spec: LayerSpec, areas: str) -> bool:
    return any(column.layer == areas for column in spec.columns.values())


def _line(plane: Plane, layer: Layer, area: str | None) -> LayerLine:
    spec = layer.spec
    table = spec.geometry == "none"
    names = {language: count(foreign(layer, language))[language] for language in LANGUAGES}
    return LayerLine(
        title=spec.title,
        date=_when(spec.date),
        features=count(len(layer)),
        here=count(here(plane, layer, area)),
        unlocated=same("—") if table else count(layer.unlocated),
        precision=same("—") if table else _precision(spec.precision),
        foreign=Text(**names) if spec.name_columns else same("—"),
    )


def _precision(precision: Precision) -> Text:
    method = term("precision", precision.method)
    if not precision.metres:
        return method
    return say("{method}, ±{n}\u00a0m", method=method, n=count(precision.metres))


def _when(told: str) -> Text:
    """Return a date as far as it is told, or that it is not."""
    return dated(told) if told[:1].isdigit() else say("not stated")


def _remarks(specs: Sequence[LayerSpec], said: Sequence[Text]) -> Iterator[tuple[Text, Text]]:
    """Yield remarks on layers that no chapter has made."""
    for spec in specs:
        for note in spec.notes:
            if not any(note.text.en in text.en for text in said):
                yield spec.title, note.text


def _sources(spec: LayerSpec) -> Iterator[SourceLine]:
    for source in spec.source:
        yield SourceLine(
            publisher=source.publisher,
            url=source.url if _followable(source.url) else "",
            licence=_licence(source.licence),
            accessed=day(source.accessed),
            confidence=term("confidence", source.confidence),
            note=source.note,
        )


def _licence(told: str) -> Text:
    return say("not stated") if told == NOT_STATED else same(told)


def _followable(url: str) -> bool:
    """Return whether an address is one that a page may link to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
