"""A server on this machine that answers as an Overpass API does, well or badly."""

import gzip
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Behaviour = Callable[["Handler"], None]

CHUNKED = {"Transfer_Encoding": "chunked"}
PACKED = {"Content_Encoding": "gzip"}
PAGE = b"""<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html>
<html><head><title>OSM3S Response</title><style>p {color: red}</style></head><body>
<p>The data included in this document is from www.openstreetmap.org.</p>
<p><strong style="color:#FF0000">Error</strong>: runtime error: open64: 0 Success
Dispatcher_Client. The server is probably too busy to handle your request. </p></body></html>"""


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    query: str
    headers: Mapping[str, str]


@dataclass
class State:
    """What a server has seen, and what it does next; the last behaviour goes on for ever."""

    behaviours: list[Behaviour]
    asked: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Handler(BaseHTTPRequestHandler):
    """Notes each request and behaves as it is told."""

    protocol_version = "HTTP/1.1"
    state: State

    def do_GET(self) -> None:
        state, parts = self.state, urlsplit(self.path)
        query = parse_qs(parts.query).get("data", [""])[0]
        with state.lock:
            number = len(state.asked)
            state.asked.append(Asked(parts.path, query, dict(self.headers)))
            state.at_once += 1
            state.most_at_once = max(state.most_at_once, state.at_once)
        try:
            state.behaviours[min(number, len(state.behaviours) - 1)](self)
        except OSError:  # the other side hung up, as it may
            self.close_connection = True
        finally:
            with state.lock:
                state.at_once -= 1

    def begin(self, headers: Mapping[str, str], status: int = 200) -> None:
        """Send a status and headers; an underscore in a name stands for a hyphen."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def chunk(self, data: bytes) -> None:
        """Send one piece of a body whose length is not told."""
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: hanging up is part of the play."""


@contextmanager
def serving(*behaviours: Behaviour) -> Iterator[tuple[str, State]]:
    """Run a server; yield its address and what it sees."""
    state = State(list(behaviours))
    handler = type("Handler", (Handler,), {"state": state})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api/interpreter", state
    finally:
        state.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def answer(elements: Iterable[Any] = (), /, *, date: str = "2026-04-08T06:07:10Z") -> bytes:
    """Return the bytes of an answer."""
    document = {
        "version": 0.6,
        "generator": "Overpass API",
        "osm3s": {"timestamp_osm_base": date, "copyright": "ODbL"},
        "elements": list(elements),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def says(body: bytes, /, status: int = 200, **headers: str) -> Behaviour:
    """Answer with a body of a known length."""

    def behave(handler: Handler) -> None:
        handler.begin({"Content_Length": str(len(body)), **headers}, status)
        handler.wfile.write(body)

    return behave


def says_in_pieces(body: bytes, *, packed: bool = True) -> Behaviour:
    """Answer as the real servers do: packed, in chunks, without a length."""

    data = gzip.compress(body, mtime=0) if packed else body

    def behave(handler: Handler) -> None:
        handler.begin({**CHUNKED, **(PACKED if packed else {})})
        for start in range(0, len(data), 50_000):
            handler.chunk(data[start : start + 50_000])
        handler.chunk(b"")

    return behave


def says_until_the_end(body: bytes) -> Behaviour:
    """Answer without a length, whole when the connection ends."""

    def behave(handler: Handler) -> None:
        handler.close_connection = True
        handler.begin({"Connection": "close"})
        handler.wfile.write(body)

    return behave


def keeps_silent(handler: Handler) -> None:
    """Take the question and never answer."""
    handler.close_connection = True
    handler.state.closing.wait(30)


def drips(handler: Handler) -> None:
    """Answer a byte at a time, for ever."""
    handler.close_connection = True
    handler.begin(CHUNKED)
    while not handler.state.closing.wait(0.02):
        handler.chunk(b" ")


def drips_and_ends(handler: Handler) -> None:
    """Send what looks whole at once, and go on with spaces until hung up."""
    handler.close_connection = True
    handler.begin({"Connection": "close"})
    handler.wfile.write(answer())
    while not handler.state.closing.wait(0.02):
        handler.wfile.write(b" ")


def cuts(body: bytes, *, at: int) -> Behaviour:
    """Tell the length and hang up before it is reached."""

    def behave(handler: Handler) -> None:
        handler.close_connection = True
        handler.begin({"Content_Length": str(len(body))})
        handler.wfile.write(body[:at])

    return behave


def cuts_a_piece(body: bytes, *, packed: bool) -> Behaviour:
    """Hang up between two pieces of an answer without a length."""

    def behave(handler: Handler) -> None:
        handler.close_connection = True
        handler.begin({**CHUNKED, **(PACKED if packed else {})})
        data = gzip.compress(body, mtime=0) if packed else body
        handler.chunk(data[: len(data) // 2])

    return behave


def ends_within_its_packing(body: bytes) -> Behaviour:
    """Send half of a packed answer as if it were all."""
    packed = gzip.compress(body, mtime=0)
    return says(packed[: len(packed) // 2], Content_Encoding="gzip")


def never_ends(handler: Handler) -> None:
    """Answer with more and more."""
    handler.close_connection = True
    handler.begin(CHUNKED)
    handler.chunk(b'{"elements": [')
    node = b'{"type": "node", "id": 1, "lat": 43.2, "lon": 76.9},\n' * 1000
    while not handler.state.closing.is_set():
        handler.chunk(node)


def bomb(size_bytes: int) -> Behaviour:
    """Send a small body that unpacks to a huge one."""
    return says(gzip.compress(b" " * size_bytes, mtime=0), Content_Encoding="gzip")


def sends_on(address: str, status: int = 302) -> Behaviour:
    """Send whoever asks to another address."""
    return says(b"", status=status, Location=address)


def speaks_something_else(handler: Handler) -> None:
    """Answer in another protocol."""
    handler.close_connection = True
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")


def hangs_up(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.close_connection = True
