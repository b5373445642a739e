"""Every reference between the files of a plan, followed once."""

from typing import TYPE_CHECKING

import shapely

from almaty_geo.errors import DataError, SpecError, UnknownNameError
from almaty_geo.plan.scenarios import check_scenarios
from almaty_geo.specs import MapSpec

if TYPE_CHECKING:
    from almaty_geo.plan.plan import Plan


def check(plan: "Plan") -> None:
    """
    Read everything once and follow every reference between files.

    Raises
    ------
    DataError
        If a layer is missing, changed or broken, naming file, feature and fault.
    SpecError
        If a declared file refers to what the plan does not have.
    """
    for name in plan.layers:
        if not len(plan.layers[name]):
            raise DataError(f"{plan.layers[name].spec.file}: the layer is empty.")
    for scenario in plan.scenarios.values():
        for theme in plan.themes:
            plan.facilities(theme, scenario)
    check_scenarios(plan)
    plan.water()  # refuses what its files name wrongly
    plan.ring_road()
    _check_barriers(plan)
    _check_exclusions(plan)
    _check_promises(plan)
    for spec in plan.maps.values():
        _check_map(plan, spec)


def _check_map(plan: "Plan", spec: MapSpec) -> None:
    where = f"maps/{spec.id}.toml"
    for style in spec.layers:
        if style.layer not in plan.layers:
            cause = UnknownNameError("layer", style.layer, plan.layers)
            raise SpecError(f"{where}: {cause}")
        columns = plan.layers.spec(style.layer).columns
        if style.by and style.by not in columns:
            cause = UnknownNameError(f"column of {style.layer}", style.by, columns)
            raise SpecError(f"{where}: {cause}")
    if spec.view_deg is None:
        return
    if not shapely.box(*spec.view_deg).intersects(shapely.box(*plan.area.bounds_deg)):
        raise SpecError(f"{where}: view_deg {list(spec.view_deg)} lies off the plan's ground.")


def _check_barriers(plan: "Plan") -> None:
    for name in plan.spec.barriers:
        if plan.layers.spec(name).geometry != "LineString":
            raise SpecError(f"plan.toml: the barrier {name!r} is no layer of lines.")


def _check_exclusions(plan: "Plan") -> None:
    for one in plan.exclusions.values():
        if one.layer is None:
            continue
        where = f"exclusions/{one.id}.toml"
        if one.layer not in plan.specs.specs:
            cause = UnknownNameError("layer", one.layer, plan.specs.specs)
            raise SpecError(f"{where}: {cause}")
        columns = plan.specs.specs[one.layer].columns
        for column in one.where:
            if column not in columns:
                cause = UnknownNameError(f"column of {one.layer}", column, columns)
                raise SpecError(f"{where}: {cause}")


def _check_promises(plan: "Plan") -> None:
    sources = plan.publishers
    known = set(plan.areas.frame["id"].astype(str))
    for promise in plan.promises.values():
        for source in (promise.source, *(e.source for e in promise.evidence)):
            if sources and source not in sources:
                cause = UnknownNameError("source", source, sources)
                raise SpecError(f"commitments/{promise.id}.toml: {cause}")
        for slug in promise.areas:
            if slug not in known:
                cause = UnknownNameError("area", slug, known)
                raise SpecError(f"commitments/{promise.id}.toml: {cause}")
