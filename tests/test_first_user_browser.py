"""What a planner asks first, answered by clicks alone on the bundled plan."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import DESKTOP, Visit
from grounds import Ground
from playwright.sync_api import expect

from almaty_geo.plan import Plan
from almaty_geo.plan.provisions import ground as seats_of
from almaty_geo.provision.relief import opening
from almaty_geo.words import Language, Text, count, percent

pytestmark = pytest.mark.enable_socket

PHONE = (390, 844)
LIMIT_MS = 10_000
MOST_CLICKS = 4
SEVERE = {"serious", "critical"}
UNCOVERED = """(selector) => {
  const part = document.querySelector(selector);
  const { left, right, top, bottom } = part.getBoundingClientRect();
  return [left + 2, right - 2].every((x) => [top + 2, bottom - 2].every((y) => {
    const on = document.elementFromPoint(x, y);
    return on !== null && (part.contains(on) || on.contains(part));
  }));
}"""
Visited = Callable[..., Visit]


class Planner:
    """Somebody who only clicks on words, and counts the clicks."""

    def __init__(self, visit: Visit) -> None:
        self.page = visit.page
        self.clicks = 0

    def click(self, scope: str, words: str) -> None:
        """Click what says these words, and no more than them, in a part of the page."""
        self.clicks += 1
        found = self.page.locator(scope).get_by_text(words, exact=True).locator("visible=true")
        found.first.click(timeout=LIMIT_MS)

    def open_sections(self) -> None:
        """Open the list of sections, where there is no room for tabs."""
        self.clicks += 1
        self.page.click("#open-sections")

    def reads(self, selector: str, *words: str) -> None:
        """See all words in one part of the page, after few clicks."""
        assert self.clicks <= MOST_CLICKS
        for one in words:
            expect(self.page.locator(selector).first).to_contain_text(one, timeout=LIMIT_MS)

    def sees_all_of(self, selector: str) -> None:
        """See a part of the page with nothing over its corners, once the map is at rest."""
        for _ in range(LIMIT_MS // 50):
            if self.page.evaluate(UNCOVERED, selector):
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"{selector} is covered")


def pupils_without_a_seat(plan: Plan, area: str) -> int:
    split = plan.provision("schools", shifts=1).by("districts")
    line = split.loc[[area]]
    missing = line[["in_reach_no_seat", "out_of_reach"]].to_numpy(dtype=int)
    return int(missing.sum())


def test_how_many_pupils_of_a_district_have_no_seat_in_one_shift(
    ground: Ground, visit: Visited
) -> None:
    planner = Planner(visit(ground.page, "#ru"))
    planner.click("#subsections", "Места")
    planner.click("#answer .bars", "Алатауский")
    number = count(pupils_without_a_seat(ground.plan, "alatau"))["ru"]
    planner.reads("#answer .place h2", "Алатауский район")
    planner.reads("#answer .lead", "В одну смену без места", number)
    assert planner.page.locator("#answer .lead b").inner_text() == number


def test_the_same_on_a_phone_in_kazakh(ground: Ground, visit: Visited) -> None:
    planner = Planner(visit(ground.page, "#kk", PHONE))
    planner.open_sections()
    planner.click("#all-sections", "Орындар")
    planner.click("#answer .bars", "Алатау")
    number = count(pupils_without_a_seat(ground.plan, "alatau"))["kk"]
    planner.reads("#answer .lead", "Бір ауысымда", number, "оқушы")
    assert planner.page.locator("#answer .lead b").inner_text() == number


@pytest.mark.parametrize(
    ("language", "size", "tab", "name"),
    [("ru", DESKTOP, "Вода", "Каргалы"), ("kk", PHONE, "Су", "Қарғалы")],
)
def test_what_an_intake_changes(
    language: Language,
    size: tuple[int, int],
    tab: str,
    name: str,
    ground: Ground,
    visit: Visited,
) -> None:
    supply = ground.plan.water()
    assert supply is not None
    source = next(one for one in supply.balance.sources if one.id == "kargaly")
    assert source.capacity_m3_day
    assert source.people_served
    figures: list[Text] = [
        count(source.capacity_m3_day),
        percent(supply.balance.share_of_use(["kargaly"]), digits=1),
        count(source.people_served),
    ]
    planner = Planner(visit(ground.page, f"#{language}", size))
    if size == PHONE:
        planner.open_sections()
    planner.click("#all-sections" if size == PHONE else "#sections", tab)
    row = f"#answer tr:has(td):has-text('{name}'):has-text('{figures[0][language]}')"
    planner.reads(row, *(one[language] for one in figures))
    planner.click(row, name)
    planner.reads(".popup h2", name)
    planner.reads(".popup-told", str(source.opens), *(one[language] for one in figures))
    planner.sees_all_of(".popup-told")


def test_which_planned_school_opens_when_and_what_it_adds_net(
    ground: Ground, visit: Visited
) -> None:
    own = seats_of(ground.plan, "schools")
    today = ground.plan.scenario()
    school = opening(today, "schools_planned/planned-05")
    more = own.provide(school, shifts=1).seated.sum() - own.provide(today, shifts=1).seated.sum()
    frame = ground.plan.layers["schools_planned"].frame
    planned = frame[frame["id"] == "planned-05"].iloc[0]
    planner = Planner(visit(ground.page, "#ru"))
    planner.click("#subsections", "По годам")
    row = f"#answer .table-room:first-child tr:has-text('{planned.name_ru}')"
    adds = "+" + count(int(planned.net_seats))["ru"]
    planner.reads(row, str(planned.opens), adds)
    planner.click(row, str(planned.name_ru))
    planner.reads(".popup h2", str(planned.name_ru))
    planner.reads(
        ".popup-told",
        f"Открытие: {planned.opens}.",
        count(int(planned.net_seats))["ru"],
        f"место получат ещё {count(int(more))['ru']} учащихся",
    )


def test_every_planned_school_has_the_year_and_the_net_seats_of_its_layer(ground: Ground) -> None:
    section = next(one for one in ground.picture.sections if one.id == "schools_years")
    frame = ground.plan.layers["schools_planned"].frame.set_index("id")
    told = {row.feature.partition("/")[2]: row.cells for row in section.tables[0].rows}
    assert len(told) > 20
    for school, cells in told.items():
        stated = frame.loc[school]
        assert (cells[1].value, cells[2].value) == (stated["opens"], stated["net_seats"])
        assert cells[1].tone == ""  # every year is stated, so none is assumed


def test_a_long_table_opens_and_folds_by_keyboard_and_is_whole_on_paper(
    ground: Ground, visit: Visited
) -> None:
    page = visit(ground.page, "#ru/schools_years").page
    room = page.locator("#answer .table-room").first
    rows, button = room.locator("tbody tr"), room.locator(".more-rows")
    shown = rows.locator("visible=true")
    assert shown.count() < rows.count()
    assert str(rows.count()) in button.inner_text()
    assert button.get_attribute("aria-expanded") == "false"
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert shown.count() == rows.count()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert shown.count() < rows.count()
    button.focus()
    page.keyboard.press("Enter")
    assert shown.count() == rows.count()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Enter")
    assert shown.count() < rows.count()


def test_every_tab_is_short_enough_on_a_phone(ground: Ground, visit: Visited) -> None:
    page = visit(ground.page, "#ru", PHONE).page
    for section in page.evaluate("almatyGeo.data.sections.map((one) => one.id)"):
        page.evaluate("(section) => almatyGeo.set({ section })", section)
        height, width = page.evaluate(
            "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
        )
        assert height < 12_000, section
        assert width <= PHONE[0], section


def test_approximate_places_are_said_where_they_are_drawn(ground: Ground, visit: Visited) -> None:
    page = visit(ground.page, "#ru/ring_road").page
    entry = page.locator("#legend [data-layer=ring_road_interchanges]")
    expect(entry).to_contain_text("место приблизительно")
    page.evaluate("almatyGeo.set({ section: 'schools' })")
    expect(entry).to_be_visible()
    expect(entry).not_to_contain_text("место приблизительно")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_rules_of_accessibility_hold_in_every_theme(
    size: tuple[int, int], ground: Ground, visit: Visited
) -> None:
    one = visit(ground.page, "#kk", size)
    themes = one.page.evaluate("almatyGeo.data.tabs.map(([, sections]) => sections[0][0])")
    assert len(themes) > 7
    for section in themes:
        one.page.evaluate("(section) => almatyGeo.set({ section })", section)
        found = Axe().run(one.page)
        severe = [v for v in found.response["violations"] if v["impact"] in SEVERE]
        assert severe == [], (section, [v["help"] for v in severe])
    assert one.faults() == []
