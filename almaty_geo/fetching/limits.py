"""How long, how much and how often: the bounds of one fetch, and its manners."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """
    Bounds of one fetch.

    A public server answers thousands of people: requests go out one at a time, with a pause
    between them, and longer and longer ones after a refusal.
    """

    connect_s: float = 10
    """Longest wait for a connection."""

    read_s: float = 240
    """Longest silence; the server may think for `queries.SERVER_S` before its first byte."""

    total_s: float = 3600
    """Longest time for everything, waits included."""

    size_max_bytes: int = 300_000_000
    """Most that may come in, unpacked; also the largest file that is opened."""

    memory_max_bytes: int = 6_000_000_000
    """Most memory that the reader of a PBF file may take, where the system can hold it to that."""

    requests_max: int = 256
    """Most requests that a box may be cut into."""

    tries: int = 5
    """How often one request is made before it is given up."""

    between_s: float = 1
    """Pause between requests."""

    pause_s: float = 5
    """Pause after a first refusal; it doubles with each further one."""

    pause_max_s: float = 120
    """Longest pause; a server that asks for a longer one is left alone."""

    wait: Callable[[float], None] = time.sleep
    """What waits; tests give one that does not."""

    clock: Callable[[], float] = time.monotonic
    """What tells how much of `total_s` is left; no date is ever taken from it."""

    def pause_after(self, failures: int) -> float:
        """
        Return seconds to wait after so many failures in a row.

        Examples
        --------
        >>> [Limits().pause_after(n) for n in (1, 2, 3, 9)]
        [5, 10, 20, 120]
        """
        doubled: float = self.pause_s * 2 ** (failures - 1)
        return min(doubled, self.pause_max_s)
