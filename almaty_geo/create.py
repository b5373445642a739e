"""A new plan to fill in, with the plan that comes with the package beside it as an example."""

import shutil
from importlib import resources
from pathlib import Path

from almaty_geo.errors import OutputError
from almaty_geo.plan import bundled
from almaty_geo.staging import files_together

DECLARED = ("plan.toml", "layers", "maps")


def new_plan(folder: Path) -> tuple[Path, ...]:
    """
    Start a plan.

    Parameters
    ----------
    folder
        New or empty; gets ``plan.toml`` and sidecars to fill in, and ``example/``.

    Returns
    -------
    files
        What to fill in, sorted; ``plan.toml`` says how.

    Raises
    ------
    OutputError
        If the folder holds something already, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder} is there already and not empty; name a new folder.")
    blank = Path(str(resources.files("almaty_geo"))) / "blank"
    with files_together(folder) as draft:
        try:
            _copy(blank, draft)
        except OSError as error:
            raise OutputError(f"{folder}: cannot be written ({error.strerror}).") from error
    copied = (folder / path.relative_to(blank) for path in blank.rglob("*") if path.is_file())
    return tuple(sorted(copied))


def _copy(blank: Path, draft: Path) -> None:
    """Copy what is to be filled in, the table of tags, and the example."""
    shutil.copytree(blank, draft, dirs_exist_ok=True)
    shutil.copytree(bundled() / "layers" / "fetch", draft / "layers" / "fetch")
    example = draft / "example"
    example.mkdir()
    for name in DECLARED:
        source = bundled() / name
        if source.is_dir():
            shutil.copytree(source, example / name, ignore=shutil.ignore_patterns("*.png"))
        else:
            shutil.copy2(source, example / name)
