"""The model of a report as a JSON file, for those who build on it."""

from pathlib import Path

from almaty_geo.reports.model import Report
from almaty_geo.words import Language


def write_json(report: Report, language: Language, folder: Path) -> Path:
    """Write the model, which holds every language, and return its path; see `formats.Writer`."""
    del language
    path = folder / f"{report.area}.json"
    path.write_text(report.to_json(), encoding="utf-8")
    return path
