"""
The checks: what is doubtful in layers that can be read, what is wrong in those that cannot.

Nothing is changed. What would be repaired stands beside the finding, as a line of the ledger.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Catalogue, Layer
from almaty_geo.doctor.addresses import addresses, roughness
from almaty_geo.doctor.agreement import order, people, published, replacements, unnamed
from almaty_geo.doctor.finding import Finding, Mending, Severity, of_fault
from almaty_geo.doctor.lines import far_from_lines, lines
from almaty_geo.doctor.names import alike, languages, letters, spoken
from almaty_geo.doctor.numbers import outliers, placeholders
from almaty_geo.doctor.outlines import mended, outlines
from almaty_geo.doctor.places import against_areas
from almaty_geo.doctor.shapes import shapes
from almaty_geo.doctor.twins import copies, namesakes, shared
from almaty_geo.doctor.values import duplicates, references, texts, unknowns
from almaty_geo.errors import DataError
from almaty_geo.reading import Fault, Found, read_layer, read_outside
from almaty_geo.specs import LayerSpec

__all__ = ["Finding", "Mending", "Severity", "check_file", "check_layers", "examine", "findings"]

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
        References, places, shapes, values, what should agree, in this order; the same for the
        same data.
    """
    return (
        *references(layer, catalogue),
        *against_areas(layer, catalogue, area),
        *addresses(layer, catalogue, area),
        *roughness(layer),
        *shared(layer, area),
        *namesakes(layer, area),
        *copies(layer),
        *shapes(layer, area),
        *outlines(layer, area),
        *lines(layer, area),
        *far_from_lines(layer, catalogue, area),
        *duplicates(layer),
        *alike(layer),
        *texts(layer),
        *letters(layer),
        *languages(layer),
        *outliers(layer),
        *placeholders(layer),
        *order(layer),
        *replacements(layer, catalogue),
        *people(layer, catalogue),
        *published(layer, catalogue),
        *unnamed(layer, catalogue),
        *unknowns(layer),
    )


def examine(
    spec: LayerSpec, found: Found, catalogue: Catalogue, area: StudyArea
) -> tuple[Finding, ...]:
    """
    Check what was read of a layer: its faults, or where it has none, what is doubtful.

    Parameters
    ----------
    spec
        The sidecar.
    found
        What was read.
    catalogue
        The layers it refers to.
    area
        For the metric plane.
    """
    if found.faults:
        return tuple(_of_faults(spec.id, found, area))
    return findings(Layer(spec, found.frame), catalogue, area)


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
    if only is not None:
        return tuple(found)
    return (*found, *_strays(catalogue), *spoken(_readable(catalogue)))


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
        return examine(spec, found, catalogue, area)
    return findings(layer, catalogue, area)


def _of_faults(name: str, found: Found, area: StudyArea) -> Iterator[Finding]:
    """Yield the faults of a file, each with its repair where there is one."""
    for fault in found.faults:
        yield of_fault(name, fault, _repair(name, fault, found, area))


def _repair(name: str, fault: Fault, found: Found, area: StudyArea) -> Mending | None:
    """Return what would be done about a fault, where that is mechanical."""
    if fault.feature is None or fault.rule != _MENDABLE:
        return None
    shape = found.frame.geometry.iloc[fault.feature]
    return mended(name, (fault.id or str(fault.feature), fault.feature), shape, area)


def _readable(catalogue: Catalogue) -> dict[str, Layer]:
    """Return the layers that can be read."""
    layers = {}
    for name in catalogue:
        with suppress(DataError):
            layers[name] = catalogue[name]
    return layers


def _strays(catalogue: Catalogue) -> Iterator[Finding]:
    """Yield data files that no sidecar declares: nobody knows whose they are."""
    declared = {spec.file for spec in catalogue.specs.values()}
    for path in sorted(catalogue.folder.iterdir()):
        hidden = path.name.startswith(".") or path.suffix in _NOT_DATA
        if path.is_file() and not hidden and path.name not in declared:
            sentence = f"{path.name} has no sidecar: source, licence and columns are not known."
            yield Finding(path.name, "", "no-sidecar", "warning", sentence)
