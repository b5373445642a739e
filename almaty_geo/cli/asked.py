"""What all verbs share: the group, its options, and how answers are printed."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from almaty_geo.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from almaty_geo.plan import Plan

LANGUAGES = ("kk", "ru", "en")
FORMATS = ("geojson", "gpkg", "parquet", "csv", "fgb", "kml", "xlsx", "shp")
REPORT_FORMATS = ("html", "pdf", "json", "docx", "xlsx")
WIDEST = 40
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

with_plan = click.option(
    "--plan",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the plan; default: this folder if it is one, else the plan of Almaty.",
)
with_scenario = click.option("--scenario", help="Which facilities are open; default: the plan's.")
with_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
with_languages = click.option(
    "--lang", "languages", default=",".join(LANGUAGES), show_default=True, help="kk, ru, en."
)


def example(line: str) -> dict[str, Any]:
    """Return the settings of a verb whose help ends with an example."""
    return {"epilog": f"Example: almaty-geo {line}", "no_args_is_help": False}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="almaty-geo")
def cli() -> None:
    """Who can reach what, what was promised, and what would change it."""


def opened(folder: Path | None) -> "Plan":
    """Open the plan of a folder; by default the current one, else the bundled one."""
    from almaty_geo.plan import open_plan

    return open_plan(folder)


def languages_of(given: str, *, several: bool = True) -> list[Any]:
    """Return the languages of a comma-separated list; UnknownNameError for others."""
    chosen = listed("language", given, LANGUAGES)
    if not several and len(chosen) != 1:
        raise UsageError(f"One language is needed, not {given!r}.")
    return chosen


def listed(kind: str, given: str, known: Sequence[str]) -> list[str]:
    """Return the parts of a comma-separated list, each once; each must be known."""
    parts = [part.strip() for part in given.split(",") if part.strip()]
    for part in parts:
        if part not in known:
            raise UnknownNameError(kind, part, known)
    if not parts:
        raise UsageError(f"Name at least one {kind} of: {', '.join(known)}.")
    return list(dict.fromkeys(parts))


@contextmanager
def progress(length: int) -> Iterator[Callable[..., None]]:
    """Show a bar on a terminal; say nothing where there is none."""
    shown = sys.stderr.isatty()
    with click.progressbar(
        length=length, hidden=not shown, file=sys.stderr, item_show_func=lambda name: name
    ) as bar:
        yield lambda name, steps=1: bar.update(steps, name)


def tell(line: str) -> None:
    """Print a line, without what a terminal would obey."""
    click.echo(clean(line))


def clean(line: str) -> str:
    """Strip what a terminal would obey: data may hold it."""
    return CONTROL.sub("", line)


def tell_json(value: Any) -> None:  # noqa: ANN401 - anything JSON can say
    """Print one JSON value."""
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def tell_table(rows: Sequence[dict[str, Any]]) -> None:
    """Print rows of the same keys in columns; numbers to the right."""
    if not rows:
        return
    cells = [[clean(str(value)) for value in row.values()] for row in rows]
    widths = [max(map(len, column)) for column in zip(rows[0], *cells, strict=True)]
    right = [isinstance(value, int | float) for value in rows[0].values()]
    for line in (list(rows[0]), *cells):
        tell(aligned(line, widths, right))


def aligned(line: Sequence[str], widths: Sequence[int], right: Iterable[bool]) -> str:
    """Return a row whose cells are as wide as their columns."""
    parts = zip(line, widths, right, strict=True)
    return "  ".join(t.rjust(w) if r else t.ljust(w) for t, w, r in parts).rstrip()


def short(value: Any) -> Any:  # noqa: ANN401 - a cell of an answer
    """Return a share to three places, a whole number as one, and "-" for nothing."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 3)
    return value


def clipped(value: Any) -> Any:  # noqa: ANN401 - a cell of an answer
    """Shorten a text that would push the columns off the screen; --json has all of it."""
    return f"{value[:WIDEST]}…" if isinstance(value, str) and len(value) > WIDEST else value


def said(evidence: dict[str, Any]) -> str:
    """Return what a piece of evidence says, and how surely."""
    met = {True: "met", False: "not met", None: "no verdict"}[evidence["met"]]
    value = met if evidence["value"] is None else f"{evidence['value']:g}"
    return f"{value} (confidence {evidence['confidence']})"


def tally(findings: Sequence[Any]) -> str:
    """Return how many findings of each kind there are."""
    number = {
        kind: sum(f.severity == kind for f in findings) for kind in ("error", "warning", "note")
    }
    mendable = sum(f.repair is not None for f in findings)
    listed = ", ".join(f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in number.items())
    return f"{listed}; {mendable} could be repaired"
