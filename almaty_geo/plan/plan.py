"""The facade: a plan is a folder; ask it, and its answers show themselves."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from almaty_geo import commitments as promises
from almaty_geo.area import StudyArea, grown
from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.commitments import Judged
from almaty_geo.coverage import Coverage, Offer, Question, measure
from almaty_geo.coverage import section as coverage_section
from almaty_geo.errors import DataError, SpecError, UnknownNameError, UsageError
from almaty_geo.places import Facilities, Membership, demand, facilities, membership
from almaty_geo.plan.folder import bundled, read_each
from almaty_geo.plan.shown import ShownCoverage
from almaty_geo.sections import Section
from almaty_geo.specs import (
    Commitment,
    MapSpec,
    Norm,
    PlanSpec,
    Scenario,
    Speeds,
    ThemeWords,
    read_spec,
)
from almaty_geo.travel import Reach, StraightLine, norm_reach, parse_reach
from almaty_geo.travel import reach as reach_of
from almaty_geo.words import LANGUAGES, Text, say

if TYPE_CHECKING:
    from almaty_geo.maps import Picture

ORIENTATION_M = 500
"""Width of the map's bands for a theme without a norm for reach."""


def open_plan(folder: Path | str | None = None) -> "Plan":
    """
    Open a plan.

    Parameters
    ----------
    folder
        Where ``plan.toml`` lies; by default the current folder if it is a plan, else the plan of
        Almaty that comes with the package.

    Returns
    -------
    plan
        Declared files are read and checked; layers are read when asked for.

    Raises
    ------
    SpecError
        If there is no plan, or a declared file says something it may not say.
    """
    if folder is None:
        here = Path.cwd()
        folder = here if (here / "plan.toml").is_file() else bundled()
    return Plan(Path(folder))


class Plan:
    """
    A plan of a place: its layers, norms, scenarios and promises.

    Parameters
    ----------
    folder
        Where ``plan.toml`` lies.

    Raises
    ------
    SpecError
        If a declared file says something it may not say.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spec = read_spec(folder / "plan.toml", PlanSpec)
        layers = folder / "layers"
        self.norms: Mapping[str, Norm] = read_each(layers / "norms", Norm, key="theme")
        self.speeds = read_spec(layers / "travel" / "speeds.toml", Speeds)
        self.scenarios: Mapping[str, Scenario] = read_each(layers / "scenarios", Scenario)
        self.promises: Mapping[str, Commitment] = read_each(layers / "commitments", Commitment)
        self.maps: Mapping[str, MapSpec] = read_each(folder / "maps", MapSpec)
        self.specs = Catalogue(layers)
        """Sidecars; readable even while layers are still to be filled."""
        self._memberships: dict[str, Membership] = {}
        self._sections: dict[str, tuple[Section, ...]] = {}
        for name, role in ((self.spec.areas, "area"), (self.spec.demand, "demand")):
            if self.specs.spec(name).role != role:
                raise SpecError(f"plan.toml: the layer {name!r} must have the role {role!r}.")
        self.scenario(self.spec.scenario)

    @cached_property
    def area(self) -> StudyArea:
        """The study area: the areas' box grown by the plan's margin."""
        areas = self.specs[self.spec.areas]
        if not len(areas.located):
            raise DataError(
                f"{areas.spec.file}: the layer is empty; fill it with "
                f"`almaty-geo import {areas.id} FILE`."
            )
        bounds = grown(areas.located.total_bounds.tolist(), self.spec.margin_m)
        return StudyArea(self.spec.name, bounds, self.spec.metric_crs)

    @cached_property
    def layers(self) -> Catalogue:
        """Every layer, by id."""
        return Catalogue(self.folder / "layers", self.area)

    @property
    def areas(self) -> Layer:
        """The layer that bounds the place and splits results."""
        return self.layers[self.spec.areas]

    @cached_property
    def themes(self) -> Mapping[str, tuple[str, ...]]:
        """Facility layers of each theme; declared themes first, in their order."""
        named: dict[str, list[str]] = {theme: [] for theme in self.spec.themes}
        for name, spec in self.specs.specs.items():
            if spec.theme is not None:
                named.setdefault(spec.theme, []).append(name)
        return {theme: tuple(layers) for theme, layers in named.items() if layers}

    @cached_property
    def input_hash(self) -> str:
        """Digest over every file of the plan: the same inputs, the same hash."""
        digest = hashlib.sha256()
        for path in self.files():
            digest.update(path.relative_to(self.folder).as_posix().encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def files(self) -> tuple[Path, ...]:
        """Return every file that the plan consists of, sorted: declared files and layers' data."""
        layers = self.folder / "layers"
        data = {layers / spec.file for spec in self.specs.specs.values()}
        declared = {self.folder / "plan.toml", *layers.rglob("*.toml")}
        maps = set((self.folder / "maps").glob("*.toml"))
        repairs = set(layers.glob("ledger/*.jsonl"))
        return tuple(sorted(p for p in data | declared | maps | repairs if p.is_file()))

    def scenario(self, name: str | None = None) -> Scenario:
        """Return a scenario; the plan's own by default; UnknownNameError if there is none."""
        chosen = name or self.spec.scenario
        if chosen not in self.scenarios:
            raise UnknownNameError("scenario", chosen, self.scenarios)
        return self.scenarios[chosen]

    def facilities(self, theme: str, scenario: Scenario) -> Facilities:
        """Return what a theme offers in a scenario; UnknownNameError if there is no such theme."""
        if theme not in self.themes:
            raise UnknownNameError("theme", theme, self.themes)
        for selection in (*scenario.opens, *scenario.closes):
            if selection.layer not in self.layers:
                cause = UnknownNameError("layer", selection.layer, self.layers)
                raise SpecError(f"{scenario.id}.toml: {cause}")
        layers = [self.layers[name] for name in self.themes[theme]]
        return facilities(theme, layers, scenario, self.area)

    def coverage(
        self, theme: str, *, reach: str | None = None, scenario: str | None = None
    ) -> ShownCoverage:
        """
        Return who is within reach of what a theme offers.

        Parameters
        ----------
        theme
            Such as "schools".
        reach
            Such as "500m" or "15min"; the theme's norm by default.
        scenario
            Which facilities are open; the plan's own by default.

        Returns
        -------
        coverage
            Shows itself as a table in a notebook, and as a map by ``explore()``.

        Raises
        ------
        UnknownNameError
            If the theme or the scenario is not in the plan.
        UsageError
            If the reach is no reach, or none is given and the theme has no norm for it.
        """
        chosen = self.scenario(scenario)
        if theme not in self.themes:
            raise UnknownNameError("theme", theme, self.themes)
        question = self._question(theme, reach, chosen)
        if question is None:
            raise UsageError(
                f"Theme {theme!r} has no norm for reach: give one, such as --reach 500m."
            )
        return self._measure(theme, question)

    def commitments(self) -> tuple[Judged, ...]:
        """Return each promise, by theme, with the status it has on the plan's date."""
        ordered = sorted(self.promises.values(), key=lambda c: (c.theme, c.id))
        return tuple(promises.judge(c, at=self.spec.date) for c in ordered)

    def sections(self, scenario: str | None = None) -> tuple[Section, ...]:
        """Return all that the subjects say in a scenario, in the plan's order."""
        chosen = self.scenario(scenario)
        if chosen.id not in self._sections:
            made = (section for subject in SUBJECTS for section in subject(self, chosen))
            self._sections[chosen.id] = tuple(made)
        return self._sections[chosen.id]

    def normed(self, scenario: str | None = None) -> tuple[ShownCoverage, ...]:
        """Return the coverage of each theme that has a norm for reach."""
        themes = [t for t in self.themes if t in self.norms and self.norms[t].reach]
        return tuple(self.coverage(theme, scenario=scenario) for theme in themes)

    def verify(self) -> None:
        """
        Read everything once and follow every reference between files.

        Raises
        ------
        DataError
            If a layer is missing, changed or broken, naming file, feature and fault.
        SpecError
            If a declared file refers to what the plan does not have.
        """
        for name in self.layers:
            if not len(self.layers[name]):
                raise DataError(f"{self.layers[name].spec.file}: the layer is empty.")
        for scenario in self.scenarios.values():
            for theme in self.themes:
                self.facilities(theme, scenario)
        self._verify_promises()
        for spec in self.maps.values():
            for style in spec.layers:
                if style.layer not in self.layers:
                    cause = UnknownNameError("layer", style.layer, self.layers)
                    raise SpecError(f"maps/{spec.id}.toml: {cause}")

    def theme_words(self, theme: str) -> ThemeWords:
        """Return how sentences name a theme; from its first layer's title where none is said."""
        if theme in self.spec.themes:
            return self.spec.themes[theme]
        title = self.layers.spec(self.themes[theme][0]).title
        return ThemeWords(title=title, nearest=say("the nearest of “{title}”", title=title))

    def offer(self, theme: str, scenario: Scenario) -> Offer:
        """Return a theme with its coverage in a scenario, and what another scenario changes."""
        asked = self._question(theme, None, scenario)
        orientation = reach_of(ORIENTATION_M, "m", "walk", speeds=self.speeds)
        question = asked or Question(orientation, None, scenario.id)
        norm = self.norms.get(theme)
        return Offer(
            words=self.theme_words(theme),
            scenario=scenario,
            coverage=self._measure(theme, question),
            layers=tuple(self.layers[name] for name in self.themes[theme]),
            demand=self.layers[self.spec.demand],
            areas=self.areas,
            provision=norm.provision if norm else None,
            other=self._other(theme, scenario) if asked else None,
        )

    @property
    def look(self) -> MapSpec:
        """How the plan's first map draws layers; plainly where it declares no map."""
        first = next(iter(self.maps.values()), None)
        return first or MapSpec(id="plain", title=self.spec.name, layers=())

    def picture(
        self,
        spec: MapSpec,
        *,
        scenario: str | None = None,
        sections: tuple[Section, ...] | None = None,
    ) -> "Picture":
        """Return all that a map is drawn from: of these sections, or of all in a scenario."""
        from almaty_geo.maps import Picture  # noqa: PLC0415 - drawing is heavy to import

        return Picture(
            name=self.spec.name,
            date=self.spec.date,
            plan_id=self.spec.id,
            spec=spec,
            area=self.area,
            areas=self.areas,
            sections=_chosen(self.sections(scenario), spec) if sections is None else sections,
            layers=dict(self.layers),
            input_hash=self.input_hash,
        )

    def map_spec(self, name: str = "atlas") -> MapSpec:
        """Return what a map shows; UnknownNameError if the plan has no such map."""
        if name not in self.maps:
            raise UnknownNameError("map", name, self.maps)
        return self.maps[name]

    @cached_property
    def publishers(self) -> Mapping[str, Text]:
        """Publisher of each source id; empty where the plan keeps no list of them."""
        if "sources" not in self.layers:
            return {}
        frame = self.layers["sources"].frame
        columns = [f"publisher_{language}" for language in LANGUAGES]
        told = frame[columns].astype(str).itertuples(index=False)
        return {str(i): Text(*names) for i, names in zip(frame["id"], told, strict=True)}

    def _question(self, theme: str, reach: str | None, scenario: Scenario) -> Question | None:
        """Return what is asked of a theme; None where nobody says how far is within reach."""
        norm = self.norms[theme].reach if theme in self.norms else None
        if reach is not None:
            mode = norm.mode if norm and norm.mode else "walk"
            asked: Reach = parse_reach(reach, mode=mode, speeds=self.speeds)
            return Question(asked, None, scenario.id)
        return Question(norm_reach(norm, self.speeds), norm, scenario.id) if norm else None

    def _measure(self, theme: str, question: Question) -> ShownCoverage:
        answer = measure(
            demand(self.layers[self.spec.demand], self.area),
            self.facilities(theme, self.scenario(question.scenario)),
            StraightLine(self.spec.detour),
            question,
            areas=self.memberships(),
        )
        return ShownCoverage(**{f.name: getattr(answer, f.name) for f in fields(answer)}, plan=self)

    def memberships(self) -> Mapping[str, Membership]:
        """Return the area of each demand point, for each layer of areas."""
        if not self._memberships:
            people = self.layers[self.spec.demand]
            for name in self.layers.with_role("area"):
                self._memberships[name] = membership(people, self.layers[name])
        return self._memberships

    def _other(self, theme: str, scenario: Scenario) -> tuple[Scenario, Coverage] | None:
        """Return the latest other scenario that changes which facilities of a theme are open."""
        now = self.facilities(theme, scenario)
        for other in sorted(self.scenarios.values(), key=lambda s: (-s.year, s.id)):
            if other.id != scenario.id and self.facilities(theme, other).ids != now.ids:
                question = self._question(theme, None, other)
                return None if question is None else (other, self._measure(theme, question))
        return None

    def _verify_promises(self) -> None:
        sources = self.publishers
        known = set(self.areas.frame["id"].astype(str))
        for promise in self.promises.values():
            for source in (promise.source, *(e.source for e in promise.evidence)):
                if sources and source not in sources:
                    cause = UnknownNameError("source", source, sources)
                    raise SpecError(f"commitments/{promise.id}.toml: {cause}")
            for slug in promise.areas:
                if slug not in known:
                    cause = UnknownNameError("area", slug, known)
                    raise SpecError(f"commitments/{promise.id}.toml: {cause}")


def _coverage_sections(plan: Plan, scenario: Scenario) -> Iterable[Section]:
    return (coverage_section(plan.offer(theme, scenario)) for theme in plan.themes)


def _commitment_sections(plan: Plan, _: Scenario) -> Iterable[Section]:
    if plan.promises:
        yield promises.section(plan.commitments(), publishers=plan.publishers, at=plan.spec.date)


SUBJECTS: tuple[Callable[[Plan, Scenario], Iterable[Section]], ...] = (
    _coverage_sections,
    _commitment_sections,
)
"""What a plan can speak of: a new subject is one function that makes sections of it."""


def _chosen(sections: tuple[Section, ...], spec: MapSpec) -> tuple[Section, ...]:
    """Return sections in the order of a map; those it does not name follow, or stay out."""
    by_id = {section.id: section for section in sections}
    if unknown := [name for name in spec.sections if name not in by_id]:
        cause = UnknownNameError("section", unknown[0], by_id)
        raise SpecError(f"maps/{spec.id}.toml: {cause}")
    named = [by_id[name] for name in spec.sections]
    rest = [] if spec.only else [s for s in sections if s.id not in spec.sections]
    return (*named, *rest)
