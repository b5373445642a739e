"""Trials on streets, and seats by "nearest first", held against the plan to the person."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
from axe_playwright_python.sync_playwright import Axe
from browsing import DESKTOP, Visit
from grounds import Ground, copied
from streettown import write_streettown
from toytown import degrees, write_toytown
from whatif_random import known, steps, tried, until

from almaty_geo.cli import main
from almaty_geo.importing.streets import import_streets
from almaty_geo.maps import draw
from almaty_geo.maps.wording_trial import trial_words
from almaty_geo.plan import Plan
from almaty_geo.words import LANGUAGES

pytestmark = pytest.mark.enable_socket
Visited = Callable[..., Visit]
PHONE = (390, 844)
INNER_BOX = (76.75, 43.15, 77.05, 43.38)

WAYS = """([theme, sets, farthest]) => {
  const { reckoning, data, trialGround, trialSpec } = almatyGeo;
  const tools = reckoning.ground();
  const parts = reckoning.streets(tools);
  const given = trialGround();
  const size = given.people.length;
  const spots = given.people.map((_, i) =>
    tools.metres(given.degrees[2 * i], given.degrees[2 * i + 1], given.plane));
  const [x, y] = [0, 1].map((axis) => spots.map((spot) => spot[axis]));
  const ground = { ...given, size, x, y, streets: parts.unpacked(given.streets) };
  const spec = trialSpec(data.sections.find(({ id }) => id === theme).trial);
  const rule = { ...spec.rule, steps: [farthest] };
  return sets.map((places) => {
    const engine = parts.of({ ...spec, ground, rule, places: [], joins: "AA==" });
    const at = places.map((place) => engine.site(place));
    engine.follow(at.map(() => true));
    return spots.map((_, i) => engine.way(i));
  });
}"""


def drawn(folder: Path, scenario: str | None = None) -> Path:
    plan = Plan(folder)
    page = folder.parent / f"{folder.name}.html"
    page.write_text(draw(plan.picture(plan.map_spec(), scenario=scenario)), encoding="utf-8")
    return page


def begun(visit: Visited, page: Path, address: str, size: tuple[int, int] = DESKTOP) -> Visit:
    """Open the tool on a page, and wait for its first answer."""
    one = visit(page, address, size)
    one.page.click("#open-trial")
    until(one, "Boolean(almatyGeo.trials.now().result) && !almatyGeo.trials.waits()")
    return one


def act(one: Visit, script: str) -> None:
    one.page.evaluate(f"{{ const {{ trials }} = almatyGeo; {script} }}")
    until(one, "!almatyGeo.trials.waits()")


def bars(one: Visit) -> dict[str, list[int]]:
    rows = "almatyGeo.section().bars.rows.map(([area, parts]) => [area, parts])"
    return dict(one.page.evaluate(rows))


def figures(one: Visit) -> list[int]:
    """Return the three numbers of pupils that the card shows."""
    told = one.page.locator("#trial .trial-parts b").all_inner_texts()
    return [int(re.sub(r"\D", "", text)) for text in told]


@pytest.fixture(scope="module")
def crossed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Return the page of a town with two streets, 2 km along y = 1000, and 1 km along x = 1000.

    School A and 100 people stand where they cross, 50 live 399 m up the short street, 30 of them
    3 m farther, and 20 a kilometre beyond the end of the long one. Within reach is 500 m.
    """
    folder = write_toytown(tmp_path_factory.mktemp("crossed") / "crossed")
    lines = [[(0, 1000), (2000, 1000)], [(1000, 500), (1000, 1500)]]
    texts = [", ".join("{} {}".format(*degrees(*spot)) for spot in line) for line in lines]
    file = folder / "streets.csv"
    rows = [f'residential,"LINESTRING ({text})"' for text in texts]
    file.write_text("\n".join(["highway,geometry_wkt", *rows]) + "\n", encoding="utf-8")
    import_streets(Plan(folder), file)
    return drawn(folder)


@pytest.fixture(scope="module", params=["streets", "lines"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tried") / request.param
    return write_streettown(folder, streets=request.param == "streets")


@pytest.fixture(scope="module")
def by_streets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a town with streets, and its page; files are added to the town."""
    folder = write_streettown(tmp_path_factory.mktemp("streets") / "town")
    return folder, drawn(folder, scenario="later")


@pytest.mark.parametrize(("theme", "scenario"), [("schools", "later"), ("clinics", "today")])
def test_whatever_is_tried_the_page_says_what_the_plan_says(
    theme: str, scenario: str, town: Path, visit: Visited
) -> None:
    one = visit(drawn(town, scenario=scenario), f"#en/{theme}")
    box = Plan(town).area.bounds_deg
    told = tried(one, town, steps(np.random.default_rng(3), box, 14))
    assert told == known(town, theme, list(told), seats=theme == "schools")
    assert len({one.classes for one in told.values()}) > 3
    assert one.faults() == []


@pytest.mark.parametrize("theme", ["schools", "clinics"])
def test_every_way_to_a_clicked_place_is_the_same(
    theme: str, by_streets: tuple[Path, Path], visit: Visited
) -> None:
    plan = Plan(by_streets[0])
    reach = plan.coverage(theme).reach
    corners = degrees(-300, -300), degrees(4300, 2300)
    places = np.random.default_rng(4).uniform(*corners, (20, 3, 2)).round(7)
    homes = plan.people().xy_m
    homes = homes[np.isfinite(homes).all(axis=1)]
    one = visit(by_streets[1], f"#en/{theme}")
    told = one.page.evaluate(WAYS, [theme, places.tolist(), 500 if reach.unit == "min" else 50_000])
    for spots, ways in zip(places, told, strict=True):
        there = plan.area.xy_m([shapely.Point(spot) for spot in spots])
        found = plan.travel().nearest(homes, there, reach=reach).way
        assert ways == found.tolist()
    assert len({way for ways in told for way in ways}) > 1000
    assert one.faults() == []


def test_ways_follow_the_streets(crossed: Path, visit: Visited) -> None:
    one = begun(visit, crossed, "#en/schools")
    assert bars(one) == {"west": [180, 0], "east": [0, 20]}
    act(one, "trials.remove(trials.open()[0])")
    assert bars(one)["west"] == [0, 180]
    for at, west in ((1499, [100, 80]), (1502, [0, 180]), (1099, [150, 30]), (1097, [180, 0])):
        place = json.dumps(degrees(at, 1000))
        act(one, f"trials.add(...{place}, 5, '')")
        assert bars(one)["west"] == west, at
        act(one, "trials.undo()")
    act(one, "trials.undo()")
    share = one.page.locator("#answer [data-figure='schools.share.city']").inner_text()
    assert share.startswith("within the norm (from")
    act(one, "trials.remove(trials.open()[0])")
    share = one.page.locator("#answer [data-figure='schools.share.city']").inner_text()
    assert share == "within the norm, by streets\n0%"
    assert one.faults() == []


def test_a_place_without_a_street_serves_nobody_and_says_so(crossed: Path, visit: Visited) -> None:
    one = begun(visit, crossed, "#en/schools")
    act(one, f"trials.add(...{json.dumps(degrees(3000, 1000))}, 700, '')")
    assert bars(one) == {"west": [180, 0], "east": [0, 20]}
    assert one.page.locator("#trial li em").inner_text() == "no street near: nobody gets there"
    act(one, f"trials.add(...{json.dumps(degrees(2400, 1000))}, 700, '')")
    assert one.page.locator("#trial li em").count() == 1


def test_pupils_are_shown_for_the_city_and_by_district(
    by_streets: tuple[Path, Path], visit: Visited
) -> None:
    folder, page = by_streets
    one = begun(visit, page, "#en/schools")
    now = Plan(folder).provision("schools", scenario="later", objective="nearest-first")
    parts = ["seated", "in_reach_no_seat", "out_of_reach"]
    assert figures(one) == [now.totals()[part] for part in parts]
    assert one.page.locator("#trial .trial-parts small").all_inner_texts() == ["", "", ""]
    one.page.click('[data-key="try:districts"]')
    table = {
        row.get_attribute("data-area"): [int(n) for n in row.locator("td").all_inner_texts()]
        for row in one.page.locator(".trial-districts tbody tr").all()
    }
    split = now.by("districts")[parts]
    assert table == {area: [int(split[part][area]) for part in parts] for area in ("west", "east")}
    one.page.evaluate("almatyGeo.set({ area: 'east' })")
    assert figures(one) == table["east"]
    one.page.evaluate("almatyGeo.set({ area: almatyGeo.CITY })")
    assert "Pupils: nearest first" in one.page.locator("#trial").inner_text()
    assert "The proven assignment comes from the command line" in (
        one.page.locator("#trial .trial-pupils").inner_text()
    )
    assert one.faults() == []


def test_seats_that_are_added_show_what_they_change_and_can_be_undone(
    by_streets: tuple[Path, Path], visit: Visited, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, page = by_streets
    one = begun(visit, page, "#en/schools")
    before = figures(one)
    plan = Plan(folder)
    now = plan.provision("schools", scenario="later", objective="nearest-first")
    homes = plan.layers["residents"].frame.geometry.to_numpy()
    home = homes[int(now.in_reach_no_seat.argmax())]
    place = json.dumps(shapely.get_coordinates(home)[0].tolist())
    act(one, f"trials.add(...{place}, 40, ''); trials.add(...{place}, 40, '')")
    after = figures(one)
    assert after[0] > before[0]
    changes = one.page.locator("#trial .trial-parts small").all_inner_texts()
    assert [text.replace("−", "-").replace("+", "") for text in changes] == [
        str(b - a) if a != b else "" for a, b in zip(before, after, strict=True)
    ]
    with one.page.expect_download() as caught:
        one.page.click('[data-key="try:save"]')
    file = folder / "layers" / "scenarios" / caught.value.suggested_filename
    assert file.name == "later-schools-plus2.toml"
    caught.value.save_as(file)
    command = f"almaty-geo provision schools --scenario {file.stem}"
    assert command in one.page.locator("#trial code").all_inner_texts()
    asked = [*command.split()[1:], "--objective", "nearest-first", "--plan", str(folder), "--json"]
    assert main(asked) == 0
    said = json.loads(capsys.readouterr().out)
    assert after == [said[part] for part in ("seated", "in_reach_no_seat", "out_of_reach")]
    assert Plan(folder).scenario(file.stem).title.en == "Tried out on “Later”: Schools +2"
    one.page.click('[data-key="try:before"]')
    assert figures(one) == before
    act(one, "trials.undo(); trials.undo()")
    assert figures(one) == before


def test_a_trial_by_streets_is_saved_and_loaded_back(
    by_streets: tuple[Path, Path], tmp_path: Path, visit: Visited
) -> None:
    first = begun(visit, by_streets[1], "#en/schools")
    spots = [json.dumps(degrees(x, 900)) for x in (700, 2500)]
    act(
        first,
        f"trials.add(...{spots[0]}, 70, ''); trials.move(trials.open()[2], ...{spots[1]});"
        "trials.remove(trials.open()[0])",
    )
    text = first.page.evaluate("almatyGeo.scenarioFile()")
    file = tmp_path / "tried.toml"
    file.write_text(text, encoding="utf-8")
    second = begun(visit, by_streets[1], "#en/schools")
    second.page.set_input_files("#trial-file", file)
    until(second, "almatyGeo.trials.now().past.length === 1 && !almatyGeo.trials.waits()")
    assert second.page.evaluate("almatyGeo.scenarioFile()") == text
    assert (bars(second), figures(second)) == (bars(first), figures(first))


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_card_with_pupils_speaks_every_language_and_is_accessible(
    size: tuple[int, int], by_streets: tuple[Path, Path], visit: Visited
) -> None:
    one = begun(visit, by_streets[1], "#kk/schools", size)
    act(one, f"trials.add(...{json.dumps(degrees(1000, 1000))}, 40, '')")
    one.page.click('[data-key="try:districts"]')
    for language in LANGUAGES:
        one.page.evaluate("(language) => almatyGeo.set({ language })", language)
        said = one.page.locator("#trial").inner_text()
        for key in ("try_seats", "try_seated", "try_waiting", "try_rule", "try_districts"):
            assert trial_words()[key][language] in said, key
        assert one.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        wide = "(card) => card.scrollWidth <= card.clientWidth"
        assert one.page.locator("#trial").evaluate(wide)
    found = Axe().run(one.page)
    assert found.violations_count == 0, found.generate_report()


def test_themes_without_seats_or_pupils_say_nothing_of_them(
    by_streets: tuple[Path, Path], visit: Visited
) -> None:
    one = begun(visit, by_streets[1], "#en/clinics")
    act(one, "trials.remove(trials.open()[0])")
    assert one.page.locator(".trial-pupils").count() == 0
    assert "provision" not in one.page.locator("#trial").inner_text()


def test_on_the_streets_of_the_city_the_page_says_what_the_plan_says(
    ground_by_streets: Ground, tmp_path: Path, visit: Visited
) -> None:
    assert ground_by_streets.plan.network is not None
    folder = copied(ground_by_streets.plan.folder, tmp_path / "city")
    for theme in ("schools", "bus_stops"):
        one = visit(ground_by_streets.page, f"#ru/{theme}")
        told = tried(one, folder, steps(np.random.default_rng(8), INNER_BOX, 8))
        assert told == known(folder, theme, list(told), seats=theme == "schools")
        assert one.faults() == []
