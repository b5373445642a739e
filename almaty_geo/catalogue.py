"""A plan's layers as a mapping from id to data, each held to its sidecar."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np

from almaty_geo.area import StudyArea
from almaty_geo.errors import DataError, UnknownNameError
from almaty_geo.reading import Fault, read_layer
from almaty_geo.specs import LayerSpec, Role, read_spec


@dataclass(frozen=True, eq=False)
class Layer:
    """A sidecar with its data."""

    spec: LayerSpec
    """What the data are and promise."""

    frame: gpd.GeoDataFrame
    """One row a feature, longitude and latitude in degrees; no geometry where unlocated."""

    @property
    def id(self) -> str:
        """Name on the command line."""
        return self.spec.id

    @cached_property
    def located(self) -> gpd.GeoDataFrame:
        """Rows that have a place."""
        return self.frame[~self._placeless]

    @cached_property
    def unlocated(self) -> int:
        """How many rows of a layer with geometry have no place; kept, and counted."""
        return int(self._placeless.sum()) if self.spec.geometry != "none" else 0

    @cached_property
    def _placeless(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        geometry = self.frame.geometry
        return np.asarray(geometry.isna() | geometry.is_empty, dtype=bool)

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.frame)

    def _repr_html_(self) -> str:
        """Show the first rows in a notebook."""
        return self.frame.head(10).to_html()


class Catalogue(Mapping[str, Layer]):
    """
    Every layer of a folder, by id; data are read when asked for, once.

    Parameters
    ----------
    folder
        Where sidecars and their data lie.
    area
        Where coordinates must lie; None to leave that open.

    Raises
    ------
    SpecError
        If a sidecar says something it may not say.
    """

    def __init__(self, folder: Path, area: StudyArea | None = None) -> None:
        self.folder = folder
        self.area = area
        self.specs: Mapping[str, LayerSpec] = {
            path.stem: read_spec(path, LayerSpec, id=path.stem)
            for path in sorted(folder.glob("*.toml"))
        }
        self._loaded: dict[str, Layer] = {}

    def __getitem__(self, name: str) -> Layer:
        """
        Return one layer.

        Raises
        ------
        UnknownNameError
            If no sidecar has that id.
        DataError
            If the data file is missing, changed, or not what the sidecar says.
        """
        if name not in self._loaded:
            self._loaded[name] = self._load(self.spec(name))
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        """Yield ids in alphabetical order."""
        return iter(self.specs)

    def __len__(self) -> int:
        """Return how many layers there are."""
        return len(self.specs)

    def spec(self, name: str) -> LayerSpec:
        """Return one sidecar; raise UnknownNameError if there is none of that id."""
        try:
            return self.specs[name]
        except KeyError:
            raise UnknownNameError("layer", name, self.specs) from None

    def with_role(self, role: Role) -> tuple[str, ...]:
        """Return the ids of the layers that play a role."""
        return tuple(name for name, spec in self.specs.items() if spec.role == role)

    def faults(self, name: str) -> tuple[Fault, ...]:
        """Return everything in a layer that breaks its sidecar's promises."""
        spec = self.spec(name)
        return read_layer(self.folder / spec.file, spec, self.area).faults

    def _load(self, spec: LayerSpec) -> Layer:
        found = read_layer(self.folder / spec.file, spec, self.area)
        if found.faults:
            first, *rest = found.faults
            more = f" And {len(rest)} more: `almaty-geo check {spec.id}` lists all." if rest else ""
            raise DataError(f"{first}{more}")
        return Layer(spec, found.frame)
