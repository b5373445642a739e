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
    Scenario,
    Selection,
    Speed,
    Speeds,
    Status,
)
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
from almaty_geo.specs.plan import Detour, MapSpec, PlanSpec, Style, ThemeWords

__all__ = [
    "NOT_STATED",
    "Column",
    "Commitment",
    "Confidence",
    "Detour",
    "Evidence",
    "GeometryType",
    "LayerSpec",
    "MapSpec",
    "Mode",
    "Norm",
    "NormValue",
    "Note",
    "NoteKind",
    "Origin",
    "PlanSpec",
    "Precision",
    "PrecisionMethod",
    "Role",
    "Scenario",
    "Selection",
    "Source",
    "Spec",
    "Speed",
    "Speeds",
    "State",
    "Status",
    "Style",
    "ThemeWords",
    "build",
    "read_spec",
    "read_toml",
]
