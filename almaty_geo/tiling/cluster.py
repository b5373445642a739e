"""Workers: of a cluster that is there already, or on this machine for as long as a question."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from almaty_geo.errors import UsageError

if TYPE_CHECKING:
    from distributed import Client

MOST_WORKERS = 256
FAILURES = 5
"""Workers that may end on the way of one task before it is given up; a cluster that was there
already has a figure of its own (``distributed.scheduler.allowed-failures``)."""

SETTINGS = {
    "distributed.scheduler.allowed-failures": FAILURES,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
"""Of workers of our own: they show no pages."""

WAIT_S = 20
"""How long a scheduler may take to answer."""


@contextmanager
def connected(scheduler: str) -> Iterator["Client"]:
    """
    Give workers, and let go of them afterwards.

    Parameters
    ----------
    scheduler
        ``tcp://host:port`` or ``tls://host:port`` of a Dask scheduler, or ``local:N`` for N worker
        processes on this machine, which talk over the loopback alone and end with the question.

    Yields
    ------
    client
        Of `distributed`.

    Raises
    ------
    UsageError
        If it is neither, nobody answers there, or Dask is not installed.
    """
    local = re.fullmatch(r"local:([1-9]\d{0,2})", scheduler, flags=re.ASCII)
    if not local and not re.fullmatch(r"(?:tcp|tls)://\S+:\d{1,5}", scheduler, flags=re.ASCII):
        raise UsageError(
            f"Scheduler {scheduler!r} is neither tcp://host:port nor local:N, such as local:4."
        )
    if local and int(local[1]) > MOST_WORKERS:
        raise UsageError(
            f"Workers {local[1]} are too many for one machine: {MOST_WORKERS} at most."
        )
    if find_spec("distributed") is None:
        raise UsageError("A scheduler needs Dask: pip install 'almaty-geo[scale]'.")
    with _local(int(local[1])) if local else _remote(scheduler) as client:
        yield client


@contextmanager
def _local(workers: int) -> Iterator["Client"]:
    """Give worker processes of this machine; they are gone afterwards, whatever happens."""
    import dask  # noqa: PLC0415 - only where a cluster is asked for
    from distributed import Client, LocalCluster  # noqa: PLC0415 - the same

    with (
        dask.config.set(SETTINGS),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # left out, all the machine's addresses would listen
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def _remote(address: str) -> Iterator["Client"]:
    """Give the workers of a cluster that is there already, and leave it as it was."""
    from distributed import Client  # noqa: PLC0415 - only where a cluster is asked for

    try:
        client = Client(address, timeout=WAIT_S)
    except (OSError, TimeoutError) as error:
        raise UsageError(f"No scheduler answers at {address}.") from error
    with client:
        yield client
