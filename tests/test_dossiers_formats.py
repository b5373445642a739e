"""One model, four formats: whatever it says stands in each of them, in each language."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
import shapely
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from toytown import write_toytown

from almaty_geo.build import dossier
from almaty_geo.maps.palette import class_colours
from almaty_geo.plan import Plan
from almaty_geo.reports import Dossier
from almaty_geo.reports.drawing import document, wordless, words_alone
from almaty_geo.reports.excel.numbers import pattern_of
from almaty_geo.reports.formats import Wish, written
from almaty_geo.reports.ground import grounds, plane
from almaty_geo.reports.lettering import lettered
from almaty_geo.reports.making import reports
from almaty_geo.reports.model import Entry, Grid, Report
from almaty_geo.reports.names import Name
from almaty_geo.reports.widths import widths
from almaty_geo.reports.word.tables import TURNED_MM, TWIPS_PER_MM
from almaty_geo.sections import Bar, Bars, Cell, Row, Table, TableColumn
from almaty_geo.words import LANGUAGES, Language, same

# Bars in cells as spreadsheets since 2010 draw them: openpyxl says that it reads past them.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
FORMATS = ("pdf", "html", "docx", "xlsx")
BLANKS = re.compile(r"[\s\u200b\u00a0\u202f\u2009]+")
MARKS = MappingProxyType({"": "", "kk": "қаз", "ru": "рус", "en": "eng"})


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    made = dossier(Plan(write_toytown(tmp_path_factory.mktemp("town") / "toytown")))
    first = made.sections[0]
    wide = Table(
        same("Wide"),
        tuple(TableColumn(f"c{n}", same(f"Квартальныйзаголовок{n}")) for n in range(14)),
        tuple(
            Row("", tuple(Cell(1000 * n + m, same(f"{1000 * n + m}")) for m in range(14)))
            for n in range(1, 12)
        ),
    )
    three = Bars(
        same("Three"),
        tuple(same(word) for word in ("served", "short", "out")),
        (Bar("west", (100, 50, 30)), Bar("east", (0, 0, 20))),
    )
    own = replace(first, tables=(*first.tables, wide), bars=three)
    return replace(made, sections=(own, *made.sections[1:]))


@pytest.fixture(scope="module")
def models(town: Dossier) -> list[Report]:
    return list(reports(town))


@pytest.fixture(scope="module")
def files(town: Dossier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    told = [p.relative_to(out).as_posix() for p in written(town, out, Wish(FORMATS))]
    assert told == [
        f"{lang}/{area}.{kind}"
        for area in ("city", "west", "east")
        for kind in FORMATS
        for lang in LANGUAGES
    ]
    return out


def grids(report: Report) -> Iterator[Grid]:
    yield report.compared
    for theme in report.themes:
        yield from theme.tables


def bare(text: str) -> str:
    return BLANKS.sub("", text)


def text_of_pdf(path: Path) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


class Texts(HTMLParser):
    """What a page says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def text_of_html(path: Path) -> str:
    return "".join(Texts(path.read_text("utf-8")).found)


def text_of_docx(path: Path) -> str:
    body = docx.Document(str(path)).element.body
    return "".join(text.text or "" for text in body.iter(qn("w:t")))


READERS = MappingProxyType({"pdf": text_of_pdf, "html": text_of_html, "docx": text_of_docx})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", READERS)
def test_every_sentence_figure_and_cell_of_the_model_is_read_back(
    kind: str, language: Language, models: list[Report], files: Path
) -> None:
    for report in models:
        read = bare(READERS[kind](files / language / f"{report.area}.{kind}"))
        seen = 0
        for theme in report.themes:
            assert theme.headline is None or bare(theme.headline[language]) in read
            for figure in theme.figures:
                shown, label = bare(figure.shown[language]), bare(figure.label[language])
                assert shown + label in read or label + shown in read, figure.id
                seen += 1
            for note in theme.notes:
                assert bare(note[language]) in read
        for grid in grids(report):
            for row in grid.rows:
                assert bare("".join(told(cell, language) for cell in row.cells)) in read, grid.id
                seen += 1
        assert seen > 20


def told(cell: Entry, language: Language) -> str:
    return cell.shown[language] + MARKS[cell.tongue[language]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_and_row_of_the_model_stands_in_the_workbook_as_numbers(
    language: Language, models: list[Report], files: Path
) -> None:
    for report in models:
        book: Any = openpyxl.load_workbook(files / language / f"{report.area}.xlsx", data_only=True)
        rows = [tuple(row) for sheet in book for row in sheet.iter_rows(values_only=True)]
        for theme in report.themes:
            for figure in theme.figures:
                value = kept(figure.value)
                line = (figure.label[language], value, figure.shown[language], figure.id)
                assert line in [(row[0], kept(row[1]), *row[2:4]) for row in rows]
        for grid in grids(report):
            for row in grid.rows:
                values = tuple(in_cell(cell, language) for cell in row.cells)
                assert values in [tuple(map(kept, row[: len(values)])) for row in rows], grid.id


def kept(value: object) -> object:
    """Return what is left of a value in a spreadsheet, which keeps 15 digits."""
    return float(f"{value:.14g}") if isinstance(value, float) else value


def in_cell(cell: Entry, language: Language) -> object:
    pattern = pattern_of(cell.value, cell.shown, language)
    if pattern:
        return kept(cell.value if pattern.rounded is None else pattern.rounded)
    return None if cell.shown.en == "—" else cell.shown[language]


def test_a_second_run_writes_the_same_bytes(town: Dossier, files: Path, tmp_path: Path) -> None:
    wishes = Wish(("html",)), Wish(("xlsx", "docx", "pdf"), ("kk",))
    for path in (path for wish in wishes for path in written(town, tmp_path, wish)):
        assert path.read_bytes() == (files / path.relative_to(tmp_path)).read_bytes(), path


def test_a_very_wide_table_stands_on_paper_that_lies_on_its_side(files: Path) -> None:
    sides = [
        (float(page.mediabox.width) > float(page.mediabox.height), page.extract_text())
        for page in pypdf.PdfReader(files / "ru" / "west.pdf").pages
    ]
    assert [lies for lies, text in sides if "11013" in text] == [True]
    assert not sides[0][0]
    assert not sides[-1][0]
    word = docx.Document(str(files / "ru" / "west.docx"))
    turned = [s for s in word.sections if (s.page_width or 0) > (s.page_height or 0)]
    assert len(turned) == 1
    tables = word.element.body.iter(qn("w:tbl"))
    wide = [sum(int(c.get(qn("w:w"))) for c in t.iter(qn("w:gridCol"))) for t in tables]
    assert max(wide) == pytest.approx(TURNED_MM * TWIPS_PER_MM, abs=14)


def test_every_run_of_pages_of_a_word_file_has_its_foot(files: Path) -> None:
    word = docx.Document(str(files / "ru" / "west.docx"))
    ends = list(word.element.body.iter(qn("w:sectPr")))
    assert len(ends) > 1
    for end in ends:
        feet = [f.get(qn("r:id")) for f in end.iter(qn("w:footerReference"))]
        assert any("almaty-geo" in word.part.rels[f].target_part.blob.decode() for f in feet)


def test_the_number_of_a_page_stands_at_the_edge_of_its_text(files: Path) -> None:
    word = docx.Document(str(files / "ru" / "west.docx"))
    for section in word.sections:
        foot = section.footer.part.element
        (stop,) = (tab.get(qn("w:pos")) for tab in foot.iter(qn("w:tab")) if tab.get(qn("w:pos")))
        wide, left, right = section.page_width, section.left_margin, section.right_margin
        assert wide is not None
        assert left is not None
        assert right is not None
        assert int(stop) == pytest.approx((wide - left - right) / 635, abs=2)
    # The template's own stops would come first.
    style = word.styles["Footer"].element
    assert not [tab for tab in style.iter(qn("w:tab")) if tab.get(qn("w:pos"))]


def test_rows_stay_whole_and_short_tables_on_one_page(files: Path) -> None:
    word = docx.Document(str(files / "en" / "west.docx"))
    for table in word.element.body.iterchildren(qn("w:tbl")):
        rows = list(table.iterchildren(qn("w:tr")))
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)
        if rows[0].find(f".//{qn('w:tblHeader')}") is None:
            continue
        kept = [row.find(f".//{qn('w:keepNext')}") is not None for row in rows]
        assert kept == [True] * (len(rows) - 1) + [False]


def test_parts_of_bars_are_told_apart_without_their_colours(files: Path) -> None:
    word = docx.Document(str(files / "en" / "west.docx"))
    drawn = {one.get(qn("w:val")) for one in word.element.body.iter(qn("w:shd"))}
    assert {"pct20", "thinDiagStripe"} <= drawn
    page = (files / "en" / "west.html").read_text("utf-8")
    for kind in ("mid", "last"):
        assert f'<i class="part {kind}"' in page
        assert f".part.{kind} {{ background-image" in page
    pages: list[Any] = list(pypdf.PdfReader(files / "en" / "west.pdf").pages)
    patterns = [page["/Resources"].get("/Pattern", {}) for page in pages]
    assert any(patterns)


def test_classes_of_people_get_lighter_from_one_to_the_next() -> None:
    for number in (2, 3, 4, 5):
        greys = [grey(colour) for colour in class_colours(number)]
        assert all(b - a > 25 for a, b in pairwise(greys)), greys


def grey(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_a_map_is_its_drawing_and_the_words_on_it(models: list[Report]) -> None:
    for theme in models[1].themes:
        if theme.map is None:
            continue
        inner = [
            one.partition("</style>")[2].removesuffix("</svg>")
            for one in (
                wordless(theme.map),
                words_alone(theme.map, "ru"),
                document(theme.map, "ru"),
            )
        ]
        assert inner[0] + inner[1] == inner[2]
        assert "<text" not in re.sub(r'<g class="numbered">.*?</g>', "", inner[0])


def test_the_scale_bar_is_true_on_the_ground_where_the_map_is(almaty: Plan) -> None:
    land = plane(almaty.area, almaty.areas, almaty.layers, almaty.look)
    for area in (None, "medeu"):
        _, far = grounds(land, area, [])
        view, (bar_px, name) = far.view, far.scale
        number, unit = name.en.split()
        metres = float(number.replace(",", "")) * {"m": 1, "km": 1000}[unit]
        for down in (0.1, 0.5, 0.9):
            y = view.north_m - down * view.height_px * view.m_per_px
            x = view.west_m + 0.3 * view.width_px * view.m_per_px
            ends = shapely.points([[x, y], [x + bar_px * view.m_per_px, y]])
            (west, south), (east, north) = shapely.get_coordinates(almaty.area.to_degrees(ends))
            _, _, ground_m = Geod(ellps="WGS84").inv(west, south, east, north)
            assert ground_m == pytest.approx(metres, rel=0.002)


names = st.text("абвгд ", min_size=1, max_size=24).filter(str.strip)
places = st.tuples(st.floats(0, 640), st.floats(0, 460))


@given(st.lists(st.tuples(names, places), max_size=12), st.lists(places, max_size=6))
def test_names_on_a_map_cover_neither_each_other_nor_what_has_its_place(
    wanted: list[tuple[str, tuple[float, float]]], marks: list[tuple[float, float]]
) -> None:
    taken = [(x - 9, y - 9, x + 9, y + 9) for x, y in marks]
    drawn = lettered([(Name(text), at) for text, at in wanted], taken, (640, 460))
    found = re.findall(r'x="([\d.]+)" y="([\d.]+)">([^<]*)<', drawn)
    boxes = [
        (float(x) - 3 * len(text), float(y) - 9, float(x) + 3 * len(text), float(y) + 1)
        for x, y, text in found
    ]
    for at, one in enumerate(boxes):
        assert one[0] >= 0
        assert one[2] <= 640
        assert not any(meet(one, other) for other in (*boxes[:at], *taken))


def meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_a_name_with_no_room_is_left_out_and_one_with_room_stays_put() -> None:
    everywhere = [(0.0, 0.0, 640.0, 460.0)]
    assert lettered([(Name("Абай"), (100.0, 100.0))], everywhere, (640, 460)) == ""
    assert 'x="100.0" y="104.0"' in lettered([(Name("Абай"), (100.0, 100.0))], [], (640, 460))


def test_headings_take_few_lines_where_there_is_room() -> None:
    title = "Three or more up to 500 m"
    fit = widths(["District", title], [["West"], ["7"]])
    assert fit.em[1] * 8 / 0.6 / 8 * 2 >= len(title)


def test_a_pdf_says_which_language_it_is_in(files: Path) -> None:
    for language in LANGUAGES:
        root: Any = pypdf.PdfReader(files / language / "east.pdf").trailer["/Root"]
        assert str(root["/Lang"]).startswith(language)
