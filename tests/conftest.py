import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))  # invented places are shared between tests

from browsing import CHROMIUM, DESKTOP, Visit
from grounds import REGISTER, Ground, by_lines_of, by_streets_of
from toytown import write_toytown

from almaty_geo.cli import main
from almaty_geo.plan import Plan

ROOT = Path(__file__).parents[1]


# Where tests run in the background a shell has interrupts ignored, and every child inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def almaty() -> Plan:
    return Plan(ROOT)


@pytest.fixture
def toytown(tmp_path: Path) -> Path:
    return write_toytown(tmp_path / "toytown")


@pytest.fixture
def refusal(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return a run of the command that must fail: it gives the one line that it says."""

    def said(*arguments: str) -> str:
        assert main(arguments) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("almaty-geo: ")
        assert printed.err.count("\n") == 1
        return printed.err

    return said


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = os.environ.get("ALMATY_GEO_TEST_DATA")
    if not folder:
        pytest.skip("ALMATY_GEO_TEST_DATA does not name a folder of real files")
    return Path(folder)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run have in common."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "grounds"


@pytest.fixture(scope="session")
def ground_by_lines(almaty: Plan, shared: Path) -> Ground:
    return by_lines_of(almaty, shared)


@pytest.fixture(scope="session")
def ground_by_streets(almaty: Plan, real_data: Path, shared: Path) -> Ground:
    return by_streets_of(almaty, real_data / REGISTER, shared)


@pytest.fixture(
    scope="module", params=["ground_by_lines", "ground_by_streets"], ids=["by lines", "by streets"]
)
def ground(request: pytest.FixtureRequest) -> Ground:
    """Return the plan that ships with its atlas, and the same with the real city's streets."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Ground)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(f"no Chromium at {CHROMIUM}; name one in ALMATY_GEO_CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    contexts = []

    def visited(
        file: Path,
        address: str = "",
        size: tuple[int, int] = DESKTOP,
        *,
        ready: bool = True,
        **options: Any,
    ) -> Visit:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        one = Visit(context.new_page())
        one.open(file, address, ready=ready)
        return one

    yield visited
    for context in contexts:
        context.close()
