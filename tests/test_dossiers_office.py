import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from toytown import write_toytown

from almaty_geo.build import dossier
from almaty_geo.errors import OutputError
from almaty_geo.plan import Plan
from almaty_geo.reports.excel import write_xlsx
from almaty_geo.reports.excel.numbers import Pattern, pattern_of
from almaty_geo.reports.labels import labels
from almaty_geo.reports.making import reports
from almaty_geo.reports.model import Entry, Grid, Report
from almaty_geo.reports.word import write_docx
from almaty_geo.reports.word.tables import TEXT_MM, TWIPS_PER_MM, fitted
from almaty_geo.sections import Figure
from almaty_geo.words import LANGUAGES, Language, Text, same

LOCALES = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}
HOSTILE = (
    '=HYPERLINK("http://x.example","go")',
    "@SUM(A1:A9)",
    "+cmd|' /C calc'!A0",
    "{{7*7}} {% raw %} #import <w:p/> </w:t><script>alert(1)</script> & &lt;",
    "ж" * 300,
    "שלום \u202eעולם",
    "=1+1",
    "-2+3",
    "[Book]Sheet'!A1:/\\?*",
)
# Bars in cells as spreadsheets since 2010 draw them: openpyxl says that it reads past them.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
Writer = Callable[[Report, list[Language], Path], tuple[Path, ...]]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Report]:
    plan = Plan(write_toytown(tmp_path_factory.mktemp("town") / "toytown"))
    return {report.area: report for report in reports(dossier(plan))}


@pytest.fixture(scope="module")
def hostile(town: dict[str, Report]) -> Report:
    """Return a report each of whose texts is one that would do harm if it were more than text."""
    numbers = count()

    def told(value: Any) -> Any:
        if isinstance(value, Text):
            return same(f"{HOSTILE[next(numbers) % len(HOSTILE)]}") if value.en else value
        if isinstance(value, tuple):
            return tuple(told(one) for one in value)
        if is_dataclass(value) and not isinstance(value, type):
            kept = {
                "backdrop",
                "below",
                "above",
                "words",
                "sign",
                "tongue",
                "shown" if _numeric(value) else "",
            }
            names = [one.name for one in fields(value) if one.name not in kept]
            return replace(value, **{name: told(getattr(value, name)) for name in names})
        return value

    made: Report = told(town["west"])
    return made


def _numeric(value: object) -> bool:
    return isinstance(getattr(value, "value", None), int | float)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture(scope="module")
def word(town: dict[str, Report], language: Language, made: Path) -> Document:
    return docx.Document(str(write_docx(town["west"], [language], made)[0]))


@pytest.fixture(scope="module")
def excel(town: dict[str, Report], language: Language, made: Path) -> Any:
    return openpyxl.load_workbook(write_xlsx(town["west"], [language], made)[0])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made")


def figures(report: Report) -> Iterator[Figure]:
    return (figure for theme in report.themes for figure in theme.figures)


def grids(report: Report) -> Iterator[Grid]:
    yield report.compared
    for theme in report.themes:
        yield from theme.tables


def tables_of(made: Document) -> list[Any]:
    return list(made.element.body.iterchildren(qn("w:tbl")))


def words_of(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(qn("w:t")))


def rows_in(table: Any) -> list[Any]:
    return list(table.iterchildren(qn("w:tr")))


def heading_of(table: Any) -> str:
    return words_of(table.getprevious())


def written(table: Any) -> list[list[str]]:
    return [[words_of(cell) for cell in row.iter(qn("w:tc"))] for row in rows_in(table)]


def marked(cell: Entry, language: Language) -> str:
    tongue = cell.tongue[language]
    return (
        cell.shown[language]
        + {"": "", "kk": "\u00a0қаз", "ru": "\u00a0рус", "en": "\u00a0eng"}[tongue]
    )


def text_of(made: Document) -> str:
    parts = (made.element.body, made.sections[0].footer.part.element)
    return "\n".join(words_of(line) for part in parts for line in part.iter(qn("w:p")))


def rows_of(sheet: Worksheet) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


# Word


def test_every_figure_of_the_model_stands_in_the_word_file(
    town: dict[str, Report], word: Document, language: Language
) -> None:
    cards = [row for table in tables_of(word) for row in _cards(table)]
    wanted = [(f.shown[language], f.label[language]) for f in figures(town["west"])]
    assert wanted
    assert set(wanted) <= set(cards)


def _cards(table: Any) -> Iterator[tuple[str, str]]:
    for cell in table.iter(qn("w:tc")):
        lines = [words_of(line) for line in cell.iter(qn("w:p"))]
        if len(lines) == 2:
            yield lines[0], lines[1]


def test_every_table_of_the_model_is_a_table_of_the_word_file(
    town: dict[str, Report], word: Document, language: Language
) -> None:
    there = {(heading_of(table), len(rows_in(table))): table for table in tables_of(word)}
    for grid in grids(town["west"]):
        table = there[grid.title[language], len(grid.rows) + 1]
        wanted = [[column.title[language] for column in grid.columns]]
        wanted += [[marked(cell, language) for cell in row.cells] for row in grid.rows]
        assert written(table) == wanted


def test_the_sentence_and_the_place_come_first(
    town: dict[str, Report], word: Document, language: Language
) -> None:
    report = town["west"]
    assert report.lead.headline is not None
    lines = text_of(word).split("\n")
    assert lines[1].split("\u00a0")[0] == report.name.shown[language]
    assert lines[2] == report.lead.headline[language]
    titles = [p.text for p in word.paragraphs if p.style is not None and p.style.name == "Title"]
    assert titles == lines[1:2]


def test_chapters_are_headings_that_a_reader_can_go_to(
    town: dict[str, Report], word: Document, language: Language
) -> None:
    tops = [p.text for p in word.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    last = [labels()[name][language] for name in ("data", "method", "sources")]
    themes = [theme.title[language] for theme in town["west"].themes]
    assert [top.split("  ")[0] for top in tops] == [*themes, *last]
    anchors = {b.get(qn("w:name")) for b in word.element.body.iter(qn("w:bookmarkStart"))}
    links = {h.get(qn("w:anchor")) for h in word.element.body.iter(qn("w:hyperlink"))} - {None}
    assert links
    assert links <= anchors


def test_headings_of_tables_repeat_and_numbers_stand_to_the_right(
    town: dict[str, Report], word: Document, language: Language
) -> None:
    titles = {grid.title[language]: grid for grid in grids(town["west"])}
    tables = [table for table in tables_of(word) if heading_of(table) in titles]
    assert tables
    for table in tables:
        heads = [row.find(f".//{qn('w:tblHeader')}") is not None for row in rows_in(table)]
        assert heads == [True] + [False] * (len(heads) - 1)
        last = rows_in(table)[-1].iter(qn("w:tc"))
        right = [cell.find(f".//{qn('w:jc')}") is not None for cell in last]
        columns = titles[heading_of(table)].columns
        if len(columns) == len(right):
            assert right == [column.align == "right" for column in columns]


def test_every_run_says_its_language(word: Document, language: Language) -> None:
    told = [lang.get(qn("w:val")) for lang in word.element.body.iter(qn("w:lang"))]
    runs = [r for r in word.element.body.iter(qn("w:r")) if r.find(qn("w:t")) is not None]
    assert len(told) == len(runs)
    assert set(told) >= {LOCALES[language]}
    assert word.core_properties.language == LOCALES[language]


def test_a_name_in_another_language_is_told_to_be_one(
    town: dict[str, Report], tmp_path: Path
) -> None:
    report = town["west"]
    foreign = replace(report, name=replace(report.name, tongue=Text("", "", "ru")))
    word = docx.Document(str(write_docx(foreign, ["en"], tmp_path)[0]))
    title = next(p for p in word.paragraphs if p.style is not None and p.style.name == "Title")
    told = [lang.get(qn("w:val")) for lang in title.runs[0].element.getparent().iter(qn("w:lang"))]
    assert told == ["ru-RU", "ru-RU"]
    assert title.text.endswith("рус")


def test_maps_say_what_they_show(
    town: dict[str, Report], word: Document, language: Language
) -> None:
    told = {one.get("descr") for one in word.element.body.iter(qn("wp:docPr")) if one.get("descr")}
    report = town["west"]
    maps = [theme.map for theme in report.themes if theme.map is not None]
    assert maps
    assert report.locator is not None
    assert told == {one.title[language] for one in [*maps, report.locator]}
    numbers = [one.get("id") for one in word.element.body.iter(qn("wp:docPr"))]
    assert len(set(numbers)) == len(numbers)


def test_each_page_bears_the_plan_the_digest_and_its_number(
    town: dict[str, Report], word: Document
) -> None:
    foot = word.sections[0].footer.part.element
    assert town["west"].stamp in words_of(foot)
    fields = [one.get(qn("w:instr")).strip() for one in foot.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_bars_are_as_long_as_their_numbers(
    town: dict[str, Report], word: Document, language: Language
) -> None:
    charts = [theme.chart for theme in town["west"].themes if theme.chart is not None]
    assert charts
    chart = charts[0]
    table = next(t for t in tables_of(word) if heading_of(t) == chart.title[language])
    longest = max(sum(row.parts) for row in chart.rows)
    for row, line in zip(chart.rows, rows_in(table)[1:], strict=True):
        runs = [t.text or "" for t in list(line.iter(qn("w:tc")))[-1].iter(qn("w:t"))]
        assert sum(map(len, runs)) == round(46 * sum(row.parts) / longest)
        cells = written(table)[1 + chart.rows.index(row)][1:-1]
        assert [int(re.sub(r"\D", "", cell)) for cell in cells] == list(row.parts)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.lists(st.text(max_size=80), min_size=1, max_size=5), min_size=1, max_size=14))
def test_columns_fill_the_page_and_none_is_lost(texts: list[list[str]]) -> None:
    widths, size_pt = fitted(texts)
    assert min(widths) > 0
    assert abs(sum(widths) - TEXT_MM * TWIPS_PER_MM) <= len(widths)
    assert 6.5 <= size_pt <= 8


# Excel


def test_every_figure_of_the_model_stands_in_the_workbook(
    town: dict[str, Report], excel: Any, language: Language
) -> None:
    lines = [tuple(map(kept, row[:4])) for sheet in excel for row in rows_of(sheet)]
    for figure in figures(town["west"]):
        wanted = figure.label[language], kept(figure.value), figure.shown[language], figure.id
        assert wanted in lines


def test_every_table_of_the_model_is_a_table_with_filters(
    town: dict[str, Report], excel: Any, language: Language
) -> None:
    there = [
        _told_twice([[kept(cell.value) for cell in row] for row in sheet[table.ref]])
        for sheet in excel
        for table in sheet.tables.values()
    ]
    assert all(table.autoFilter for sheet in excel for table in sheet.tables.values())
    for grid in grids(town["west"]):
        lines = [row for row in grid.rows if not row.total]
        wanted: list[list[object]] = [[column.title[language] for column in grid.columns]]
        wanted += [[_seen(cell, language) for cell in row.cells] for row in lines]
        if lines:
            assert wanted in there


def _told_twice(table: list[list[object]]) -> list[list[object]]:
    """Return a table without the numbers by which two equal headings are told apart."""
    return [[re.sub(r" \(\d+\)$", "", str(head)) for head in table[0]], *table[1:]]


def kept(value: object) -> object:
    """Return what is left of a value in a spreadsheet, which keeps 15 digits."""
    return float(f"{value:.14g}") if isinstance(value, float) else value


def _as_written(cell: Entry) -> object:
    """Return the value, or the number that is written where that is rounded to tens."""
    whole = re.fullmatch(r"([\d,]*\d0)\D*", cell.shown.en)
    if whole and isinstance(cell.value, float) and not cell.shown.en.endswith("%"):
        return float(whole[1].replace(",", ""))
    return kept(cell.value)


def _seen(cell: Any, language: Language) -> object:
    if pattern_of(cell.value, cell.shown, language):
        return _as_written(cell)
    return None if cell.shown.en == "—" else cell.shown[language]


def test_sums_are_the_only_formulas_and_equal_the_total_of_the_model(
    town: dict[str, Report], language: Language, made: Path
) -> None:
    path = write_xlsx(town["city"], [language], made)[0]
    asked, stored = (openpyxl.load_workbook(path, data_only=kind) for kind in (False, True))
    found = 0
    for sheet in asked:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if cell.data_type != "f":
                continue
            known = re.fullmatch(r"=SUM\(([A-Z]+)(\d+):\1(\d+)\)", str(cell.value))
            assert known, cell.value
            above = [
                sheet[f"{known[1]}{row}"].value for row in range(int(known[2]), int(known[3]) + 1)
            ]
            assert sum(filter(None, above)) == stored[sheet.title][cell.coordinate].value
            found += 1
    totals = {
        cell.value
        for grid in grids(town["city"])
        for row in grid.rows
        if row.total
        for cell in row.cells
        if isinstance(cell.value, int)
    }
    kept = {cell.value for sheet in stored for row in sheet.iter_rows() for cell in row}
    assert totals <= kept
    assert found > 2


def test_a_sheet_for_each_subject_that_names_it_and_stays_in_view(
    town: dict[str, Report], excel: Any, language: Language
) -> None:
    themes = town["west"].themes
    assert len(excel.sheetnames) == len(themes) + 3
    for sheet in excel:
        assert sheet.freeze_panes == "B2"
        assert sheet.oddFooter.left.text is not None
        assert "almaty-geo" in sheet.oddFooter.left.text
    tops = [excel[name]["A1"].value for name in excel.sheetnames[2:-1]]
    assert tops == [theme.title[language] for theme in themes]


def test_links_of_the_first_sheet_lead_to_the_others(excel: Any) -> None:
    first = excel.worksheets[0]
    targets = [cell.hyperlink.location for row in first for cell in row if cell.hyperlink]
    names = [name.replace("'", "''") for name in excel.sheetnames[1:]]
    assert targets == [f"'{name}'!A1" for name in names]


def test_bars_stand_in_the_cells_of_what_is_compared(excel: Any) -> None:
    rules = [
        rule.type
        for sheet in excel
        for ranges in sheet.conditional_formatting
        for rule in ranges.rules
    ]
    assert rules
    assert set(rules) == {"dataBar"}


@pytest.mark.parametrize(
    ("value", "shown", "pattern"),
    [
        (1090.0, "1,090", Pattern(0)),
        (2025, "2025", Pattern(0, grouped=False)),
        (0.163, "16.3%", Pattern(1, share=True)),
        (-0.7, "-0.7", Pattern(1)),
        (4.0, "+4", Pattern(0, signed=True)),
        (1.62, "× 1.62", Pattern(2, factor=True)),
        (25.2, "25\u00a0min", Pattern(0, unit="\u00a0min")),
        (1_300_000, "1,300,000 m³/day", Pattern(0, unit=" m³/day")),
        (324_400, "25%", None),
        (10.0, "≥ 10 bn KZT", None),
        (2030, "2030 (forecast)", None),
        (1, '1" ;@', None),
        (True, "1", None),
        (10**15, "1,000,000,000,000,000", None),
        (None, "—", None),
        ("7", "7", None),
    ],
)
def test_a_number_gets_the_format_that_it_is_written_in(
    value: object, shown: str, pattern: Pattern | None
) -> None:
    assert pattern_of(value, same(shown), "en") == pattern


def test_a_number_that_is_written_in_tens_is_so_in_its_cell() -> None:
    found = pattern_of(1918.6, same("1,920\u00a0m"), "en")
    assert found is not None
    assert found.rounded == 1920
    exact = pattern_of(1918.6, same("1,919\u00a0m"), "en")
    assert exact is not None
    assert exact.rounded is None


# Both


@pytest.mark.parametrize("write", [write_docx, write_xlsx])
def test_the_same_report_has_the_same_bytes(
    town: dict[str, Report], write: Writer, tmp_path: Path
) -> None:
    first = write(town["west"], ["kk"], tmp_path)[0].read_bytes()
    assert write(town["west"], ["kk"], tmp_path)[0].read_bytes() == first


@pytest.mark.parametrize("write", [write_docx, write_xlsx])
def test_a_file_says_when_the_plan_is_of_and_not_when_it_was_written(
    town: dict[str, Report], write: Writer, tmp_path: Path
) -> None:
    path = write(town["west"], ["en"], tmp_path)[0]
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {"2026-06-01"}
    assert town["west"].date == date(2026, 6, 1)
    assert town["west"].stamp in core


@pytest.mark.parametrize("write", [write_docx, write_xlsx])
def test_a_file_that_cannot_be_written_is_one_clear_line(
    town: dict[str, Report], write: Writer, tmp_path: Path
) -> None:
    (tmp_path / "ru").write_text("in the way", encoding="utf-8")
    with pytest.raises(OutputError, match=r"west\.\w+: cannot be written \(.+\)\.") as error:
        write(town["west"], ["ru"], tmp_path)
    assert "\n" not in str(error.value)


def test_hostile_words_stay_words_in_the_word_file(hostile: Report, tmp_path: Path) -> None:
    word = docx.Document(str(write_docx(hostile, ["ru"], tmp_path)[0]))
    text = text_of(word)
    for told in HOSTILE:
        assert told in text
    for grid in grids(hostile):
        there = [written(table) for table in tables_of(word)]
        wanted = [[marked(cell, "ru") for cell in row.cells] for row in grid.rows]
        assert any(table[1:] == wanted for table in there)
    outer = [one.target_ref for one in word.part.rels.values() if one.is_external]
    assert all(address.startswith(("http://", "https://")) for address in outer)
    instructions = {one.get(qn("w:instr")) for one in word.element.body.iter(qn("w:fldSimple"))}
    assert not instructions


def test_hostile_words_stay_words_in_the_workbook(hostile: Report, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(hostile, ["ru"], tmp_path)[0])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type == "s" for cell in cells if cell.value in HOSTILE)
    assert {cell.value for cell in cells} >= set(HOSTILE)
    formulas = [str(cell.value) for cell in cells if cell.data_type == "f"]
    assert all(re.fullmatch(r"=SUM\([A-Z0-9:]+\)", formula) for formula in formulas)
    assert all(not cell.hyperlink or cell.hyperlink.location for cell in cells)
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    assert all(not set(name) & set("[]:*?/\\") for name in book.sheetnames)


def test_signs_that_xml_forbids_are_replaced(town: dict[str, Report], tmp_path: Path) -> None:
    report = town["west"]
    odd = replace(report, place=same("a\x00b\x0bc\ud800d"), kind=same("e\x01f\uffff"))
    word = docx.Document(str(write_docx(odd, ["en"], tmp_path)[0]))
    assert "a\ufffdb\ufffdc\ufffdd" in text_of(word)
    book = openpyxl.load_workbook(write_xlsx(odd, ["en"], tmp_path)[0])
    assert "e\ufffdf\ufffd" in str(book.worksheets[0]["A2"].value)
