"""What a set of report pages is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.sections import Section
from almaty_geo.specs import MapSpec
from almaty_geo.words import Text


@dataclass(frozen=True)
class Dossier:
    """All that a set of report pages is made from."""

    name: Text
    """Name of the place."""

    date: date
    """The plan's date."""

    plan_id: str
    """The plan's short name."""

    area: StudyArea
    """The ground, with its metric plane."""

    areas: Layer
    """The areas that pages are about."""

    sections: tuple[Section, ...]
    """What the subjects have to say, in order."""

    layers: Mapping[str, Layer]
    """Layers that pages draw or speak of, those of the base map among them."""

    map_spec: MapSpec
    """How layers are drawn."""

    input_hash: str
    """Digest of all that the plan declares."""

    version: str
    """Version of the package."""
