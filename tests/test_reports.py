import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import shapely
from jinja2 import UndefinedError
from toytown import ORIGIN_M

from almaty_geo.catalogue import Layer
from almaty_geo.errors import DataError, UnknownNameError
from almaty_geo.plan import Plan
from almaty_geo.reports import Dossier, write
from almaty_geo.reports.ground import Plane, View, grounds, plane, scale_bar, view_of
from almaty_geo.reports.labels import labels, method
from almaty_geo.reports.names import mark
from almaty_geo.reports.pages import environment
from almaty_geo.reports.signs import DARK
from almaty_geo.reports.sketch import crowd, sketch
from almaty_geo.reports.typography import well_set
from almaty_geo.sections import CITY, Cell, Classes, Row, Section, Table, TableColumn
from almaty_geo.specs import Note
from almaty_geo.words import LANGUAGES, Language, Text, day, same

HOSTILE = (
    "{{7*7}} {% raw %} <img src=x onerror=alert(1)> </script><script>alert(1)</script> "
    "`${alert(1)}` \" ' & \u202e &lt;b&gt; Әғқ"
)


def dossier(plan: Plan) -> Dossier:
    return Dossier(
        name=plan.spec.name,
        date=plan.spec.date,
        plan_id=plan.spec.id,
        area=plan.area,
        areas=plan.areas,
        sections=plan.sections(),
        layers=dict(plan.layers),
        map_spec=plan.map_spec(),
        input_hash="0123456789abcdef",
        version="1.2.3",
    )


@pytest.fixture
def town(toytown: Path) -> Dossier:
    return dossier(Plan(toytown))


def page(made: Dossier, name: str) -> str:
    language, _, area = name.partition("/")
    chosen: Sequence[Language] = [known for known in LANGUAGES if known == language]
    ((path, html),) = write(made, languages=chosen, areas=[area])
    assert path == f"{name}.html"
    return html


class Seen(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> Iterator[dict[str, str]]:
        return (found for name, found in self.tags if name == tag)

    @property
    def text(self) -> str:
        return re.sub(r"[\s\u202f]+", " ", "".join(self.texts))


def rows(html: str, kind: str) -> list[tuple[str, list[str]]]:
    """Return class and cells of each row of the first table of a kind after the contents."""
    body = html.partition('<nav class="contents"')[2] or html
    table = re.search(rf'<table class="{kind}">(.*?)</table>', body, re.DOTALL)
    assert table
    body = table[1].partition("<tbody>")[2]
    found = re.findall(r"<tr(?: class=\"(\w+)\")?>(.*?)</tr>", body, re.DOTALL)
    return [
        (
            kind,
            [
                re.sub(r"<small.*?</small>|<[^>]+>", "", c)
                for c in re.split(r"</t[dh]>", cells)[:-1]
            ],
        )
        for kind, cells in found
    ]


def hostile(layer: Layer) -> Layer:
    """Return a layer with hostile text wherever its source could have put some."""
    frame = layer.frame.copy()
    for column, spec in layer.spec.columns.items():
        if spec.kind == "str" and column != "id":
            frame[column] = HOSTILE
    title = same(HOSTILE)
    source = layer.spec.source[0].model_copy(
        update={"publisher": same(HOSTILE), "licence": HOSTILE, "url": "javascript:alert(1)"}
    )
    notes = (Note(kind="caution", text=title),)
    changes = {"title": title, "source": (source,), "notes": notes}
    return Layer(layer.spec.model_copy(update=changes), frame)


def poisoned(made: Dossier) -> Dossier:
    layers = {name: hostile(layer) for name, layer in made.layers.items()}
    text = same(HOSTILE)
    cell = Cell(HOSTILE, text, language=HOSTILE, tone="bad")
    table = Table(text, (TableColumn("a", text, align="left"),), (Row("", (cell,)),))
    sections = tuple(
        replace(
            section,
            title=text,
            scenario=text,
            answers=tuple(replace(a, headline=text, emphasis=text) for a in section.answers),
            notes=(text,),
            tables=(table,),
        )
        for section in made.sections
    )
    return replace(
        made,
        name=text,
        plan_id=HOSTILE,
        version=HOSTILE,
        input_hash=HOSTILE,
        layers=layers,
        areas=layers[made.areas.id],
        sections=sections,
    )


def test_there_is_a_page_for_the_city_and_each_area_in_each_language(town: Dossier) -> None:
    made = [path for path, _ in write(town)]
    assert made == [f"{lang}/{p}.html" for p in (CITY, "west", "east") for lang in LANGUAGES]


def test_a_page_answers_first_with_the_areas_own_figures(town: Dossier) -> None:
    section = town.sections[0]
    for area, number in (("west", "30"), ("east", "20"), (CITY, "50")):
        html = page(town, f"ru/{area}")
        answer = section.answer(area)
        assert answer
        headline = answer.headline.ru.replace(number, f"<strong>{number}</strong>", 1)
        assert f'<p class="headline">{headline}</p>' in html
        assert html.index("headline") < html.index("<table")
        for figure in answer.figures:
            assert f"<dt>{figure.label.ru}</dt><dd>{figure.shown.ru}</dd>" in html


def test_bars_are_ranked_and_as_long_as_their_people(town: Dossier) -> None:
    html = page(town, "en/east")
    assert [(kind, cells[-1].strip()) for kind, cells in rows(html, "bars")] == [
        ("", "30"),
        ("own", "20"),
    ]
    # West has 180 people, 150 of them within reach; East has 20, none of them.
    bar = html[html.index('<table class="bars">') :]
    assert re.findall(r"width:([\d.]+)%", bar)[:4] == ["83.33", "16.67", "0.00", "11.11"]


def test_the_table_adds_up_and_sets_the_pages_area_apart(town: Dossier) -> None:
    found = {cells[0]: (kind, cells) for kind, cells in rows(page(town, "en/west"), "figures")}
    west, east, city = found["West"], found["East"], found["City"]
    assert (west[0], east[0], city[0]) == ("own", "", "total")
    for column in (1, 2, 3):
        assert int(west[1][column]) + int(east[1][column]) == int(city[1][column])
    assert city[1][1:4] == ["200", "150", "50"]
    assert 'class="own"' not in page(town, "en/city")


def test_a_list_longer_than_the_areas_is_cut_to_those_of_the_page(town: Dossier) -> None:
    listed = [("west", "A"), ("west", "B"), ("east", "P"), ("", "Anywhere")]
    own = [Row(area, (Cell(name, same(name)),)) for area, name in listed]
    own.append(Row("", (Cell(4, same("4 in all")),), total=True))
    table = Table(same("List"), (TableColumn("name", same("Name"), align="left"),), tuple(own))
    made = replace(town, sections=(replace(town.sections[0], tables=(table,)),))
    assert [cells for _, cells in rows(page(made, "en/west"), "figures")] == [
        ["A"],
        ["B"],
        ["Anywhere"],
    ]
    assert len(rows(page(made, "en/city"), "figures")) == 5


def test_an_area_without_an_answer_of_its_own_is_told_the_citys_as_such(town: Dossier) -> None:
    only = tuple(a for a in town.sections[0].answers if a.area == CITY)
    made = replace(town, sections=(replace(town.sections[0], answers=only),))
    assert labels()["whole"].en in page(made, "en/west")
    assert labels()["whole"].en not in page(made, "en/city")


def test_a_cautious_note_is_told_once_and_referred_to_later(town: Dossier) -> None:
    first = town.sections[0]
    note = same("A caution about the data.")
    second = replace(first, id="second", title=same("Second"), notes=(note,))
    made = replace(town, sections=(replace(first, notes=(note,)), second))
    html = page(made, "en/west")
    assert html.count(note.en) == 1
    assert "What is said of the same data under “Schools” holds here too." in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fixed_word_is_in_the_pages_language(language: Language, town: Dossier) -> None:
    html = unescape(dict(write(town, languages=[language]))[f"{language}/west.html"])
    assert f'<html lang="{language}">' in html
    elsewhere = {"city_dossier", "inset", "remarks", "whole"}
    fixed = [text for name, text in labels().items() if name not in elsewhere]
    for text in (*fixed, *method()):
        assert well_set(text[language], language) in html
    kicker = labels()["district_dossier"][language]
    assert f'<p class="kicker">{kicker} · {day(town.date)[language]}</p>' in html


def test_a_name_in_another_language_is_marked_with_it(town: Dossier) -> None:
    assert '<h1><span lang="ru">West</span><small class="tongue" lang="ru">рус</small></h1>' in (
        page(town, "kk/west")
    )
    assert "<h1>West</h1>" in page(town, "ru/west")


def test_a_cell_is_marked_only_for_readers_who_get_it_untranslated() -> None:
    shown = mark(Text(kk="Абай", ru="Абая", en="Абая"), "ru")
    assert [shown[lang].language for lang in LANGUAGES] == [None, None, "ru"]


def test_a_page_runs_nothing_and_fetches_nothing(town: Dossier) -> None:
    for path, html in write(town):
        seen = Seen(html)
        tags = {tag for tag, _ in seen.tags}
        assert not tags & {"script", "iframe", "object", "img", "link", "base", "form"}, path
        assert not any(name.startswith("on") for _, found in seen.tags for name in found), path
        assert "url(" not in html
        policies = [m for m in seen.all("meta") if "http-equiv" in m]
        assert policies[0]["content"].startswith(
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        )


def test_links_lead_to_pages_that_are_written(town: Dossier) -> None:
    made = dict(write(town))
    for path, html in made.items():
        ids = {found["id"] for _, found in Seen(html).tags if "id" in found}
        for link in Seen(html).all("a"):
            if link["href"].startswith("#"):
                assert link["href"][1:] in ids
            elif not link["href"].startswith("https://"):
                target = (Path("/") / path).parent / link["href"]
                assert str(target).replace("/" + path.split("/")[0] + "/..", "")[1:] in made


def test_a_page_written_alone_links_to_no_page_that_is_not_there(town: Dossier) -> None:
    html = page(town, "ru/east")
    assert 'class="areas"' not in html
    links = [a["href"] for a in Seen(html).all("a")]
    assert not [link for link in links if link.endswith(".html")]


def test_hostile_text_shows_as_text_in_every_place(town: Dossier) -> None:
    for path, html in write(poisoned(town)):
        seen = Seen(html)
        tags = {tag for tag, _ in seen.tags}
        assert not tags & {"script", "img", "b onerror"}, path
        assert not any(name.startswith("on") for _, found in seen.tags for name in found), path
        assert not any(a["href"].startswith("javascript") for a in seen.all("a")), path
        assert "49" not in seen.text, path
        assert seen.text.count("{{7*7}} {% raw %} <img src=x onerror=alert(1)>") > 10, path


def test_hostile_text_cannot_leave_the_style_sheet(town: Dossier) -> None:
    html = page(poisoned(town), "en/west")
    style = html[html.index("<style>") : html.index("</style>")]
    foot = re.search(r'content: "([^"]*)" }', style)
    assert foot
    assert not set(foot[1]) & set("<>{};'")
    assert re.search(r"}\s*$", style)


def test_a_slip_in_a_template_is_an_error_not_a_gap() -> None:
    template = environment().from_string("{{ page.nothing }}")
    with pytest.raises(UndefinedError):
        template.render(page=object())


def test_the_same_dossier_gives_the_same_bytes(toytown: Path) -> None:
    first, second = (dict(write(dossier(Plan(toytown)))) for _ in range(2))
    assert first == second


def test_an_unknown_area_or_language_is_named_with_the_right_ones(town: Dossier) -> None:
    with pytest.raises(UnknownNameError, match="district 'wets': did you mean west"):
        write(town, areas=["wets"])
    wrong: list[Language] = ["de"]  # type: ignore[list-item]  # what a command line may hand over
    with pytest.raises(UnknownNameError, match="language 'de'"):
        write(town, languages=wrong)


@pytest.mark.parametrize("bad", ["../west", "", "a b", CITY, "West"])
def test_an_id_that_cannot_name_a_file_is_refused(bad: str, town: Dossier) -> None:
    frame = town.areas.frame.copy()
    frame["id"] = [bad, "east"]
    made = replace(town, areas=Layer(town.areas.spec, frame))
    with pytest.raises(DataError, match=re.escape(f"Layer districts: the id {bad!r}")):
        write(made)


def test_what_the_data_lack_is_counted_and_shown(town: Dossier) -> None:
    html = page(town, "en/city")
    assert "schools en: 1 without a place is not drawn." in html
    data = html[html.index('id="s-data"') : html.index('id="s-method"')]
    line = next(
        cells
        for _, cells in rows(data.replace("figures small", "figures"), "figures")
        if cells[0] == "schools en"
    )
    # Two schools, one of them without a place; both have names in Russian only.
    assert line[1:4] + line[5:] == ["2026", "2", "1", "2"]


def test_openstreetmap_is_credited_where_its_licence_asks_for_it(town: Dossier) -> None:
    assert "© OpenStreetMap" not in page(town, "en/city")
    spec = town.areas.spec
    source = spec.source[0].model_copy(update={"licence": "ODbL-1.0"})
    areas = Layer(spec.model_copy(update={"source": (source,)}), town.areas.frame)
    made = replace(town, areas=areas, layers={**town.layers, areas.id: areas})
    assert "© OpenStreetMap contributors</a>" in page(made, "en/city")


def test_a_layer_that_no_section_speaks_of_is_listed_and_drawn(town: Dossier) -> None:
    wells = Layer(
        town.layers["schools"].spec.model_copy(
            update={"id": "wells", "title": same("Wells"), "theme": None, "capacity": None}
        ),
        town.layers["schools"].frame,
    )
    style = town.map_spec.layers[0].model_copy(
        update={"layer": "wells", "group": "facilities", "always": False}
    )
    spec = town.map_spec.model_copy(update={"layers": (*town.map_spec.layers, style)})
    made = replace(town, layers={**town.layers, "wells": wells}, map_spec=spec)
    html = page(made, "en/west")
    found = html[html.index('id="s-others"') : html.index('id="s-data"')]
    # One of the two lies in West, the other has no place.
    assert [cells for _, cells in rows(found, "figures")] == [["Wells", "1", "2", "1"]]
    assert "Wells: 1 without a place is not drawn." in found


@pytest.fixture
def flat(town: Dossier) -> Plane:
    return plane(town.area, town.areas, town.layers, town.map_spec)


def test_the_map_is_true_to_scale_and_north_is_up(flat: Plane) -> None:
    _, far = grounds(flat, "west", [])
    east, north = ORIGIN_M
    corner, across = far.view.px(np.array([[east, north], [east + 2000, north + 1000]]))
    assert across[0] - corner[0] == pytest.approx(2000 / far.view.m_per_px, abs=0.01)
    assert corner[1] - across[1] == pytest.approx(1000 / far.view.m_per_px, abs=0.01)
    length_px, name = far.scale
    assert length_px * far.view.m_per_px == pytest.approx(200)
    assert name.en == "200\u00a0m"


@pytest.mark.parametrize(
    ("m_per_px", "name", "length_px"),
    [(1, "100 m", 100), (20, "2 km", 100), (0.01, "1 m", 100), (100, "10 km", 100)],
)
def test_the_scale_bar_is_a_round_length(m_per_px: float, name: str, length_px: float) -> None:
    found_px, found = scale_bar(View(0, 0, m_per_px, 640, 500))
    assert found.en == name.replace(" ", "\u00a0")
    assert found_px == pytest.approx(length_px)


def test_a_view_holds_the_whole_box_whatever_its_shape() -> None:
    for box in ((0, 0, 10_000, 100), (0, 0, 100, 10_000), (5, 5, 5, 5)):
        view = view_of(box)
        corners = view.px(np.array([box[:2], box[2:]], dtype=float))
        assert (corners > 0).all()
        assert (corners < [view.width_px, view.height_px]).all()


def test_people_are_drawn_once_each_by_class_and_those_outside_without_one(flat: Plane) -> None:
    section = dossier_section(flat)
    assert section.classes
    _, far = grounds(flat, "west", ["residents"])
    drawn = sketch(flat, far, classes=section.classes)
    # Three homes in West: two within 500 m of way, one beyond; nobody lives at home-5.
    by_colour = re.findall(r'stroke="(#\w+)"[^>]*d="([^"]*)"', drawn.below)
    spots = [(colour, path.count("h.1")) for colour, path in by_colour]
    best, second = "#00224e", "#575d6d"
    assert sum(n for _, n in spots) == 3
    assert sum(n for colour, n in spots if colour == best) == 2
    assert sum(n for colour, n in spots if colour == second) == 1
    _, city = grounds(flat, None, ["residents"])
    everybody = sketch(flat, city, classes=section.classes).below
    found = re.findall(r'stroke="(#\w+)"[^>]*d="([^"]*)"', everybody)
    rims = [path for colour, path in found if colour == DARK]
    # The lightest class would be lost on white paper: each of its dots has a dark rim.
    assert rims == [path for colour, path in found if colour == "#fee838"]
    shown = "".join(path for colour, path in found if colour != DARK)
    assert shown.count("h.1") == 4  # not home-5: nobody lives there
    homes = flat.shapes["residents"].copy()
    homes[3] = shapely.Point(ORIGIN_M[0] + 2050, ORIGIN_M[1] + 1000)  # just beyond the border
    others = crowd(replace(flat, shapes={**flat.shapes, "residents": homes}), far, "residents")
    assert others.count("h.1") == 1
    assert best not in others


def dossier_section(flat: Plane) -> Section:
    residents = flat.layers["residents"]
    of = np.array([0, 0, 1, 3, 3], dtype=np.uint8)
    titles = tuple(same(word) for word in ("close", "farther", "far", "beyond"))
    classes = Classes(residents.id, same("On foot"), of, titles)
    return Section("s", same("S"), None, (), (), (), classes=classes, layers=("schools",))


def test_a_class_that_is_not_known_has_a_sign_of_its_own(flat: Plane) -> None:
    section = dossier_section(flat)
    assert section.classes
    near, _ = grounds(flat, None, ["residents"])
    known = sketch(flat, near, classes=section.classes)
    assert "no data" not in [s.title.en for group in known.legend for s in group.signs]
    of = np.array([0, 0, 1, 255, 3], dtype=np.uint8)
    unknown = sketch(flat, near, classes=replace(section.classes, of=of))
    assert "no data" in [s.title.en for group in unknown.legend for s in group.signs]


def test_what_is_planned_has_another_sign_than_what_exists(flat: Plane) -> None:
    near, _ = grounds(flat, None, ["residents"])
    existing = sketch(flat, near, layers=["schools"]).above
    planned = sketch(flat, near, layers=["schools_planned"]).above
    colours = [re.findall(r'stroke="(#\w+)"', drawn) for drawn in (existing, planned)]
    assert colours == [["#ffffff", "#0b5a8a"], ["#0b5a8a", "#ffffff"]]  # solid, hollow


def test_where_people_live_in_a_corner_the_map_shows_that_and_an_inset(flat: Plane) -> None:
    shapes = {**flat.shapes}
    east, north = ORIGIN_M
    corner = [(100, 100), (200, 150), (250, 300), (300, 200), (120, 260)]
    shapes["residents"] = np.array([shapely.Point(east + x, north + y) for x, y in corner])
    near, far = grounds(replace(flat, shapes=shapes), None, ["residents"])
    assert near.id != far.id
    assert near.view.m_per_px == pytest.approx(far.view.m_per_px / 2, rel=0.01)
    assert near.view.shows(near.view.px(ORIGIN_M + np.array(corner, dtype=float))).all()
    assert near.inset
    assert not far.inset


def test_the_pages_of_almaty_are_complete_small_and_consistent(almaty: Plan) -> None:
    made = dossier(almaty)
    pages = dict(write(made))
    assert len(pages) == 27
    for path, html in pages.items():
        limit = 1_500_000 if path.endswith("city.html") else 800_000
        assert len(html.encode()) < limit, path
        seen = Seen(html)
        ids = [found["id"] for _, found in seen.tags if "id" in found]
        assert len(ids) == len(set(ids)), path
        assert {use["href"][1:] for use in seen.all("use")} <= set(ids), path
        area = path.split("/")[1].removesuffix(".html")
        for section in made.sections:
            answer = section.answer(area)
            for figure in answer.figures if answer else ():
                lang = html_language(html)
                assert well_set(figure.shown[lang], lang) in html, (path, figure.id)


def html_language(html: str) -> Language:
    found = re.search(r'<html lang="(\w\w)">', html)
    return next(lang for lang in LANGUAGES if found and lang == found[1])


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium on this machine")
def test_a_browser_shows_a_page_without_asking_for_anything(town: Dossier, tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where there is a browser

    for path, html in write(poisoned(town), languages=["ru"]):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(html, encoding="utf-8")
    asked: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        view = browser.new_page(viewport={"width": 390, "height": 800})
        view.on("request", lambda request: asked.append(request.url))
        view.on("console", lambda message: complaints.append(message.text))
        view.on("dialog", lambda dialog: complaints.append(dialog.message))
        address = (tmp_path / "ru" / "west.html").as_uri()
        view.goto(address)
        wide = view.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert asked == [address]
    assert complaints == []
    assert wide == 390
