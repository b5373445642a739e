"""The model of a report as a JSON file, for those who build on it."""

from collections.abc import Sequence
from pathlib import Path

from almaty_geo.reports.model import Report
from almaty_geo.reports.saving import saved
from almaty_geo.words import Language


def write_json(report: Report, languages: Sequence[Language], folder: Path) -> tuple[Path, ...]:
    """Write the model, which holds every language, once; see `formats.Writer`."""
    del languages
    return (saved(folder / f"{report.area}.json", report.to_json().encode()),)
