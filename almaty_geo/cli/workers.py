"""Where a question is answered: in this process, or by workers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from distributed import Client

with_scheduler = click.option(
    "--scheduler",
    help="tcp://host:port of a Dask scheduler, or local:N for N processes; default: this one.",
)


@contextmanager
def workers(scheduler: str | None) -> Iterator["Client | None"]:
    """Give the workers that are asked for; None where none are."""
    if scheduler is None:
        yield None
        return
    from almaty_geo.tiling.cluster import connected

    with connected(scheduler) as client:
        yield client
