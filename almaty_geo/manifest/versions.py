"""With what a result was made: packages, Python, the system and this package's own code."""

import hashlib
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import MappingProxyType

OWN = "almaty-geo"
NOT_CODE = {"__pycache__", "bundled"}
"""Folders of the installed package that are no code: what Python makes of it, and a plan."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Code:
    """All that computes a result, besides the plan."""

    versions: Mapping[str, str]
    """Version of "python" and of each package by name, sorted."""

    platform: str
    """System and processor, such as "Linux x86_64"."""

    sha256: str
    """Digest over this package's own files."""

    @property
    def constraints(self) -> str:
        """
        The packages as a file of constraints for pip.

        This package itself stands in a comment: it is installed from where it lies.
        """
        others = {n: v for n, v in self.versions.items() if n not in {OWN, "python"}}
        head = (
            f"# {OWN} {self.versions[OWN]}, code {self.sha256}\n"
            f"# Python {self.versions['python']}, {self.platform}\n"
        )
        return head + "".join(f"{name}=={version}\n" for name, version in others.items())


@cache
def code() -> Code:
    """
    Return what computes results in this process.

    Returns
    -------
    code
        Of every package that this one needs, directly or through others, and that is installed.
    """
    found: dict[str, str] = {}
    waiting = [OWN]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            own = distribution(name)
        except PackageNotFoundError:  # needed elsewhere, such as on another system
            continue
        found[name] = own.version
        waiting += [normal(one) for one in own.requires or () if "extra ==" not in one]
    versions = {"python": platform.python_version(), **dict(sorted(found.items()))}
    system = f"{platform.system()} {platform.machine()}"
    return Code(MappingProxyType(versions), system, _digest())


def normal(requirement: str) -> str:
    """
    Return the name of a requirement as all packagers write it.

    Examples
    --------
    >>> normal("Typing_Extensions>=4; python_version < '3.13'")
    'typing-extensions'
    """
    name = _NAME.match(requirement.strip())
    return re.sub(r"[-_.]+", "-", name[0] if name else requirement).lower()


def _digest() -> str:
    """Return a digest over the files of this package, whatever lies between them by chance."""
    root = Path(str(resources.files("almaty_geo")))
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and not NOT_CODE & set(inside.parts):
            digest.update(inside.as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
