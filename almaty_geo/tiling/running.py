"""Tasks handed out, answers taken in: in this process, or by the workers of a cluster."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from almaty_geo.errors import AlmatyGeoError, DataError, UsageError

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
R = TypeVar("R")

RETRIES = 3
"""How often a task that failed is tried again, elsewhere where there is elsewhere."""

AHEAD = 3
"""Tasks handed out for each thread of the cluster: all are busy, and few wait in memory."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What a worker raised on purpose: trying again would not help."""

    kind: type[AlmatyGeoError]
    """Kind of error."""

    said: str
    """What it said."""

    def error(self) -> AlmatyGeoError:
        """Return the error as it was raised; a name unknown to a plan as a call that is not fit."""
        return UsageError(self.said) if issubclass(self.kind, KeyError) else self.kind(self.said)


def results(
    tasks: Iterable[T], work: Callable[[T], R], *, client: "Client | None" = None
) -> Iterator[tuple[int, R]]:
    """
    Do every task.

    Parameters
    ----------
    tasks
        Taken one after another as workers get free.
    work
        What is done with each; a function of a module, so that workers find it.
    client
        Workers; None to do all of it here, in order.

    Yields
    ------
    at, result
        Position of the task, and what came of it; from workers in the order in which they finish.

    Raises
    ------
    AlmatyGeoError
        What a task raised on purpose, at once.
    DataError
        If a task ended one worker after another.
    UsageError
        If the cluster went away.
    """
    if client is None:
        for at, task in enumerate(tasks):
            yield at, work(task)
        return
    yield from _by_workers(tasks, work, client)


def guarded(work: Callable[[T], R], task: T) -> R | Refused:
    """Do a task; hand back what was raised on purpose instead of raising it."""
    try:
        return work(task)
    except AlmatyGeoError as error:
        return Refused(type(error), str(error))


def _by_workers(
    tasks: Iterable[T], work: Callable[[T], R], client: "Client"
) -> Iterator[tuple[int, R]]:
    from distributed import as_completed  # noqa: PLC0415 - only where a cluster is asked for
    from distributed.scheduler import KilledWorker  # noqa: PLC0415 - the same

    position: dict[Any, int] = {}
    done = as_completed()

    def hand_out(number: int) -> None:
        for at, task in islice(waiting, number):
            future = client.submit(guarded, work, task, pure=False, retries=RETRIES)
            position[future.key] = at
            done.add(future)

    waiting = iter(enumerate(tasks))
    try:
        hand_out(AHEAD * max(sum(client.nthreads().values()), 1))
        for future in done:
            found = future.result()
            if isinstance(found, Refused):
                raise found.error()
            hand_out(1)
            yield position.pop(future.key), found
    except KilledWorker as error:
        raise DataError(
            f"A task ended {error.allowed_failures + 1} workers one after another: it may need "
            "more memory than they have; take smaller tiles or larger workers."
        ) from error
    except CancelledError as error:
        raise UsageError("The cluster went away before the work was done.") from error
    finally:
        client.cancel(list(done.futures))
