"""Numbers of a sheet: the value itself, with a format that shows it as the report writes it."""

import re
from dataclasses import dataclass, field

from almaty_geo.words import Language, Text

WHOLE_MAX = 10**15
"""Spreadsheets keep 15 digits."""

UNIT_MAX = 14
CLOSE = 0.01
"""How far a written number may be from its value, as a share of it: some are rounded to tens."""

_WRITTEN = re.compile(
    r"(?P<factor>× )?(?P<sign>[+\-−])?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?"
    r"(?P<unit>\D*)"
)
_UNIT = re.compile(r"[\u00a0\u202f ]?[^\W\d_]*(?:[³²]?/[^\W\d_]+)?[³²]?|[\u00a0\u202f ]?%")
_AFTER_DIGITS = re.compile(r".*\d(\D*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a number is written."""

    digits: int
    """Digits after the point."""

    share: bool = False
    """Whether it is a share, shown in percent."""

    signed: bool = False
    """Whether a plus is shown."""

    factor: bool = False
    """Whether a sign of multiplication stands before it."""

    grouped: bool = True
    """Whether thousands are set apart; they are not in years."""

    unit: str = ""
    """What follows, with the space before it."""

    rounded: float | None = field(default=None, compare=False, repr=False)
    """The number as written, where that is rounded to tens or more; None for others."""

    def code(self, *, digits: int | None = None) -> str:
        """
        Return the number format, with more digits than its own if a column asks for them.

        Examples
        --------
        >>> Pattern(1, signed=True, unit=" km").code()
        '+#,##0.0" km";-#,##0.0" km";0.0" km"'
        >>> Pattern(0, share=True).code(digits=1)
        '0.0%'
        """
        part = "." + "0" * (self.digits if digits is None else digits)
        part = part.rstrip(".")
        tail = "%" if self.share else f'"{self.unit}"' if self.unit else ""
        head = '"× "' if self.factor else ""
        number = f"{head}{'#,##0' if self.grouped and not self.share else '0'}{part}{tail}"
        return f"+{number};-{number};0{part}{tail}" if self.signed else number


def pattern_of(value: object, shown: Text, language: Language) -> Pattern | None:
    """
    Return how a number is written; None for what is better written as text.

    Examples
    --------
    >>> pattern_of(0.163, Text("16,3 %", "16,3 %", "16.3%"), "ru")
    Pattern(digits=1, share=True, signed=False, factor=False, grouped=True, unit='')
    >>> pattern_of(10, Text("≥ 10", "≥ 10", "≥ 10"), "en") is None
    True
    """
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) >= WHOLE_MAX:
        return None
    found = _WRITTEN.fullmatch(shown.en)
    if found is None:
        return None
    unit = _unit(shown, language)
    share = unit is not None and unit.strip("\u00a0\u202f ") == "%"
    written = float(found["whole"].replace(",", "") + "." + (found["part"] or "0"))
    digits = len(found["part"] or "")
    exact = abs(value) * (100 if share else 1)
    if unit is None or not _close(exact, written, digits):
        return None
    coarse = abs(exact - written) > 0.51 / 10**digits
    return Pattern(
        digits=digits,
        share=share,
        signed=found["sign"] == "+",
        factor=found["factor"] is not None,
        grouped="," in found["whole"] or len(found["whole"]) <= len("999"),
        unit="" if share else unit,
        rounded=(-written if value < 0 else written) if coarse and not share else None,
    )


def _unit(shown: Text, language: Language) -> str | None:
    """Return what follows the number in a language; None where that is more than a unit."""
    after = _AFTER_DIGITS.fullmatch(shown[language])
    if after is None or len(after[1]) > UNIT_MAX or not _UNIT.fullmatch(after[1]):
        return None
    return after[1]


def _close(value: float, written: float, digits: int) -> bool:
    """Return whether a written number is its value, rounded."""
    close: float = max(0.51 / 10**digits, CLOSE * value)
    return abs(value - written) <= close
