"""The form of a manifest, and the seal over it."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, JsonValue

from almaty_geo.specs import Spec
from almaty_geo.words import Text

MANIFEST = "manifest.json"
CONSTRAINTS = "constraints.txt"
"""Beside the manifest: ``name==version`` of every package that took part, as pip reads it."""

FIGURES = "answers/figures.json"
"""Beside the manifest, where a result has figures: the value of each by its id."""

FORM = "almaty-geo manifest"
"""How the form of every manifest begins, whatever its number."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _inside(path: str) -> str:
    """Refuse a path that leads out of its folder."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or "\0" in path:
        raise ValueError("a path inside the folder is expected")
    return path


class Entry(Spec):
    """A file with what tells whether it was changed."""

    path: Annotated[str, AfterValidator(_inside)]
    """Its path in the folder, with "/"."""

    bytes: int = Field(ge=0)
    """Its size."""

    sha256: Digest
    """Its digest."""

    licence: str | None = None
    """For data of a plan: the licences of their sources."""


class PlanMark(Spec):
    """Which plan a result was made from."""

    id: str
    """Its short name."""

    name: Text
    """Its name."""

    date: str
    """Its date, as YYYY-MM-DD."""

    sha256: Digest
    """Digest over all its files: its version."""


class Manifest(Spec):
    """All that a result's folder says of itself."""

    job: str
    """The verb that made it, such as "build"."""

    plan: PlanMark
    """The plan."""

    parameters: dict[str, JsonValue]
    """What the verb was asked, and what it took from the plan."""

    versions: dict[str, str]
    """Versions of Python, of this package and of every package that took part, by name."""

    platform: str
    """System and processor."""

    code: Digest
    """Digest over this package's own files."""

    inputs: tuple[Entry, ...]
    """Every file of the plan."""

    outputs: tuple[Entry, ...]
    """Every file of the result but the manifest."""

    seal: Digest
    """Digest over all of the above."""

    form: Literal["almaty-geo manifest 2"] = "almaty-geo manifest 2"
    """How this file is to be read."""


def as_json(value: Any) -> str:  # noqa: ANN401 - anything JSON can say
    """Return a value as JSON text that reads and compares well; NaN is an error."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def form_is_known(told: object) -> bool:
    """Return whether what a file says of its form makes it one of our manifests, of any age."""
    return isinstance(told, str) and told.startswith(f"{FORM} ")


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a manifest with its seal, in place of any that it had."""
    told = {key: value for key, value in content.items() if key != "seal"}
    return {**told, "seal": hashlib.sha256(as_json(told).encode()).hexdigest()}
