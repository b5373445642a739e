"""
The checks: what is doubtful in layers that can be read, what is wrong in those that cannot.

Nothing is changed. What would be repaired stands beside the finding, as a line of the ledger.
"""

from collections.abc import Iterator
from pathlib import Path

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.doctor.finding import Finding, Severity, of_fault
from almaty_geo.doctor.outlines import mended, outlines
from almaty_geo.doctor.places import against_areas, shared
from almaty_geo.doctor.values import duplicates, references, texts, unknowns
from almaty_geo.errors import DataError
from almaty_geo.reading import Fault, Found, Repair, read_layer, read_outside

__all__ = ["Finding", "Severity", "check_file", "check_layers", "findings"]

_NOT_DATA = frozenset({".toml", ".md"})
_MENDABLE = "crosses-itself"


def findings(layer: Layer, catalogue: Catalogue, area: StudyArea) -> tuple[Finding, ...]:
    """
    Check a layer that keeps its sidecar's promises.

    Parameters
    ----------
    layer
        The layer.
    catalogue
        The layers it refers to.
    area
        For the metric plane.

    Returns
    -------
    findings
        References, places, outlines, values, in this order; the same for the same data.
    """
    return (
        *references(layer, catalogue),
        *against_areas(layer, catalogue, area),
        *shared(layer, area),
        *outlines(layer, area),
        *duplicates(layer),
        *texts(layer),
        *unknowns(layer),
    )


def check_layers(
    catalogue: Catalogue, area: StudyArea, *, only: str | None = None
) -> tuple[Finding, ...]:
    """
    Check layers; one that cannot be loaded gives its faults instead.

    Parameters
    ----------
    catalogue
        The layers.
    area
        For the metric plane.
    only
        One layer; None for all, and for files in the folder that no sidecar declares.

    Returns
    -------
    findings
        By layer.

    Raises
    ------
    UnknownNameError
        If no sidecar has that id.
    """
    names = [catalogue.spec(only).id] if only is not None else list(catalogue)
    found = [finding for name in names for finding in _of_layer(name, catalogue, area)]
    return (*found, *(_strays(catalogue) if only is None else ()))


def check_file(path: Path, area: StudyArea) -> tuple[Finding, ...]:
    """Check a file that is no layer yet: structure and geometry, columns as found."""
    return tuple(_of_faults(path.name, read_outside(path, None, area), area))


def _of_layer(name: str, catalogue: Catalogue, area: StudyArea) -> tuple[Finding, ...]:
    """Return what is doubtful in a layer, or what is wrong with it."""
    try:
        layer = catalogue[name]
    except DataError:
        spec = catalogue.spec(name)
        found = read_layer(catalogue.folder / spec.file, spec, catalogue.area)
        return tuple(_of_faults(name, found, area))
    return findings(layer, catalogue, area)


def _of_faults(name: str, found: Found, area: StudyArea) -> Iterator[Finding]:
    """Yield the faults of a file, each with its repair where there is one."""
    for fault in found.faults:
        yield of_fault(name, fault, _repair(name, fault, found, area))


def _repair(name: str, fault: Fault, found: Found, area: StudyArea) -> Repair | None:
    """Return what would be done about a fault, where that is mechanical."""
    if fault.feature is None or fault.rule != _MENDABLE:
        return None
    shape = found.frame.geometry.iloc[fault.feature]
    return mended(name, fault.id or str(fault.feature), shape, area)


def _strays(catalogue: Catalogue) -> Iterator[Finding]:
    """Yield data files that no sidecar declares: nobody knows whose they are."""
    declared = {spec.file for spec in catalogue.specs.values()}
    for path in sorted(catalogue.folder.iterdir()):
        hidden = path.name.startswith(".") or path.suffix in _NOT_DATA
        if path.is_file() and not hidden and path.name not in declared:
            sentence = f"{path.name} has no sidecar: source, licence and columns are not known."
            yield Finding(path.name, "", "no-sidecar", "warning", sentence)
