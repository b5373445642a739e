"""The changes that make one scenario of another, each by itself."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd

from almaty_geo.scenarios.setting import Setting
from almaty_geo.specs import Change, Dated, Norm, Population, Scenario, Selection
from almaty_geo.words import Text, count, joined, same, say, term

Kind = Literal["opens", "closes", "changes", "norms", "population"]
Entry = Dated | Change | Norm | Population
S = TypeVar("S", bound=Entry)
LISTED = 3
"""Ids that a title lists before it only counts them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One change: entries that go and entries that come, together or not at all."""

    id: str
    """Unique among the parts of a comparison; it does not depend on the order of a file."""

    kind: Kind
    """Where in a scenario it stands."""

    title: Text
    """What it is."""

    gone: tuple[Entry, ...]
    """Entries of the first scenario that the second does not have."""

    new: tuple[Entry, ...]
    """Entries of the second that the first does not have."""


def expanded(scenario: Scenario, setting: Setting) -> Scenario:
    """Return a scenario in which every facility of a theme opens or closes by itself."""

    def split(entries: Sequence[Dated]) -> tuple[Dated, ...]:
        own: dict[str, Dated] = {}
        for one in entries:
            if one.layer not in setting.roll.layers:
                continue
            for at in np.flatnonzero(setting.roll.mask(one, scenario)).tolist():
                row = setting.roll.ids[at].removeprefix(f"{one.layer}/")
                own[row] = Dated(layer=one.layer, ids=(row,), year=one.year)
        return tuple(own.values())

    update = {"opens": split(scenario.opens), "closes": split(scenario.closes)}
    return scenario.model_copy(update=update)


def parts(before: Scenario, after: Scenario, setting: Setting) -> tuple[Part, ...]:
    """
    Return what makes the second scenario of the first, as far as it touches a theme.

    Parameters
    ----------
    before, after
        Scenarios.
    setting
        The theme; entries about other themes have no part in it.

    Returns
    -------
    parts
        By kind and content. What both change in one layer is one part, since two values of one
        cell cannot hold at once; so is the norm, and so are the people.
    """
    layers = setting.roll.layers
    found: list[Part] = []
    kind: Kind
    for kind in ("opens", "closes"):
        gone, new = _apart(getattr(before, kind), getattr(after, kind))
        single = [((one,), ()) for one in gone if one.layer in layers]
        found += [_part(setting, kind, *pair) for pair in single]
        found += [_part(setting, kind, (), (one,)) for one in new if one.layer in layers]
    for layer in layers:
        old, fresh = _apart(
            [c for c in before.changes if c.layer == layer],
            [c for c in after.changes if c.layer == layer],
        )
        if old and fresh:
            found.append(_part(setting, "changes", old, fresh))
        else:
            found += [_part(setting, "changes", (one,), ()) for one in old]
            found += [_part(setting, "changes", (), (one,)) for one in fresh]
    norms = ([n for n in one.norms if n.theme == setting.theme] for one in (before, after))
    found += _whole(setting, "norms", *norms)
    people = ([p for p in (one.population,) if p is not None] for one in (before, after))
    found += _whole(setting, "population", *people)
    return tuple(sorted(found, key=lambda part: part.id))


def mixed(before: Scenario, some: Iterable[Part]) -> Scenario:
    """
    Return a scenario with some of the changes that make another of it.

    With none of them it is the first, with all it has the results of the second.
    """
    made = list(some)
    update: dict[str, Any] = {}
    for kind in ("opens", "closes", "changes", "norms"):
        own = [part for part in made if part.kind == kind]
        gone = [entry for part in own for entry in part.gone]
        kept = (entry for entry in getattr(before, kind) if entry not in gone)
        update[kind] = (*kept, *(entry for part in own for entry in part.new))
    for part in made:
        if part.kind == "population":
            update["population"] = part.new[0] if part.new else None
    return before.model_copy(update=update)


def _whole(
    setting: Setting, kind: Kind, old: Sequence[Entry], fresh: Sequence[Entry]
) -> list[Part]:
    """Return one part for all that differs, or none."""
    gone, new = _apart(old, fresh)
    return [_part(setting, kind, gone, new)] if gone or new else []


def _apart(old: Sequence[S], fresh: Sequence[S]) -> tuple[tuple[S, ...], tuple[S, ...]]:
    """Return what only the first has and what only the second has."""
    return (
        tuple(one for one in old if one not in fresh),
        tuple(one for one in fresh if one not in old),
    )


def _part(setting: Setting, kind: Kind, gone: Sequence[Entry], new: Sequence[Entry]) -> Part:
    """Return a part with its id and its words."""
    plain = [
        sorted(json.dumps(one.model_dump(mode="json"), sort_keys=True) for one in some)
        for some in (gone, new)
    ]
    titles = [_undone(_said(setting, kind, one)) for one in gone]
    titles += [_said(setting, kind, one) for one in new]
    told = joined(titles, by="; ")
    return Part(
        f"{kind} {json.dumps(plain, ensure_ascii=False)}", kind, told, tuple(gone), tuple(new)
    )


def _undone(title: Text) -> Text:
    return say("not any more: {change}", change=title)


def _said(setting: Setting, kind: Kind, entry: Entry) -> Text:
    """Return one entry of a scenario in words."""
    if isinstance(entry, Population):
        return _people(entry)
    if isinstance(entry, Norm):
        return _norm(entry)
    if isinstance(entry, Change):
        return say(
            "{what}: {values}", what=_selected(setting, entry), values=_becomes(setting, entry)
        )
    what = _selected(setting, entry)
    return say("opens: {what}", what=what) if kind == "opens" else say("closes: {what}", what=what)


def _becomes(setting: Setting, change: Change) -> Text:
    """Return the values that a change sets, each under the title of its column."""
    columns = setting.roll.layers[change.layer].spec.columns
    titles = ((columns[name].title or same(name), value) for name, value in change.becomes.items())
    return joined(joined([title, same(str(value))], by=" = ") for title, value in titles)


def _people(population: Population) -> Text:
    """Return a population in words."""
    if population.total is None:
        number = count(sum(population.areas.values()))
        return say(
            "residents of {n} areas in {year}: {people}",
            n=count(len(population.areas)),
            year=str(population.year),
            people=number,
        )
    number = count(population.total)
    return say("residents in {year}: {people}", year=str(population.year), people=number)


def _norm(norm: Norm) -> Text:
    """Return the figures of a norm that a scenario changes, in words."""
    values = [v for v in (norm.reach, norm.admission_limit, norm.provision) if v is not None]
    each = [
        say("{value} {unit}", value=count(v.value, digits=1), unit=term("unit", v.unit))
        for v in values
    ]
    return say("norm: {values}", values=joined(each))


def _selected(setting: Setting, selection: Selection) -> Text:
    """Return what a selection means in words: the layer, and which of it."""
    layer = setting.roll.layers[selection.layer]
    if selection.ids:
        names = [_name(setting, selection.layer, row) for row in selection.ids[:LISTED]]
        more = len(selection.ids) - len(names)
        listed = ", ".join(names) if not more else f"{', '.join(names)} +{more}"
        return same(listed)
    if selection.where:
        rules = [_rule(setting, selection, column) for column in selection.where]
        return say("{layer}: {which}", layer=layer.spec.title, which=joined(rules))
    return layer.spec.title


def _rule(setting: Setting, selection: Selection, column: str) -> Text:
    """Return a column's value as a reader knows it."""
    spec = setting.roll.layers[selection.layer].spec.columns[column]
    words, value = dict(spec)["values"], str(selection.where[column])
    return words[value] if value in words else same(value)


def _name(setting: Setting, layer: str, row: str) -> str:
    """Return a facility's proper name; its id where it has none."""
    own = setting.roll.layers[layer]
    frame = own.frame
    found = frame[frame["id"].astype(str) == row].iloc[0]
    for column in own.spec.name_columns:
        if pd.notna(found[column]):
            return str(found[column])
    return row
