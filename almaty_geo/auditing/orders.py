"""From a manifest back to what was asked for: enough to make the same again."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from almaty_geo.build import Order
from almaty_geo.errors import DataError, UsageError
from almaty_geo.exports import FORMATS
from almaty_geo.manifest import MANIFEST, Manifest
from almaty_geo.reports.formats import FORMATS as REPORT_FORMATS
from almaty_geo.reports.formats import HTML, Wish
from almaty_geo.results import ExportOrder, Ordered, ReportOrder
from almaty_geo.words import LANGUAGES, Language


def order_of(manifest: Manifest, out: Path) -> Ordered:
    """
    Return an order for the same result in another folder.

    Raises
    ------
    UsageError
        If the verb is none whose results can be made again.
    DataError
        If its parameters are not what the verb takes.
    """
    if manifest.job not in _ORDERS:
        known = ", ".join(map(repr, _ORDERS))
        raise UsageError(
            f"A result of {manifest.job!r} cannot be built again; those of {known} can."
        )
    return _ORDERS[manifest.job](manifest.parameters, out)


def scenario_of(told: Mapping[str, Any]) -> str:
    """Return the scenario of a result; DataError if its manifest names none."""
    scenario = told.get("scenario")
    if not isinstance(scenario, str):
        raise _unexpected("scenario", "the id of a scenario is")
    return scenario


def _build(told: Mapping[str, Any], out: Path) -> Ordered:
    everything = told.get("all")
    if not isinstance(everything, bool):
        raise _unexpected("all", "true or false is")
    return Order(out, _languages(told), scenario_of(told), everything=everything)


def _report(told: Mapping[str, Any], out: Path) -> Ordered:
    formats = _known(told, "formats", (HTML, *REPORT_FORMATS))
    wish = Wish(formats, _languages(told), _names(told, "districts"))
    return ReportOrder(out, wish, scenario_of(told))


def _export(told: Mapping[str, Any], out: Path) -> Ordered:
    formats = _known(told, "formats", FORMATS)
    return ExportOrder(out, _names(told, "layers"), formats, scenario_of(told))


_ORDERS: Mapping[str, Callable[[Mapping[str, Any], Path], Ordered]] = {
    "build": _build,
    "report": _report,
    "export": _export,
}


def _languages(told: Mapping[str, Any]) -> list[Language]:
    given = _known(told, "languages", LANGUAGES)
    return [language for one in given for language in LANGUAGES if language == one]


def _known(told: Mapping[str, Any], key: str, known: Collection[str]) -> list[str]:
    """Return a list of words that are all known."""
    given = told.get(key)
    if not isinstance(given, list) or any(one not in known for one in given):
        raise _unexpected(key, f"some of {', '.join(known)} are")
    return [str(one) for one in given]


def _names(told: Mapping[str, Any], key: str) -> list[str] | None:
    """Return a list of names, which the plan knows or refuses; None for all there are."""
    given = told.get(key)
    if given is None:
        return None
    if not isinstance(given, list) or any(not isinstance(one, str) for one in given):
        raise _unexpected(key, "a list of names is")
    return [str(one) for one in given]


def _unexpected(key: str, expected: str) -> DataError:
    return DataError(f"{MANIFEST}: {key}: {expected} expected.")
