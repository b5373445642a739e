"""Workers say what one process says, also when one of them ends on the way."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil  # type: ignore[import-untyped]  # comes with Dask, and brings no types
import pytest
from distributed import Client
from synthetic import write_country

from almaty_geo.cli import main
from almaty_geo.errors import DataError, UsageError
from almaty_geo.plan import Plan
from almaty_geo.scaling import Country, Wish, open_country
from almaty_geo.tiling import results
from almaty_geo.tiling.cluster import connected

REACH = Wish("schools")


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with connected("local:2") as found:
        yield found


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    folder = tmp_path_factory.mktemp("country") / "invented"
    return open_country(write_country(folder, cities=10, people=40_000, tile_m=2200.0))


def pids(client: Client) -> list[int]:
    found: dict[str, int] = client.run(os.getpid)
    return sorted(found.values())


def scheduler_of(client: Client) -> Any:
    cluster: Any = client.cluster
    return cluster.scheduler


def killing(client: Client) -> Any:
    """Return a progress that ends one worker when the first task is done."""
    ended: list[int] = []

    def step(_: object, __: int = 1) -> None:
        if not ended:
            ended.append(pids(client)[0])
            os.kill(ended[0], signal.SIGKILL)

    step.ended = ended  # type: ignore[attr-defined]  # told to the test that asks
    return step


def test_workers_say_what_one_process_says_though_one_of_them_is_killed(
    country: Country, client: Client
) -> None:
    step = killing(client)
    found = country.ask(REACH, client=client, progress=step)
    assert step.ended
    assert step.ended[0] not in pids(client)
    assert found.to_dict() == country.ask(REACH).to_dict()
    assert len(found.cities) == 10


def test_workers_give_the_seats_that_one_process_gives(country: Country, client: Client) -> None:
    wish = Wish("schools", seats=True)
    assert country.ask(wish, client=client).to_dict() == country.ask(wish).to_dict()


def test_a_plan_asked_of_workers_says_the_same_to_the_person(almaty: Plan, client: Client) -> None:
    one, many = almaty.coverage("schools"), almaty.coverage("schools", client=client)
    for areas in almaty.memberships():
        assert one.by(areas).equals(many.by(areas))
    told = many.to_dict("districts")
    assert {key: one.to_dict("districts")[key] for key in told} == told
    with pytest.raises(UsageError, match="without a cluster"):
        many.explore()


def test_a_part_that_fails_is_tried_again(client: Client, tmp_path: Path) -> None:
    found = dict(results([tmp_path / "one", tmp_path / "two"], second_time, client=client))
    assert found == {0: "one", 1: "two"}


def test_what_is_raised_on_purpose_comes_back_in_a_line(country: Country, client: Client) -> None:
    with pytest.raises(UsageError, match=r"invented-\d+: Unknown theme 'pubs'"):
        country.ask(Wish("pubs"), client=client)


def test_a_task_that_ends_every_worker_ends_with_a_line(client: Client) -> None:
    scheduler = scheduler_of(client)
    before, scheduler.allowed_failures = scheduler.allowed_failures, 1
    try:
        with pytest.raises(DataError, match="ended 2 workers one after another"):
            list(results([1], end_worker, client=client))
    finally:
        scheduler.allowed_failures = before


def test_workers_listen_on_the_loopback_alone_and_show_no_dashboard(client: Client) -> None:
    own = psutil.Process()
    found = [c for p in (own, *own.children(recursive=True)) for c in p.net_connections("tcp")]
    ears = {c.laddr.ip for c in found if c.status == psutil.CONN_LISTEN}
    assert ears == {"127.0.0.1"}
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"http://127.0.0.1:{scheduler_of(client).http_server.port}/status")


def test_the_verb_of_a_country_by_workers_that_are_there_already(
    country: Country, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    address = client.scheduler_info()["address"]
    asked = ["country", str(country.folder), "--theme", "schools"]
    assert main(asked) == 0
    here = capsys.readouterr().out
    assert main([*asked, "--scheduler", address]) == 0
    assert capsys.readouterr().out == here
    assert main(["coverage", "schools", "--scheduler", address]) == 0
    assert "schools: within 500 m" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", ["local:0", "local:999", "http://there:1", "tcp://there"])
def test_what_is_no_scheduler_is_said_in_a_line(
    wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["coverage", "schools", "--scheduler", wrong]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Scheduler" in said or "too many" in said


def test_a_scheduler_that_does_not_answer_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("almaty_geo.tiling.cluster.WAIT_S", 1)
    assert main(["coverage", "schools", "--scheduler", "tcp://127.0.0.1:9"]) == 1
    assert "No scheduler answers at tcp://127.0.0.1:9." in capsys.readouterr().err


def test_without_the_extra_a_line_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("almaty_geo.tiling.cluster.find_spec", lambda _: None)
    assert main(["coverage", "schools", "--scheduler", "local:2"]) == 1
    assert "pip install 'almaty-geo[scale]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "code",
    [
        "from almaty_geo.cli import main; main(['--help'])",
        "from almaty_geo.cli import main; main(['country', '--help'])",
        "from almaty_geo.cli import main; main(['coverage', 'schools', '--json'])",
        "import almaty_geo.scaling, almaty_geo.tiling.cluster",
    ],
)
def test_nothing_of_dask_is_imported_unless_it_is_asked_for(code: str) -> None:
    asked = f"{code}; import sys; sys.exit(bool({{'dask', 'distributed'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=False)
    assert done.returncode == 0


def second_time(path: Path) -> str:
    """Fail as a disk may, once."""
    if not path.exists():
        path.write_text("", encoding="utf-8")
        raise OSError("not yet")
    return path.name


def end_worker(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
