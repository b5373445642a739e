"""The sidecar of a layer of people that was made from another source."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from almaty_geo.importing.fresh import Fresh
from almaty_geo.importing.residents.asked import Spread
from almaty_geo.importing.residents.people import People
from almaty_geo.importing.residents.targets import Targets
from almaty_geo.importing.residents.totals import AreaPeople
from almaty_geo.plan import Plan
from almaty_geo.specs import Column, LayerSpec, Note, Precision, Source, build
from almaty_geo.words import LANGUAGES, Text, count, say


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader of results must know of the people."""

    spread: Spread
    """How they were spread."""

    areas: Sequence[AreaPeople]
    """People of each area, before and after; the last is outside all."""

    stayed: int
    """How many places of the file lie, wholly or in part, in no target."""

    by_storeys: bool
    """Whether the storeys of buildings were known."""


def declare(
    plan: Plan, name: str, people: People, targets: Targets | None, fresh: Fresh, told: Told
) -> LayerSpec:
    """
    Return the sidecar of a layer of people; its digest is still to come.

    Parameters
    ----------
    plan
        Gets the layer, or has it already.
    name
        Its id.
    people
        What the file holds.
    targets
        Whom people were put to, if to anybody.
    fresh
        What the file cannot say: title, source and licence.
    told
        What a reader must know.
    """
    old = plan.specs.specs.get(name)
    source = Source(
        publisher=fresh.publisher,
        url=fresh.url,
        accessed=fresh.accessed,
        licence=fresh.licence,
        confidence=fresh.confidence,
    )
    return build(
        LayerSpec,
        {
            "id": name,
            "title": fresh.title,
            "role": "demand",
            "geometry": "Point",
            "file": old.file if old is not None else f"{name}.geojson",
            "sha256": "0" * 64,
            "date": told.spread.date,
            "precision": _precision(plan, people, targets),
            "source": (source, *_others(plan, told.spread, source)),
            "columns": _columns(plan, old, whole=people.whole),
            "notes": tuple(_notes(plan, told)),
        },
        f"{name}.toml",
    )


def area_column(plan: Plan, old: LayerSpec | None) -> str:
    """Return the column that names the area of a row."""
    columns = old.columns.items() if old is not None else ()
    own = next((c for c, s in columns if s.layer == plan.spec.areas), None)
    return own or ("district" if plan.spec.areas == "districts" else plan.spec.areas)


def _columns(plan: Plan, old: LayerSpec | None, *, whole: bool) -> dict[str, Column]:
    kept = old.columns if old is not None else {}
    area = area_column(plan, old)
    title = plan.areas.spec.title
    named = kept.get(area, Column(kind="ref", layer=plan.spec.areas, title=title))
    unit = "people"
    return {
        "id": Column(kind="str", required=True, unique=True, title=say("Id")),
        area: named.model_copy(update={"required": False}),  # people outside are kept
        "people": Column(kind="int", minimum=0, required=True, unit=unit, title=say("People")),
        "people_source": Column(
            kind="int" if whole else "float",
            minimum=0,
            required=True,
            unit=unit,
            title=say("People, by the source"),
        ),
    }


def _precision(plan: Plan, people: People, targets: Targets | None) -> Precision:
    """Return how well places are known: cells to half their diagonal."""
    if people.kind == "points" and targets is None:
        return Precision(method="not_stated")
    if people.kind != "cells" or targets is not None:
        return Precision(method="generalised")
    area_m2 = float(np.median(shapely.area(plan.area.to_metres(people.shapes))))
    return Precision(method="generalised", metres=round(float(np.sqrt(area_m2 / 2))))


def _others(plan: Plan, spread: Spread, own: Source) -> list[Source]:
    """Return the sources of the layers that had part in it, each once."""
    names = [spread.by] if spread.by in plan.specs.specs else []
    names += [spread.totals.partition(".")[0]] if spread.totals else []
    each: list[Source] = []
    for name in names:
        each += [s for s in plan.specs.spec(str(name)).source if s != own and s not in each]
    return each


def _notes(plan: Plan, told: Told) -> list[Note]:
    """Return what must stand beside every result made from the layer."""
    texts: list[Text] = []
    *areas, outside = told.areas
    if told.spread.totals is not None:
        factors = _factors(plan, areas)
        text = say(
            "The source's people are scaled to the known sum of each district: {factors}.",
            factors=factors,
        )
        texts.append(text)
    if outside.people:
        texts.append(say("Outside every district: {n} people.", n=count(outside.people)))
    if (model := _model(told)) is not None:
        texts.append(model)
    if told.stayed:
        text = say(
            "Places of the source where there was nothing to spread people over: {n}; there they "
            "stand at one point.",
            n=count(told.stayed),
        )
        texts.append(text)
    return [Note(kind="caution", text=text) for text in texts]


def _model(told: Told) -> Text | None:
    """Return what the method makes of the people."""
    if told.spread.method == "nearest":
        return say("People are counted at the nearest place of a list, not where they live.")
    if told.spread.method == "area":
        return say("People are spread in proportion to area: reckoned, not counted on the spot.")
    if told.spread.method == "dasymetric" and told.by_storeys:
        return say(
            "People are spread in proportion to floor area (footprint times storeys): reckoned, "
            "not counted on the spot."
        )
    if told.spread.method == "dasymetric":
        return say(
            "People are spread over buildings or land in use: reckoned, not counted on the spot."
        )
    return None


def _factors(plan: Plan, areas: Sequence[AreaPeople]) -> Text:
    """Return each area's name with its factor."""
    frame = plan.areas.frame.set_index(plan.areas.frame["id"].astype(str))
    said: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for area in areas:
        if area.factor is None:
            continue
        factor = count(area.factor, digits=2)
        for language in LANGUAGES:
            columns = [f"name_{language}", *plan.areas.spec.name_columns]
            names = [str(frame.loc[area.id, c]) for c in columns if c in frame]
            said[language].append(f"{(names or [area.id])[0]} × {factor[language]}")
    return Text(**{language: "; ".join(parts) for language, parts in said.items()})
