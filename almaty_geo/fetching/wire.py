"""
One question to one address: bounded in time and size, and nowhere else.

Python's own client is used bare: it follows no redirect, asks no proxy, whatever the environment
says, and keeps no cookie, so that a request can only go where the address says.
"""

import ssl
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
)
from importlib.metadata import PackageNotFoundError, version
from socket import SHUT_RDWR, gaierror
from urllib.parse import SplitResult, urlencode, urlsplit

from almaty_geo.errors import UsageError
from almaty_geo.fetching.faults import BusyError, FetchError
from almaty_geo.fetching.limits import Limits
from almaty_geo.fetching.pages import PAGE_MAX_BYTES, words_of
from almaty_geo.reading import legible

_CHUNK = 1 << 16
_GZIP = 16 + zlib.MAX_WBITS
_BUSY = frozenset({
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """Where questions go: a web address that has been looked at."""

    url: str
    """The address as it was given."""

    parts: SplitResult
    """Its parts."""

    @classmethod
    def of(cls, url: str) -> "Address":
        """
        Return an address that may be asked.

        Raises
        ------
        UsageError
            If it is not http or https, names no host, or holds a password.
        """
        if "@" in url:  # looked at first: no error may repeat a password
            raise UsageError("An address with a name or a password (…@…) in it is not asked.")
        said = legible(url)
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise UsageError(f"{said}: is no address ({error}).") from None
        if parts.scheme not in {"http", "https"}:
            raise UsageError(f"{said}: an address begins with http:// or https://.")
        if not parts.hostname or port == 0 or said != url or not url.isascii() or " " in url:
            raise UsageError(f"{said}: is no address: expected http://host/path.")
        if parts.fragment:
            raise UsageError(f"{said}: the part after # is never sent: leave it out.")
        return cls(url, parts)

    @property
    def host(self) -> str:
        """Host, and the port where one is named."""
        return self.parts.netloc

    def target(self, question: str) -> str:
        """Return the path to ask for, the question in it."""
        asked = urlencode({"data": question})
        before = f"{self.parts.query}&" if self.parts.query else ""
        return f"{self.parts.path or '/'}?{before}{asked}"


def get(
    address: Address, question: str, *, limits: Limits, left_s: float, size_max_bytes: int
) -> bytes:
    """
    Ask once.

    Parameters
    ----------
    address
        Whom.
    question
        What, sent as the parameter ``data``.
    limits
        Bounds for connecting and for silence.
    left_s
        Seconds left for everything.
    size_max_bytes
        Most that may come back, unpacked.

    Returns
    -------
    body
        The whole answer, unpacked.

    Raises
    ------
    BusyError
        If the same question may be answered another time.
    FetchError
        If asking again is of no use.
    """
    connection = _connection(address, timeout_s=min(limits.connect_s, left_s))
    try:
        with _translated(address, limits):
            connection.connect()
            with _cut_after(connection, left_s, address):
                connection.sock.settimeout(limits.read_s)
                connection.request("GET", address.target(question), headers=_headers())
                with connection.getresponse() as response:
                    _check(response, address)
                    return b"".join(_body(response, address, size_max_bytes))
    finally:
        connection.close()


def _connection(address: Address, *, timeout_s: float) -> HTTPConnection:
    host, port = address.parts.hostname or "", address.parts.port
    if address.parts.scheme == "http":
        return HTTPConnection(host, port, timeout=timeout_s)
    context = ssl.create_default_context()
    return HTTPSConnection(host, port, timeout=timeout_s, context=context)


def _headers() -> dict[str, str]:
    """Return what is told to the server: who asks, and nothing about the person."""
    try:
        number = version("almaty-geo")
    except PackageNotFoundError:  # a checkout that is not installed
        number = "0"
    return {
        "User-Agent": f"almaty-geo/{number} (offline planning toolkit; one request at a time)",
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }


@contextmanager
def _cut_after(connection: HTTPConnection, left_s: float, address: Address) -> Iterator[None]:
    """
    Hang up when the time for everything is over, whatever the other side is doing.

    A time-out of silence is not enough: a byte now and then would keep a connection for ever.
    """
    over = threading.Event()
    socket = connection.sock  # the client forgets it as soon as an answer without a length begins

    def cut() -> None:
        over.set()
        with suppress(OSError):  # it was closed in this very moment
            socket.shutdown(SHUT_RDWR)

    timer = threading.Timer(left_s, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException):
        if not over.is_set():
            raise
    finally:
        timer.cancel()
    if over.is_set():  # a connection that was hung up may look like an answer that has ended
        raise FetchError(f"{address.host}: the time for fetching is over.")


@contextmanager
def _translated(address: Address, limits: Limits) -> Iterator[None]:
    """Turn what sockets and the client raise into one sentence."""
    host = address.host
    try:
        yield
    except FetchError:
        raise
    except TimeoutError:
        silence = f"{limits.connect_s:g} s to connect, {limits.read_s:g} s of silence"
        raise BusyError(f"{host}: no answer in time (at most {silence}).") from None
    except (ConnectionResetError, BrokenPipeError, IncompleteRead):
        raise BusyError(f"{host}: the connection was cut before the answer was whole.") from None
    except HTTPException as error:
        kind = type(error).__name__
        raise FetchError(f"{host}: what answers there does not speak HTTP ({kind}).") from None
    except OSError as error:
        raise FetchError(f"{host}: {_why(error)}.") from None


def _why(error: OSError) -> str:
    """Return why a host cannot be reached."""
    if isinstance(error, gaierror):
        return "no such host, or no network"
    if isinstance(error, ssl.SSLError):
        return f"no safe connection ({legible(error.reason or str(error))})"
    if isinstance(error, ConnectionRefusedError):
        return "refuses the connection, as if no server ran there"
    return f"cannot be reached ({legible(error.strerror or str(error))})"


def _check(response: HTTPResponse, address: Address) -> None:
    """Raise unless an answer with a body follows."""
    status, host = response.status, address.host
    if status == HTTPStatus.OK:
        return
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        where = legible(response.headers.get("Location", "elsewhere"))[:200]
        raise FetchError(
            f"{host}: sends on to {where!r} (status {status}); no redirect is followed: "
            "name that address yourself if you trust it."
        )
    page = words_of(_page(response))
    said = f"{host}: status {status} {legible(response.reason)}{f': {page!r}' if page else ''}."
    if status in _BUSY:
        raise BusyError(said, after_s=_retry_after_s(response))
    raise FetchError(said)


def _page(response: HTTPResponse) -> bytes:
    """Return the beginning of a page that tells of an error; it may be packed too."""
    data = response.read(PAGE_MAX_BYTES)
    if _packing(response) == "gzip":
        with suppress(zlib.error):
            return zlib.decompressobj(_GZIP).decompress(data, PAGE_MAX_BYTES)
    return data


def _packing(response: HTTPResponse) -> str:
    return response.headers.get("Content-Encoding", "identity").strip().lower()


def _retry_after_s(response: HTTPResponse) -> float | None:
    """Return how long the server asks to wait; a date is held against the server's own clock."""
    given = response.headers.get("Retry-After", "").strip()
    if given.isdecimal():
        return float(given[:9])
    try:
        until = parsedate_to_datetime(given)
        since = parsedate_to_datetime(response.headers.get("Date", ""))
        return max((until - since).total_seconds(), 0.0)
    except (ValueError, TypeError):  # no date, or one with a time zone and one without
        return None


def _body(response: HTTPResponse, address: Address, size_max_bytes: int) -> Iterator[bytes]:
    """Yield the answer piece by piece, unpacked; raise if it is too large or not whole."""
    packing = _packing(response)
    if packing not in {"identity", "gzip"}:
        raise FetchError(f"{address.host}: answers packed as {legible(packing)!r}, not as asked.")
    size = 0
    pieces = _raw(response, address)
    for piece in pieces if packing == "identity" else _unpacked(pieces, address):
        size += len(piece)
        if size > size_max_bytes:
            raise FetchError(
                f"{address.host}: the answer is larger than {size_max_bytes:,} bytes, "
                "the most that may come in."
            )
        yield piece


def _raw(response: HTTPResponse, address: Address) -> Iterator[bytes]:
    """Yield what comes over the wire; raise if less comes than was announced."""
    announced = response.length
    came = 0
    while came != announced and (piece := response.read1(_CHUNK)):
        came += len(piece)
        yield piece
    if announced is not None and came != announced:
        cut = f"{came:,} of {announced:,} bytes"
        raise BusyError(f"{address.host}: the answer was cut off at {cut}.")


def _unpacked(pieces: Iterator[bytes], address: Address) -> Iterator[bytes]:
    """Yield unpacked bytes, never more than a chunk at a time: a small body may hide a huge one."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        for piece in pieces:
            ended, packed = unpacker.eof, piece
            while packed and not unpacker.eof:
                yield unpacker.decompress(packed, _CHUNK)
                packed = unpacker.unconsumed_tail
            if ended or unpacker.unused_data:
                raise FetchError(f"{address.host}: the answer goes on after its end.")
    except zlib.error:
        raise FetchError(f"{address.host}: the answer is not gzip, though it says so.") from None
    if not unpacker.eof:
        raise BusyError(f"{address.host}: the answer was cut off within its packing.")
