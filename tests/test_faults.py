import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from killing import SWAP, Digests, Ended, Killer, Run, digests, redate
from toytown import write_toytown

from almaty_geo.cli import main
from almaty_geo.plan import Plan

COMMAND = str(Path(sys.executable).with_name("almaty-geo"))
STEPS = 10
MOMENTS = 10


@dataclass(frozen=True)
class Scene:
    """A verb about to replace an old result by a new one."""

    verb: str
    base: Path
    """A plan, an old result of another state of it, and what the verb needs."""

    old: Digests
    new: Digests
    """All files before the verb, and after it."""

    whole: Ended
    """A run of it that nothing happens to."""

    def arguments(self, work: Path) -> list[str]:
        return arguments(self.verb, work)

    def copy(self, work: Path) -> Path:
        shutil.copytree(self.base, work)
        return work


def arguments(verb: str, work: Path) -> list[str]:
    plan = ["--plan", str(work / "town")]
    out = ["--out", str(work / "out")]
    return {
        "build": ["build", *out, "--lang", "en", *plan],
        "report": ["report", *out, "--lang", "en,ru", *plan],
        "export": ["export", "schools", "--format", "geojson,gpkg,parquet,csv", *out, *plan],
        "import": ["import", "schools", str(work / "schools.geojson"), *plan],
    }[verb]


VERBS = ("build", "import", "export", "report")


@pytest.fixture(scope="module")
def killer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    one = Killer(tmp_path_factory.mktemp("killer"))
    yield one
    one.close()


@pytest.fixture(scope="module")
def scene(killer: Killer, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Scene]:
    made: dict[str, Scene] = {}

    def of(verb: str) -> Scene:
        if verb not in made:
            made[verb] = set_up(verb, tmp_path_factory.mktemp(verb), killer)
        return made[verb]

    return of


@pytest.fixture
def one(verb: str, scene: Callable[[str], Scene]) -> Scene:
    return scene(verb)


@pytest.fixture
def work(one: Scene, tmp_path: Path) -> Path:
    return one.copy(tmp_path / "work")


def set_up(verb: str, folder: Path, killer: Killer) -> Scene:
    base = folder / "base"
    town = write_toytown(base / "town")
    if verb == "import":
        text = (town / "layers" / "schools.geojson").read_text()
        (base / "schools.geojson").write_text(text.replace('"seats": 60', '"seats": 61'))
    else:
        assert killer(Run(arguments(verb, base), str(base))).status == 0
        redate(town)
    old = digests(base)
    shutil.copytree(base, folder / "after")
    whole = killer(Run(arguments(verb, folder / "after"), str(folder / "after"), at=-1))
    assert whole.status == 0, whole.said
    new = digests(folder / "after")
    assert new != old
    return Scene(verb, base, old, new, whole)


def steps_to_die_at(scene: Scene) -> list[int]:
    """Return steps spread over a run, with all those at which a name changes near the target."""
    steps = scene.whole.steps
    seed = random.Random(scene.verb)  # noqa: S311 - a choice that can be told again
    chosen = set(seed.sample(range(len(steps)), min(STEPS, len(steps))))
    swaps = [n for n, step in enumerate(steps) if SWAP in step]
    renames = [n for n, step in enumerate(steps) if step.startswith("os.rename")][-2:]
    return sorted(chosen | {m for n in (*swaps, *renames) for m in (n, n + 1) if m < len(steps)})


def must_be_sound(scene: Scene, work: Path) -> None:
    """Fail unless all that has a final name is the old result, or all of it the new one."""
    found = digests(work)
    hidden = leftovers(work)
    assert {n: d for n, d in found.items() if n not in hidden} in (scene.old, scene.new)


def leftovers(work: Path) -> list[str]:
    return [n for n in digests(work) if any(part.startswith(".") for part in Path(n).parts)]


def must_recover(scene: Scene, work: Path, killer: Killer) -> None:
    """Fail unless the next run makes the new result and leaves nothing else."""
    again = killer(Run(scene.arguments(work), str(work), at=-1))
    assert (again.status, again.said) == (0, "")
    assert digests(work) == scene.new


@pytest.mark.parametrize("verb", VERBS)
def test_killed_before_any_step_a_verb_leaves_the_old_or_the_new_result(
    one: Scene, killer: Killer, tmp_path: Path
) -> None:
    chosen = steps_to_die_at(one)
    assert len(chosen) >= 10
    for number, at in enumerate(reversed(chosen)):
        work = one.copy(tmp_path / str(at))
        ended = killer(Run(one.arguments(work), str(work), end="kill", at=at))
        assert ended.status == -signal.SIGKILL
        must_be_sound(one, work)
        if number % 4 == 0:
            must_recover(one, work, killer)


@pytest.mark.parametrize("verb", VERBS)
def test_killed_at_a_random_moment_a_verb_leaves_the_old_or_the_new_result(
    one: Scene, killer: Killer, work: Path
) -> None:
    seed = random.Random(one.verb)  # noqa: S311 - a choice that can be told again
    for _ in range(MOMENTS):
        after_s = seed.random() * one.whole.seconds
        killer(Run(one.arguments(work), str(work), at=-1, after_s=after_s))
        must_be_sound(one, work)
    must_recover(one, work, killer)


@pytest.mark.parametrize("verb", VERBS)
def test_the_installed_command_can_be_killed_too(one: Scene, killer: Killer, work: Path) -> None:
    before = digests(work)
    with subprocess.Popen([COMMAND, *one.arguments(work)], stdout=subprocess.DEVNULL) as process:
        wait_for(lambda: process.poll() is not None or digests(work) != before)
        process.kill()
    must_be_sound(one, work)
    must_recover(one, work, killer)


def wait_for(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_installed_command_stopped_by_ctrl_c_says_so_in_one_line(
    scene: Callable[[str], Scene], tmp_path: Path
) -> None:
    one = scene("build")
    work = one.copy(tmp_path / "work")
    with subprocess.Popen(
        [COMMAND, *one.arguments(work)], stderr=subprocess.PIPE, text=True
    ) as process:
        wait_for(lambda: any(work.glob(".out.building-*")))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert (process.returncode, said.split("\n")) == (130, ["", STOPPED, ""])
    assert digests(work) == one.old


TIDYING = """
import sys, time
import click
from almaty_geo import cli

class Tidied:
    def __del__(self):
        raise KeyboardInterrupt

@cli.cli.command("tidy")
def tidy():
    Tidied()
    for _ in range(200):
        time.sleep(0.1)

sys.exit(cli.main(["tidy"]))
"""


def test_an_interrupt_that_falls_while_python_tidies_up_is_not_lost() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", TIDYING], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr.strip()) == (130, STOPPED)


STOPPED = "almaty-geo: stopped; what was there before is still there."


@pytest.mark.parametrize("verb", VERBS)
def test_stopped_before_any_step_a_verb_leaves_the_old_or_the_new_result(
    one: Scene, killer: Killer, tmp_path: Path
) -> None:
    for at in steps_to_die_at(one)[::4]:
        work = one.copy(tmp_path / str(at))
        ended = killer(Run(one.arguments(work), str(work), end="interrupt", at=at))
        assert (ended.status, ended.said.strip()) == (130, STOPPED)
        must_be_sound(one, work)
        if leftovers(work):  # stopped while it was clearing up: the next run does that
            must_recover(one, work, killer)


@pytest.mark.parametrize("verb", VERBS)
def test_a_disk_that_is_full_from_some_step_on_is_told_in_one_line(
    one: Scene, killer: Killer, work: Path
) -> None:
    full = partial(Run, end="28 No space left on device", lasting=True)
    for at in steps_to_die_at(one)[:-4:2]:
        ended = killer(full(one.arguments(work), str(work), at=at))
        if ended.status == 0:  # only clearing up was left to do
            assert {n: d for n, d in digests(work).items() if n not in leftovers(work)} == one.new
            break
        must_be_one_line(ended, "No space left on device")
        must_be_sound(one, work)
        assert not leftovers(work)


def must_be_one_line(ended: Ended, *words: str) -> None:
    assert ended.status == 1, ended.said
    assert ended.said.startswith("almaty-geo: ")
    assert ended.said.count("\n") == 1, ended.said
    for word in words:
        assert word in ended.said


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("file_bytes", [2_000, 30_000])
def test_a_disk_that_takes_no_more_bytes_is_told_in_one_line(
    file_bytes: int, one: Scene, killer: Killer, work: Path
) -> None:
    ended = killer(Run(one.arguments(work), str(work), at=-1, file_bytes=file_bytes))
    if ended.status == 0:  # it needs no larger files
        assert digests(work) == one.new
        return
    must_be_one_line(ended, "cannot be written")
    must_be_sound(one, work)
    must_recover(one, work, killer)


@pytest.mark.parametrize("verb", VERBS)
def test_a_folder_that_cannot_be_written_to_is_told_in_one_line(
    one: Scene, killer: Killer, work: Path
) -> None:
    read_only = Run(
        one.arguments(work), str(work), end="30 Read-only file system", at=0, lasting=True
    )
    must_be_one_line(killer(read_only), "Read-only file system")
    assert digests(work) == one.old


@pytest.mark.parametrize("verb", ["build", "export", "report"])
def test_a_file_in_the_place_of_a_folder_is_told_in_one_line(
    one: Scene, killer: Killer, work: Path
) -> None:
    shutil.rmtree(work / "out")
    (work / "out").write_text("mine")
    must_be_one_line(killer(Run(one.arguments(work), str(work), at=-1)), str(work / "out"))
    assert (work / "out").read_text() == "mine"


def test_pages_of_two_states_of_a_plan_can_be_told_apart(toytown: Path, tmp_path: Path) -> None:
    signs = []
    for name in ("before", "after"):
        out = tmp_path / name
        assert main(["report", "--out", str(out), "--lang", "en", "--plan", str(toytown)]) == 0
        sign = Plan(toytown).input_hash[:12]
        for page in (out / "en").glob("*.html"):
            assert sign in page.read_text(encoding="utf-8"), page.name
        signs.append(sign)
        redate(toytown)
    assert signs[0] != signs[1]
