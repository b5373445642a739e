"""What every declared file has in common, and how it is read."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from almaty_geo.errors import SpecError

Mode = Literal["walk", "drive"]
Confidence = Literal[
    "high", "medium", "low", "conflicting", "assumption", "to_be_confirmed", "not_stated"
]
Word = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
NOT_STATED = "not stated"


class Spec(BaseModel):
    """Base of every declared thing: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


S = TypeVar("S", bound=Spec)


def read_toml(path: Path) -> dict[str, Any]:
    """
    Read a TOML file.

    Parameters
    ----------
    path
        File of UTF-8 text.

    Returns
    -------
    tables
        As ``tomllib`` gives them.

    Raises
    ------
    SpecError
        If the file is missing, is not UTF-8 or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SpecError(f"{path.name}: not found in {path.parent}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SpecError(f"{path.name}: {error}.") from error


def read_spec(path: Path, model: type[S], /, **known: Any) -> S:  # noqa: ANN401 - any field
    """
    Read one declared file.

    Parameters
    ----------
    path
        A ``.toml`` file.
    model
        What it declares.
    known
        Fields that the file does not hold, such as the id from its name.

    Returns
    -------
    spec
        The checked specification.

    Raises
    ------
    SpecError
        With every fault of the file: which key, what is wrong, what stood there.
    """
    return build(model, {**read_toml(path), **known}, path.name)


def build(model: type[S], raw: Mapping[str, Any], where: str) -> S:
    """Make a specification from tables; raise SpecError naming ``where`` and each fault."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise SpecError(
            f"{where}: " + "; ".join(_sentence(e, model) for e in error.errors())
        ) from None


def _sentence(fault: Any, model: type[Spec]) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    """Return one fault as a phrase: key, complaint, value."""
    key = ".".join(str(part) for part in fault["loc"]) or "the file"
    if fault["type"] == "extra_forbidden":
        known = f"; known: {', '.join(model.model_fields)}" if len(fault["loc"]) == 1 else ""
        return f"unknown key {key!r}{known}"
    if fault["type"] == "missing":
        return f"key {key!r} is missing"
    text = str(fault["msg"]).removeprefix("Value error, ")
    value = fault["input"]
    given = f" (it says {value!r})" if isinstance(value, str | int | float) else ""
    return f"{key}: {text[0].lower()}{text[1:]}{given}"
