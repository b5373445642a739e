"""Everything this package raises on purpose."""

from collections.abc import Iterable
from difflib import get_close_matches


class AlmatyGeoError(Exception):
    """Base of every deliberate error; the command line turns it into one line and exit 1."""


class SpecError(AlmatyGeoError, ValueError):
    """A declared file says something it may not say, or leaves out what it must."""


class DataError(AlmatyGeoError, ValueError):
    """Data are not what their sidecar promises, or cannot be read safely."""


class UsageError(AlmatyGeoError, ValueError):
    """A call that cannot be answered as it stands: a bad reach, a language that is not there."""


class OutputError(AlmatyGeoError, OSError):
    """A result could not be written; what was there before is still there."""


class UnknownNameError(AlmatyGeoError, KeyError):
    """A name that nothing in the plan bears."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        """
        Say which name is unknown, and the nearest right ones.

        Parameters
        ----------
        kind
            What was looked for, such as "theme".
        name
            The name nobody bears.
        known
            All names that would have been right.

        Examples
        --------
        >>> print(UnknownNameError("theme", "scools", ["schools", "metro"]))
        Unknown theme 'scools': did you mean schools? There are: metro, schools.
        """
        names = sorted(known)
        near = get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f" did you mean {' or '.join(near)}?" if near else ""
        listed = f" There are: {', '.join(names)}." if names else " There are none."
        super().__init__(f"Unknown {kind} {name!r}:{hint}{listed}")

    def __str__(self) -> str:
        """Return the sentence itself, not KeyError's quoted form of it."""
        return str(self.args[0])
