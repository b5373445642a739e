"""The command line: each verb reads, calls one function, and prints."""

from collections.abc import Sequence

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


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one verb.

    Returns
    -------
    code
        0; 1 with one line on standard error for what cannot be answered; 2 for wrong usage.
    """
    try:
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
