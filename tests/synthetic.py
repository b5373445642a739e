"""The invented country of the scripts, small: written once for all tests that ask for it."""

import runpy
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).parents[1] / "scripts"


def script() -> dict[str, Any]:
    """Return what `scripts/synthetic_country.py` defines."""
    return runpy.run_path(str(SCRIPTS / "synthetic_country.py"))


def write_country(folder: Path, **wanted: float) -> Path:
    """Write an invented country; see the script for what may be wanted."""
    made = script()
    for _ in made["write"](made["Wanted"](**wanted), folder):
        pass
    return folder
