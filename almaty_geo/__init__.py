"""Who can reach what, what was promised, and what would change it: plans in, answers out."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from almaty_geo.coverage import Coverage
    from almaty_geo.errors import AlmatyGeoError
    from almaty_geo.plan import Plan, open_plan

__all__ = ["AlmatyGeoError", "Coverage", "Plan", "open_plan"]

_HOMES = {
    "AlmatyGeoError": "almaty_geo.errors",
    "Coverage": "almaty_geo.coverage",
    "Plan": "almaty_geo.plan",
    "open_plan": "almaty_geo.plan",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import a public name when it is first asked for, so that the command line starts fast."""
    from importlib import import_module  # noqa: PLC0415 - the point of this function

    if name not in _HOMES:
        raise AttributeError(f"module 'almaty_geo' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
