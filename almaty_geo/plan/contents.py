"""What lies in the folder of a plan."""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from almaty_geo.area import StudyArea, grown
from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.errors import DataError, SpecError, UnknownNameError, UsageError
from almaty_geo.places import (
    Demand,
    Facilities,
    Membership,
    Roll,
    added_layer,
    demand,
    membership,
    opening_added,
    roll,
)
from almaty_geo.plan.folder import declared_files, read_each
from almaty_geo.specs import (
    Commitment,
    Exclusion,
    MapSpec,
    Norm,
    PlanSpec,
    Scenario,
    Speeds,
    ThemeWords,
    read_spec,
)
from almaty_geo.travel import Asked, StraightLine, Travel
from almaty_geo.words import LANGUAGES, Text, say

if TYPE_CHECKING:
    from almaty_geo.calibration import Calibrated
    from almaty_geo.provision import Seating
    from almaty_geo.provision.declared import Borderline
    from almaty_geo.streets import Network


class Contents:
    """
    What lies in the folder of a plan: layers, norms, scenarios, promises, maps, streets.

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
        self.scenarios: Mapping[str, Scenario] = {
            name: opening_added(each)
            for name, each in read_each(layers / "scenarios", Scenario).items()
        }
        self.promises: Mapping[str, Commitment] = read_each(layers / "commitments", Commitment)
        self.maps: Mapping[str, MapSpec] = read_each(folder / "maps", MapSpec)
        self.exclusions: Mapping[str, Exclusion] = read_each(layers / "exclusions", Exclusion)
        self.specs = Catalogue(layers)
        """Sidecars; readable even while layers are still to be filled."""
        self._memberships: dict[str, Membership] = {}
        self._rolls: dict[str, Roll] = {}
        self._travels: dict[Asked | None, Travel] = {}
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

    def memberships(self) -> Mapping[str, Membership]:
        """Return the area of each demand point, for each layer of areas."""
        if not self._memberships:
            people = self.layers[self.spec.demand]
            for name in self.layers.with_role("area"):
                self._memberships[name] = membership(people, self.layers[name])
        return self._memberships

    @cached_property
    def themes(self) -> Mapping[str, tuple[str, ...]]:
        """Facility layers of each theme; declared themes first, in their order."""
        named: dict[str, list[str]] = {theme: [] for theme in self.spec.themes}
        for name, spec in self.specs.specs.items():
            if spec.theme is not None:
                named.setdefault(spec.theme, []).append(name)
        return {theme: tuple(layers) for theme, layers in named.items() if layers}

    def theme_words(self, theme: str) -> ThemeWords:
        """Return how sentences name a theme; from its first layer's title where none is said."""
        if theme in self.spec.themes:
            return self.spec.themes[theme]
        title = self.layers.spec(self.themes[theme][0]).title
        return ThemeWords(title=title, nearest=say("the nearest of “{title}”", title=title))

    def scenario(self, name: str | None = None) -> Scenario:
        """Return a scenario; the plan's own by default; UnknownNameError if there is none."""
        chosen = name or self.spec.scenario
        if chosen not in self.scenarios:
            raise UnknownNameError("scenario", chosen, self.scenarios)
        return self.scenarios[chosen]

    def facilities(self, theme: str, scenario: Scenario) -> Facilities:
        """Return what a theme offers in a scenario; UnknownNameError if there is no such theme."""
        own = self.roll(theme)
        self._check_added(scenario)
        known = {*self.layers, *(layer.id for layer in self.added.values())}
        for selection in (*scenario.opens, *scenario.closes, *scenario.changes):
            if selection.layer not in known:
                cause = UnknownNameError("layer", selection.layer, self.layers)
                raise SpecError(f"{scenario.id}.toml: {cause}")
        own.check(scenario)
        return own.offered(own.open(scenario), own.capacity(scenario))

    def roll(self, theme: str) -> Roll:
        """Return every facility of a theme, open or not; UnknownNameError for no such theme."""
        if theme not in self.themes:
            raise UnknownNameError("theme", theme, self.themes)
        if theme not in self._rolls:
            self._rolls[theme] = roll(theme, self.theme_layers(theme), self.area)
        return self._rolls[theme]

    def theme_layers(self, theme: str) -> tuple[Layer, ...]:
        """Return the layers of a theme; what scenarios add to it is the last."""
        own = tuple(self.layers[name] for name in self.themes[theme])
        return (*own, self.added[theme]) if theme in self.added else own

    @cached_property
    def added(self) -> Mapping[str, Layer]:
        """What scenarios add that no layer holds, by theme."""
        found: dict[str, Layer] = {}
        for theme in self.themes:
            layer = added_layer(theme, self.scenarios.values(), at=self.spec.date)
            if layer is not None:
                found[theme] = layer
        return found

    def _check_added(self, scenario: Scenario) -> None:
        """Refuse additions to a theme that is not there, and those far from the place."""
        for one in scenario.adds:
            if one.theme not in self.themes:
                cause = UnknownNameError("theme", one.theme, self.themes)
                raise SpecError(f"{scenario.id}.toml: adds: {cause}")
            if not self.area.holds(shapely.Point(one.lon, one.lat)):
                raise SpecError(
                    f"{scenario.id}.toml: adds {one.id} at {one.lon}, {one.lat}, "
                    "which is not in the plan's area."
                )

    def people(self, scenario: Scenario | None = None) -> Demand:
        """Return the people of a scenario; those of the demand layer by default."""
        own = self.memberships()[self.spec.areas]
        return demand(self.layers[self.spec.demand], self.area, scenario, areas=own)

    def norm(self, theme: str, scenario: Scenario) -> Norm | None:
        """Return the norm that holds for a theme in a scenario; None where there is none."""
        return scenario.norm(theme, self.norms)

    @cached_property
    def network(self) -> "Network | None":
        """The plan's routable streets; None where nobody has imported any."""
        name = next((i for i, spec in self.specs.specs.items() if spec.routable), None)
        if name is None:
            return None
        from almaty_geo.streets import network_from_layer  # noqa: PLC0415 - not all plans have any

        return network_from_layer(self.layers[name], self.area, self.speeds)

    def travel(self, basis: Asked | None = None) -> Travel:
        """
        Return the way of getting about that answers rest on.

        Parameters
        ----------
        basis
            By streets, by straight line and the plan's detour index, or by the index around each
            place; streets by default where the plan has them.

        Raises
        ------
        UsageError
            If streets are asked for and the plan has none, or the index of places and nobody has
            measured it.
        """
        if basis not in self._travels:
            self._travels[basis] = self._travel(basis)
        return self._travels[basis]

    @cached_property
    def calibrated(self) -> "Calibrated | None":
        """What the detour index rests on; None where it is a bare assumption."""
        told = self.spec.calibration
        if told is None:
            return None
        from almaty_geo.calibration import Calibrated  # noqa: PLC0415 - not all plans have any

        return Calibrated(
            self.spec.detour, self.layers[told.directness], self.layers[told.compared], self.area
        )

    @cached_property
    def seating(self) -> "Mapping[str, Seating]":
        """Who needs a seat of each theme that has any."""
        from almaty_geo.provision.declared import Seating  # noqa: PLC0415 - not all answers ask

        return read_each(self.folder / "layers" / "provision", Seating, key="theme")

    def borderline(self, theme: str) -> "Borderline":
        """Return from which scaling of people on a theme's results are unsure."""
        from almaty_geo.provision.declared import Borderline  # noqa: PLC0415 - as above

        declared = self.seating[theme].borderline if theme in self.seating else None
        return declared or Borderline()

    def _travel(self, basis: Asked | None) -> Travel:
        if basis == "local":
            if self.calibrated is None:
                raise UsageError("The plan has no detour index by place: see docs/calibration.md.")
            return self.calibrated.local()
        if basis == "detour" or (basis is None and self.network is None):
            return StraightLine(self.spec.detour)
        if basis is None:
            return self.travel("streets")
        if self.network is None:
            raise UsageError(
                "The plan has no streets: take them in with `almaty-geo import streets FILE`."
            )
        from almaty_geo.travel.streets import ByStreets  # noqa: PLC0415 - compiles its kernels

        return ByStreets(self.network)

    @property
    def look(self) -> MapSpec:
        """How the plan's first map draws layers; plainly where it declares no map."""
        first = next(iter(self.maps.values()), None)
        return first or MapSpec(id="plain", title=self.spec.name, layers=())

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
        return tuple(sorted(p for p in data | declared_files(self.folder) if p.is_file()))
