"""
Declared files as types: an unknown key is an error that names the file and the key.

A plan is what these files say. The package knows a place, a theme or a norm only through them.
"""

from almaty_geo.specs.base import NOT_STATED, Confidence, Mode, Spec, build, read_spec, read_toml
from almaty_geo.specs.declared import (
    Commitment,
    Evidence,
    Norm,
    NormValue,
    Speed,
    Speeds,
    Status,
    StreetClass,
)
from almaty_geo.specs.exclusion import Exclusion
from almaty_geo.specs.layer import (
    Column,
    GeometryType,
    LayerSpec,
    Note,
    NoteKind,
    Origin,
    Precision,
    PrecisionMethod,
    Role,
    Source,
    State,
)
from almaty_geo.specs.maps import MapSpec, Style, Tab, Tiles
from almaty_geo.specs.plan import Detour, PlanSpec, ThemeWords
from almaty_geo.specs.ringroad import Congestion, RadialColumns, RingRoad, Severed
from almaty_geo.specs.scenario import (
    Added,
    Change,
    Dated,
    Population,
    Scenario,
    Selection,
    Stated,
)
from almaty_geo.specs.water import (
    Factor,
    FreeHead,
    NewIntakes,
    Pipes,
    Pledge,
    WaterSupply,
    WaterZones,
)

__all__ = [
    "NOT_STATED",
    "Added",
    "Change",
    "Column",
    "Commitment",
    "Confidence",
    "Congestion",
    "Dated",
    "Detour",
    "Evidence",
    "Exclusion",
    "Factor",
    "FreeHead",
    "GeometryType",
    "LayerSpec",
    "MapSpec",
    "Mode",
    "NewIntakes",
    "Norm",
    "NormValue",
    "Note",
    "NoteKind",
    "Origin",
    "Pipes",
    "PlanSpec",
    "Pledge",
    "Population",
    "Precision",
    "PrecisionMethod",
    "RadialColumns",
    "RingRoad",
    "Role",
    "Scenario",
    "Selection",
    "Severed",
    "Source",
    "Spec",
    "Speed",
    "Speeds",
    "State",
    "Stated",
    "Status",
    "StreetClass",
    "Style",
    "Tab",
    "ThemeWords",
    "Tiles",
    "WaterSupply",
    "WaterZones",
    "build",
    "read_spec",
    "read_toml",
]
