"""The command line: each verb reads, calls one function, and prints."""

import _thread
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from almaty_geo.cli import (
    answers,
    audits,
    changes,
    countries,
    coverages,
    fetches,
    provisions,
    ringroad,
    scenarios,
    sites,
    water,
    writes,
)
from almaty_geo.cli.asked import clean, cli
from almaty_geo.errors import AlmatyGeoError

__all__ = [
    "answers",
    "audits",
    "changes",
    "cli",
    "countries",
    "coverages",
    "fetches",
    "main",
    "provisions",
    "ringroad",
    "scenarios",
    "sites",
    "water",
    "writes",
]

AGAIN_S = 0.05
"""Seconds after which an interrupt that was dropped comes again."""


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one verb.

    Returns
    -------
    code
        0; 1 with one line on standard error for what cannot be answered; 2 for wrong usage.
    """
    try:
        with _interruptible():
            code = cli.main(
                args=None if arguments is None else list(arguments),
                prog_name="almaty-geo",
                standalone_mode=False,
            )
    except AlmatyGeoError as error:
        click.echo(f"almaty-geo: {clean(' '.join(str(error).split()))}", err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("almaty-geo: stopped; what was there before is still there.", err=True)
        return 130
    return code if isinstance(code, int) else 0


@contextmanager
def _interruptible() -> Iterator[None]:
    """
    Make Ctrl-C count wherever it falls.

    Python drops an interrupt that comes while it tidies up after itself, as it does at each import,
    and goes on; here it comes again a moment later.
    """
    usual = sys.unraisablehook

    def told(dropped: "sys.UnraisableHookArgs") -> None:
        if not issubclass(dropped.exc_type, KeyboardInterrupt):
            usual(dropped)
            return
        again = threading.Timer(AGAIN_S, _thread.interrupt_main)
        again.daemon = True
        again.start()

    sys.unraisablehook = told
    try:
        yield
    finally:
        sys.unraisablehook = usual
