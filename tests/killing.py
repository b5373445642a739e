"""
Runs verbs that end badly: killed, stopped, or out of disk at a moment that can be told again.

Started as a process of its own, it imports everything once and then forks for each run, so that a
run costs its own work only. An audit hook sees each step that the interpreter takes to change a
file (what libraries in C do between two of them, kills by the clock meet).
"""

import contextlib
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from almaty_geo import build, importing, repairing
from almaty_geo.cli import main

Digests = dict[str, str]
IMPORTED_ONCE = (build, importing, repairing)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.chmod"}
SWAP = "renameat2"


@dataclass(frozen=True)
class Run:
    """A verb, and what becomes of it."""

    arguments: list[str]
    root: str
    """Only steps in this folder count."""

    end: str = ""
    """What happens: "kill", "interrupt", the text of an OSError, or nothing."""

    at: int = 0
    """Before which step, from 0."""

    lasting: bool = False
    """Whether each step after that one fails too."""

    after_s: float | None = None
    """Kill it from outside after so long."""

    file_bytes: int | None = None
    """Most bytes that one file may have."""


@dataclass(frozen=True)
class Ended:
    """How it ended."""

    status: int
    """Its exit code, or less than 0: the signal that killed it."""

    seconds: float
    steps: list[str]
    said: str
    """What it wrote to standard error."""


class Killer:
    """The process that forks."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(scratch)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )

    def __call__(self, run: Run) -> Ended:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asdict(run)) + "\n")
        self.process.stdin.flush()
        ended = json.loads(self.process.stdout.readline())
        steps = (self.scratch / "steps").read_text().splitlines()
        return Ended(ended["status"], ended["seconds"], steps, (self.scratch / "said").read_text())

    def close(self) -> None:
        self.process.communicate()


def serve(scratch: Path) -> None:
    """Fork for each line of standard input."""
    for line in sys.stdin:
        run = Run(**json.loads(line))
        for name in ("steps", "said"):
            (scratch / name).write_text("")
        start = time.monotonic()
        child = os.fork()
        if not child:
            suffer(run, scratch)
        if run.after_s is not None:
            time.sleep(run.after_s)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        ended = {
            "status": os.waitstatus_to_exitcode(status),
            "seconds": time.monotonic() - start,
        }
        sys.stdout.write(json.dumps(ended) + "\n")
        sys.stdout.flush()


def suffer(run: Run, scratch: Path) -> None:
    """Run a verb in this process, which does not outlive it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream, path in ((1, os.devnull), (2, scratch / "said")):
        os.dup2(os.open(path, os.O_WRONLY), stream)
    if run.file_bytes is None:
        log = os.open(scratch / "steps", os.O_WRONLY)
        watch(run, lambda line: os.write(log, line.encode()))
    else:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (run.file_bytes, run.file_bytes))
    code = 99
    try:
        code = main(run.arguments)
    finally:
        os._exit(code)


def watch(run: Run, log: Callable[[str], object]) -> None:
    """Note each step, and end the run at the one that is meant."""
    seen = 0

    def hook(event: str, given: tuple[Any, ...]) -> None:
        nonlocal seen
        if not counts(event, given, run.root):
            return
        log(f"{event} {' '.join(str(v) for v in given[:2])}\n".replace(run.root, ""))
        seen += 1
        if seen - 1 == run.at or (run.lasting and seen - 1 > run.at):
            end(run.end, event)

    sys.addaudithook(hook)


def counts(event: str, given: tuple[Any, ...], root: str) -> bool:
    """Return whether a step changes something in a folder."""
    if event == "ctypes.dlsym":
        return bool(given[1] == SWAP)
    if event == "open":
        path, _, flags = given
        return isinstance(path, str) and path.startswith(root) and bool(flags & WRITING)
    if event not in CHANGES:
        return False
    names = [os.fsdecode(v) for v in given if isinstance(v, str | bytes)]
    return any(name.startswith(root) or not name.startswith("/") for name in names)


def end(how: str, event: str) -> None:
    """Let it happen."""
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif how == "interrupt":
        os.kill(os.getpid(), signal.SIGINT)
    elif how and event not in {"os.remove", "os.rmdir", "ctypes.dlsym"}:
        number, _, text = how.partition(" ")
        raise OSError(int(number), text)


def digests(folder: Path) -> Digests:
    """
    Return every file below a folder, and every folder that is empty.

    What a process that still writes takes away meanwhile is left out.
    """
    found = {}
    listed = [Path(at) / name for at, *names in os.walk(folder) for name in (*names[0], *names[1])]
    for path in sorted(listed):
        name = path.relative_to(folder).as_posix()
        with contextlib.suppress(FileNotFoundError):
            if path.is_file():
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
            elif not any(path.iterdir()):
                found[name] = ""
    return found


def redate(town: Path) -> None:
    """Change a plan so that every result of it changes too."""
    path = town / "plan.toml"
    path.write_text(path.read_text().replace("2026-06-01", "2026-07-01"))
    path = town / "layers" / "schools.geojson"
    sidecar = town / "layers" / "schools.toml"
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(path.read_text().replace('"seats": 60', '"seats": 61'))
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    sidecar.write_text(sidecar.read_text().replace(old, new))


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
