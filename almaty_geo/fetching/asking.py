"""Questions asked with patience: one at a time, each again if need be, each answer kept."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from almaty_geo.fetching.answers import Elements, elements_of
from almaty_geo.fetching.cache import Answer, Cache
from almaty_geo.fetching.faults import BusyError, FetchError
from almaty_geo.fetching.limits import Limits
from almaty_geo.fetching.wire import Address, get


@dataclass(slots=True)
class Asking:
    """One fetch: what it may still take, and how it is done."""

    address: Address
    """Whom to ask."""

    cache: Cache | None
    """Where answers are kept; None to keep none."""

    limits: Limits
    """Bounds and manners."""

    progress: Callable[[str], None]
    """Told what goes on, a line at a time."""

    until: float = field(init=False)
    """Reading of the clock when the time is over."""

    left_bytes: int = field(init=False)
    """How much may still come in."""

    asked: int = 0
    """Requests that went out."""

    def __post_init__(self) -> None:
        """Start the clock."""
        self.until = self.limits.clock() + self.limits.total_s
        self.left_bytes = self.limits.size_max_bytes

    def answers(self, questions: Sequence[str]) -> Iterator[tuple[Answer, Elements]]:
        """
        Yield the answer to each question.

        Raises
        ------
        FetchError
            If one cannot be had; those before it are kept.
        DataError
            If one is not what was asked for; it is not kept.
        OutputError
            If one cannot be kept.
        """
        for number, question in enumerate(questions, start=1):
            part = f"{number} of {len(questions)}"
            try:
                yield self._answer(question, part)
            except BusyError as error:
                again = " What came before is kept." if self.cache and number > 1 else ""
                raise FetchError(f"{error} Given up at part {part}.{again}") from None

    def _answer(self, question: str, part: str) -> tuple[Answer, Elements]:
        """Return one answer, kept or new; a new one is kept only once it has been read whole."""
        url = self.address.url
        most = self.limits.size_max_bytes
        known = self.cache.load(url, question, size_max_bytes=most) if self.cache else None
        self.progress(f"{part}{', kept from before' if known else ''}")
        data = known[0] if known else self._patiently(question)
        found = elements_of(data, self.address.host)
        if self.cache and not known:
            self.cache.store(url, question, data, found.date)
        self.left_bytes -= len(data)
        digest = hashlib.sha256(data).hexdigest()
        return Answer(url, question, digest, len(data), found.date, kept=bool(known)), found

    def _patiently(self, question: str) -> bytes:
        """Ask, and ask again after a pause; raise the last refusal."""
        failures = 0
        while True:
            if self.asked and not failures:
                self.limits.wait(self.limits.between_s)
            self.asked += 1
            try:
                return self._once(question)
            except BusyError as error:
                failures += 1
                self._pause(error, failures)

    def _once(self, question: str) -> bytes:
        left_s = self.until - self.limits.clock()
        if left_s <= 0:
            raise FetchError(f"{self.address.host}: the time for fetching is over.")
        return get(
            self.address,
            question,
            limits=self.limits,
            left_s=left_s,
            size_max_bytes=max(self.left_bytes, 0),
        )

    def _pause(self, error: BusyError, failures: int) -> None:
        """Wait as long as the server asks, else longer each time; raise if there is no point."""
        limits = self.limits
        if failures >= limits.tries:
            raise BusyError(f"{error} Asked {failures} times.") from None
        pause = limits.pause_after(failures) if error.after_s is None else error.after_s
        if pause > min(limits.pause_max_s, self.until - limits.clock()):
            raise BusyError(f"{error} Next try after {pause:g} s: too long to wait.") from None
        self.progress(f"{self.address.host} is busy: once more in {pause:g} s")
        limits.wait(pause)
