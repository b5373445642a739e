"""How one figure came about: its formula, and every layer and file that it rests on."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from almaty_geo.auditing.rows import counted
from almaty_geo.catalogue import Layer
from almaty_geo.cells import area_cell
from almaty_geo.errors import UsageError
from almaty_geo.notes import norm_line
from almaty_geo.plan import Plan
from almaty_geo.plan.subjects import SUBJECTS
from almaty_geo.sections import Figure, Section
from almaty_geo.specs import NormValue, Scenario
from almaty_geo.words import Language, Text, say

NEAREST = 5
"""How many ids are proposed in place of an unknown one."""

FOLDERS = {"commitments": "commitments", "water": "water", "ring_road": "ringroad"}
"""Folder below ``layers/`` that declares a subject, by the id of its section."""

_SEATS = "-seats"


@dataclass(frozen=True, slots=True)
class Part:
    """A layer that a figure was made from."""

    layer: Layer
    """The layer."""

    filter: Text
    """Which of its rows count."""

    rows: int
    """How many those are."""

    def to_dict(self, language: Language) -> dict[str, Any]:
        """Return the part as plain values for JSON, in words of a language."""
        spec = self.layer.spec
        return {
            "layer": spec.id,
            "title": spec.title[language],
            "role": spec.role,
            "filter": self.filter[language],
            "rows": self.rows,
            "rows_in_layer": len(self.layer),
            "source": spec.publisher[language],
            "urls": [source.url for source in spec.source],
            "date": spec.date,
            "licence": spec.licence,
            "sha256": spec.sha256,
        }

    def said(self) -> Text:
        """Return the part as a line."""
        spec = self.layer.spec
        return say(
            "{layer} ({id}): {filter}. Source: {source}, {date}. Licence: {licence}. "
            "SHA-256: {sha256}.",
            layer=spec.title,
            id=spec.id,
            filter=self.filter,
            source=spec.publisher,
            date=spec.date,
            licence=spec.licence,
            sha256=spec.sha256,
        )


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure with all that it rests on."""

    figure: Figure
    """The figure."""

    section: Section
    """What it is part of; its notes say how sure it is."""

    area: Text
    """Which area it is about."""

    scenario: Scenario | None
    """Which facilities are open; None where that does not matter."""

    basis: str | None
    """How ways are reckoned, "streets" or "detour"; None where only the notes say so."""

    norms: tuple[tuple[Text, NormValue], ...]
    """What the theme is held to, each with what it is a norm for."""

    parts: tuple[Part, ...]
    """Layers."""

    files: tuple[tuple[str, str], ...]
    """Declared files of the plan, each with its SHA-256."""

    def to_dict(self, language: Language) -> dict[str, Any]:
        """Return the explanation as plain values for JSON, in words of a language."""
        figure = self.figure
        return {
            "id": figure.id,
            "label": figure.label[language],
            "value": figure.value,
            "shown": figure.shown[language],
            "section": self.section.id,
            "title": self.section.title[language],
            "area": self.area[language],
            "scenario": self.scenario.id if self.scenario else None,
            "basis": self.basis,
            "formula": figure.how[language] if figure.how else None,
            "norms": [norm_line(kind, norm)[language] for kind, norm in self.norms],
            "layers": [part.to_dict(language) for part in self.parts],
            "files": [{"path": path, "sha256": digest} for path, digest in self.files],
            "notes": [note[language] for note in self.section.notes],
        }

    def said(self) -> tuple[Text, ...]:
        """Return the explanation line by line."""
        figure = self.figure
        lines = [
            say("{value}: {label}", value=figure.shown, label=figure.label),
            say("{section}, {area}", section=self.section.title, area=self.area),
        ]
        if self.scenario:
            lines.append(
                say("Scenario “{title}” ({id})", title=self.scenario.title, id=self.scenario.id)
            )
        lines.append(say("Formula: {formula}", formula=figure.how or say("not stated")))
        lines += [norm_line(kind, norm) for kind, norm in self.norms]
        lines += [part.said() for part in self.parts]
        lines += [
            say("Declared in {path}, SHA-256: {sha256}", path=path, sha256=digest)
            for path, digest in self.files
        ]
        return (*lines, *self.section.notes)


def explain(plan: Plan, figure_id: str, *, scenario: str | None = None) -> Explained:
    """
    Say how a figure came about.

    Parameters
    ----------
    plan
        The plan.
    figure_id
        Section, quantity and area, such as "schools.share.medeu".
    scenario
        Which facilities are open; the plan's own by default.

    Returns
    -------
    explained
        Formula, norm, layers with provenance, declared files.

    Raises
    ------
    UsageError
        If there is no such figure, with the nearest ones.
    UnknownNameError
        If there is no such scenario.
    """
    chosen = plan.scenario(scenario)
    known: list[str] = []
    for section, area, figure in figures(plan, chosen):
        if figure.id == figure_id:
            return explained(plan, section, area, figure, chosen)
        known.append(figure.id)
    near = get_close_matches(figure_id, known, n=NEAREST)
    hint = f" did you mean {' or '.join(near)}?" if near else ""
    raise UsageError(
        f"Unknown figure {figure_id!r}:{hint} `almaty-geo explain` lists all {len(known)}."
    )


def figures(plan: Plan, scenario: Scenario) -> Iterator[tuple[Section, str, Figure]]:
    """Yield each figure with its section and area, subject by subject, reckoned when asked for."""
    for subject in SUBJECTS:
        for section in subject(plan, scenario):
            for answer in section.answers:
                yield from ((section, answer.area, figure) for figure in answer.figures)


def explained(
    plan: Plan, section: Section, area: str, figure: Figure, scenario: Scenario
) -> Explained:
    """Return a figure of a section with all that it rests on."""
    theme = _theme(plan, section)
    own = scenario if section.scenario is not None else None
    layers = [plan.layers[name] for name in section.sources if name in plan.layers]
    return Explained(
        figure=figure,
        section=section,
        area=area_cell(plan.areas, area).shown,
        scenario=own,
        basis=plan.travel().basis if theme else None,
        norms=_norms(plan, theme, scenario),
        parts=tuple(
            Part(layer, *counted(plan, layer, area=area, theme=theme, scenario=scenario))
            for layer in layers
        ),
        files=tuple(_declared(plan, section, theme, own)),
    )


def _theme(plan: Plan, section: Section) -> str | None:
    """Return the theme that a section is about: its id, or what its id begins with."""
    fits = [
        theme
        for theme in plan.themes
        if section.id == theme or section.id.startswith((f"{theme}-", f"{theme}_"))
    ]
    return max(fits, key=len, default=None)


def _norms(plan: Plan, theme: str | None, scenario: Scenario) -> tuple[tuple[Text, NormValue], ...]:
    norm = plan.norm(theme, scenario) if theme else None
    if norm is None:
        return ()
    each = (
        (say("Norm for reach"), norm.reach),
        (say("Admission limit"), norm.admission_limit),
        (say("Norm for provision"), norm.provision),
    )
    return tuple((kind, value) for kind, value in each if value is not None)


def _declared(
    plan: Plan, section: Section, theme: str | None, scenario: Scenario | None
) -> Iterator[tuple[str, str]]:
    """Yield the declared files that a figure rests on, with their digests."""
    layers = plan.folder / "layers"
    paths = [plan.folder / "plan.toml", layers / "travel" / "speeds.toml"]
    if scenario is not None:
        paths.append(layers / "scenarios" / f"{scenario.id}.toml")
    if theme is not None:
        paths.append(layers / "norms" / f"{theme}.toml")
        if section.id.endswith(_SEATS):
            paths.append(layers / "provision" / f"{theme}.toml")
    if section.id in FOLDERS:
        paths += sorted((layers / FOLDERS[section.id]).glob("*.toml"))
    for path in paths:
        if path.is_file():
            yield path.relative_to(plan.folder).as_posix(), _digest(path)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
