"""Where a plan lies, and its declared files."""

from importlib import resources
from pathlib import Path
from typing import TypeVar

from almaty_geo.errors import UsageError
from almaty_geo.specs import Spec, read_spec

S = TypeVar("S", bound=Spec)


def bundled() -> Path:
    """Return the folder of the plan of Almaty: in the wheel, or the checkout of an editable one."""
    inside = Path(str(resources.files("almaty_geo"))) / "bundled"
    return inside if inside.is_dir() else inside.parents[1]


def is_bundled(folder: Path) -> bool:
    """Return whether a folder lies in the installed package, where nothing is ever written."""
    inside = Path(str(resources.files("almaty_geo"))).resolve()
    return folder.resolve().is_relative_to(inside)


def refuse_bundled(folder: Path) -> None:
    """Raise UsageError if a plan is the bundled one, which is not written to."""
    if is_bundled(folder):
        raise UsageError(
            "The bundled plan is not written to: start your own with `almaty-geo new DIR`, "
            "then give --plan DIR."
        )


def declared_files(folder: Path) -> set[Path]:
    """Return the declared files and ledgers of a plan's folder, whatever they say."""
    layers = folder / "layers"
    return {
        folder / "plan.toml",
        *layers.rglob("*.toml"),
        *(folder / "maps").glob("*.toml"),
        *layers.glob("ledger/*.jsonl"),
    }


def read_each(folder: Path, model: type[S], *, key: str = "id") -> dict[str, S]:
    """Read every declared file of a folder, by its stem."""
    return {
        path.stem: read_spec(path, model, **{key: path.stem})
        for path in sorted(folder.glob("*.toml"))
    }
