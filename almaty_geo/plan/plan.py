"""The facade: a plan is a folder; ask it, and its answers show themselves."""

from collections.abc import Sequence
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd

from almaty_geo import commitments as promises
from almaty_geo.catalogue import Layer
from almaty_geo.commitments import Judged
from almaty_geo.coverage import Coverage, Offer, Question, measure
from almaty_geo.coverage.barriers import BarrierReport, Limits
from almaty_geo.coverage.naming import Streets
from almaty_geo.errors import UnknownNameError, UsageError
from almaty_geo.places import added_layer
from almaty_geo.plan import answers
from almaty_geo.plan.checking import check
from almaty_geo.plan.contents import Contents
from almaty_geo.plan.folder import bundled
from almaty_geo.plan.ring import ring_road
from almaty_geo.plan.shown import ShownCoverage, by_parts
from almaty_geo.plan.subjects import SUBJECTS
from almaty_geo.plan.subjects import chosen as chosen_sections
from almaty_geo.plan.supply import water_supply
from almaty_geo.ringroad import ShownRing
from almaty_geo.sections import Section
from almaty_geo.specs import (
    MapSpec,
    Mode,
    Scenario,
)
from almaty_geo.travel import Asked, Reach, norm_reach, parse_reach
from almaty_geo.travel import reach as reach_of
from almaty_geo.water import Supply

if TYPE_CHECKING:
    from distributed import Client

    from almaty_geo.maps import Picture
    from almaty_geo.maps.scenes import Scenes
    from almaty_geo.plan.seeking import Wanted
    from almaty_geo.provision import Objective, Provision
    from almaty_geo.siting.sited import Sited

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


class Plan(Contents):
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
        super().__init__(folder)
        self._sections: dict[str, tuple[Section, ...]] = {}
        self._scenes: dict[str, Scenes] = {}

    def coverage(
        self,
        theme: str,
        *,
        reach: str | None = None,
        mode: Mode | None = None,
        basis: Asked | None = None,
        scenario: str | None = None,
        client: "Client | None" = None,
    ) -> ShownCoverage:
        """
        Return who is within reach of what a theme offers.

        Parameters
        ----------
        theme
            Such as "schools".
        reach
            Such as "500m" or "15min"; the theme's norm by default.
        mode
            On foot or by car; the norm's by default, else on foot.
        basis
            By streets or by straight line; streets by default where the plan has them.
        scenario
            Which facilities are open; the plan's own by default.
        client
            Workers of a Dask cluster, to count part by part; see docs/scale.md.

        Returns
        -------
        coverage
            Shows itself as a table in a notebook, and as a map by ``explore()``; one from workers
            is a `ShownByParts`.

        Raises
        ------
        UnknownNameError
            If the theme or the scenario is not in the plan.
        UsageError
            If the reach is no reach, none is given and the theme has no norm for it, or streets
            are asked for and the plan has none.
        """
        question = self.question(theme, reach, self.scenario(scenario), mode=mode)
        if client is not None:
            return by_parts(self, theme, question, basis=basis, client=client)
        return self._measure(theme, question, basis=basis)

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
        check(self)

    def offer(self, theme: str, scenario: Scenario) -> Offer:
        """Return a theme with its coverage in a scenario, and what another scenario changes."""
        question = self.usual_question(theme, scenario)
        other = self._other(theme, scenario) if question.norm else None
        return answers.offer_of(self, self._measure(theme, question), other=other)

    def usual_question(self, theme: str, scenario: Scenario) -> Question:
        """Return what a theme is asked in a scenario: its norm; without one, bands to draw."""
        orientation = reach_of(ORIENTATION_M, "m", "walk", speeds=self.speeds)
        asked = self._question(theme, None, scenario)
        return asked or Question(orientation, None, scenario.id)

    @cached_property
    def street_names(self) -> Streets:
        """What spots are named by."""
        return answers.street_names(self)

    def service_areas(
        self,
        theme: str,
        *,
        reaches: Sequence[str] = (),
        mode: Mode | None = None,
        basis: Asked | None = None,
        scenario: str | None = None,
    ) -> gpd.GeoDataFrame:
        """Return the ground within reach of each facility; see `answers.service_areas`."""
        return answers.service_areas(
            self, theme, reaches=reaches, mode=mode, basis=basis, scenario=scenario
        )

    def barriers(
        self,
        theme: str,
        *,
        reach: str | None = None,
        scenario: str | None = None,
        limits: Limits | None = None,
        against: Path | None = None,
    ) -> BarrierReport:
        """Say who is near by air and far by street, and why; see `answers.barriers`."""
        return answers.barriers(
            self, theme, reach=reach, scenario=scenario, limits=limits, against=against
        )

    def provision(  # noqa: PLR0913 - each part of the question
        self,
        theme: str,
        *,
        scenario: str | None = None,
        shifts: int | None = None,
        objective: "Objective" = "seats-first",
        low: bool = False,
        language: str | None = None,
        basis: Asked | None = None,
    ) -> "Provision":
        """Return who gets which seat; see `almaty_geo.provision.Ground.provide`."""
        from almaty_geo.plan.provisions import ground  # noqa: PLC0415 - the solver is heavy

        return ground(self, theme, basis=basis).provide(
            self.scenario(scenario), shifts=shifts, objective=objective, low=low, language=language
        )

    def site(self, theme: str, wanted: "Wanted", *, scenario: str | None = None) -> "Sited":
        """Return where the next facilities help most; see `almaty_geo.plan.sites.site`."""
        from almaty_geo.plan.sites import site  # noqa: PLC0415 - the solver is heavy

        return site(self, theme, wanted, scenario=scenario)

    def water(self, *, litres: float | None = None, years: Sequence[int] = ()) -> Supply | None:
        """Return supply against demand; see `supply.water_supply`. None where nothing is said."""
        if litres is None and not years:
            return self._supply
        return water_supply(self, litres=litres, years=years)

    @cached_property
    def _supply(self) -> Supply | None:
        """Supply against demand as declared."""
        return water_supply(self)

    def ring_road(  # noqa: PLR0913 - each assumption may be put otherwise
        self,
        *,
        city_speed: float | None = None,
        ring_speed: float | None = None,
        traffic: float | None = None,
        divert: float | None = None,
        radial: str | None = None,
        radial_speed: float | None = None,
        detour: float | None = None,
        basis: Asked | None = None,
    ) -> ShownRing | None:
        """Return what the ring road changes; see `ring.ring_road`. None where nothing is said."""
        asked = (city_speed, ring_speed, traffic, divert, radial, radial_speed, detour, basis)
        if all(one is None for one in asked):
            return self._ring
        return ring_road(
            self,
            city_speed=city_speed,
            ring_speed=ring_speed,
            traffic=traffic,
            divert=divert,
            radial=radial,
            radial_speed=radial_speed,
            detour=detour,
            basis=basis,
        )

    @cached_property
    def _ring(self) -> ShownRing | None:
        """What the ring road changes as declared."""
        return ring_road(self)

    def picture(
        self,
        spec: MapSpec,
        *,
        scenario: str | None = None,
        sections: tuple[Section, ...] | None = None,
    ) -> "Picture":
        """Return all that a map is drawn from: of these sections, or of all in a scenario."""
        from almaty_geo.maps import Picture  # noqa: PLC0415 - drawing is heavy to import
        from almaty_geo.maps.scenes import NO_SCENES  # noqa: PLC0415 - the same

        return Picture(
            name=self.spec.name,
            date=self.spec.date,
            plan_id=self.spec.id,
            spec=spec,
            area=self.area,
            areas=self.areas,
            sections=chosen_sections(self.sections(scenario), spec)
            if sections is None
            else sections,
            layers={**self.layers, **self._added_in(scenario, compared=sections is None)},
            scenes=self._scenes_in(scenario) if sections is None else NO_SCENES,
            input_hash=self.input_hash,
        )

    def _scenes_in(self, scenario: str | None) -> "Scenes":
        """Return every theme in every scenario, beside the one that the page holds in."""
        from almaty_geo.plan.scenes import scenes_of  # noqa: PLC0415 - drawing is heavy to import

        chosen = self.scenario(scenario)
        if chosen.id not in self._scenes:
            self._scenes[chosen.id] = scenes_of(self, chosen)
        return self._scenes[chosen.id]

    def _added_in(self, scenario: str | None, *, compared: bool) -> dict[str, Layer]:
        """Return what scenarios add, to be drawn, by layer: one, or all that are compared."""
        if compared:
            return {layer.id: layer for layer in self.added.values()}
        chosen = self.scenario(scenario)
        found: dict[str, Layer] = {}
        for theme in dict.fromkeys(one.theme for one in chosen.adds):
            layer = added_layer(theme, [chosen], at=self.spec.date)
            if layer is not None:
                found[layer.id] = layer
        return found

    def question(
        self, theme: str, reach: str | None, scenario: Scenario, *, mode: Mode | None = None
    ) -> Question:
        """
        Return what is asked of a theme.

        Raises
        ------
        UnknownNameError
            If the theme is not in the plan.
        UsageError
            If the reach is no reach, or none is given and the theme has no norm for it.
        """
        if theme not in self.themes:
            raise UnknownNameError("theme", theme, self.themes)
        found = self._question(theme, reach, scenario, mode=mode)
        if found is None:
            raise UsageError(
                f"Theme {theme!r} has no norm for reach: give one, such as --reach 500m."
            )
        return found

    def _question(
        self, theme: str, reach: str | None, scenario: Scenario, *, mode: Mode | None = None
    ) -> Question | None:
        """Return what is asked of a theme; None where nobody says how far is within reach."""
        held = self.norm(theme, scenario)
        norm = held.reach if held else None
        usual: Mode = norm.mode if norm and norm.mode else "walk"
        if reach is not None:
            asked: Reach = parse_reach(reach, mode=mode or usual, speeds=self.speeds)
            return Question(asked, None, scenario.id)
        if norm is not None and mode not in {None, usual}:
            raise UsageError(f"The norm of {theme!r} is for the mode {usual!r}: give --reach too.")
        return Question(norm_reach(norm, self.speeds), norm, scenario.id) if norm else None

    def _measure(
        self, theme: str, question: Question, *, basis: Asked | None = None
    ) -> ShownCoverage:
        answer = measure(
            self.people(self.scenario(question.scenario)),
            self.facilities(theme, self.scenario(question.scenario)),
            self.travel(basis),
            question,
            areas=self.memberships(),
        )
        return ShownCoverage(**{f.name: getattr(answer, f.name) for f in fields(answer)}, plan=self)

    def _other(self, theme: str, scenario: Scenario) -> tuple[Scenario, Coverage] | None:
        """Return the latest other scenario that changes which facilities of a theme are open."""
        now = self.facilities(theme, scenario)
        for other in sorted(self.scenarios.values(), key=lambda s: (-s.year, s.id)):
            if scenario.opens_otherwise(other) and self.facilities(theme, other).ids != now.ids:
                question = self._question(theme, None, other)
                return None if question is None else (other, self._measure(theme, question))
        return None
