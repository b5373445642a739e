import io
import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toytown import write_toytown

from almaty_geo.build import dossier
from almaty_geo.cli import main
from almaty_geo.cli.asked import REPORT_FORMATS
from almaty_geo.errors import OutputError, UnknownNameError
from almaty_geo.plan import Plan
from almaty_geo.reports import typeset
from almaty_geo.reports.formats import FORMATS, Wish, files, writer, written
from almaty_geo.reports.making import reports
from almaty_geo.reports.model import Grid, Report, plain
from almaty_geo.reports.packing import packed
from almaty_geo.reports.pdf import breakable, pdf
from almaty_geo.reports.widths import EASY, PAPER_EM, SIZES_PT, widths
from almaty_geo.sections import CITY
from almaty_geo.words import LANGUAGES, Language, Text, same

HOSTILE = (
    '#import "x.typ": * $x^2$ *bold* =HYPERLINK("http://x") <script>alert(1)</script> '
    "{{7*7}} #panic() @ref \\ ` \u202e مرحبا"
)
LONG = "Щ" * 300
BLANKS = re.compile(r"[\s\u200b\u00a0\u202f\u2009]+")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Report]:
    return list(reports(dossier(Plan(write_toytown(tmp_path_factory.mktemp("town") / "toytown")))))


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def bare(text: str) -> str:
    """Return text without blanks: a line break on paper is none in the model."""
    return BLANKS.sub("", text)


def texts_of(value: Any) -> Iterator[Text]:
    """Yield every text of a model but its drawings."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts_of(one)
    elif is_dataclass(value):
        for field in fields(value):
            if field.metadata.get("json", True) and field.name != "tongue":
                yield from texts_of(getattr(value, field.name))


def poisoned(value: Any, text: str) -> Any:
    """Return a model whose every text is replaced, drawings and language marks aside."""
    if isinstance(value, Text):
        return same(text)
    if isinstance(value, tuple):
        return tuple(poisoned(one, text) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"backdrop", "below", "above", "words", "sign", "tongue"}
        return replace(
            value,
            **{f.name: poisoned(getattr(value, f.name), text) for f in fields(value)
               if f.name not in kept},
        )  # fmt: skip
    return value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_key_figures_of_the_model_stand_in_the_pdf_as_each_language_writes_them(
    language: Language, made: list[Report]
) -> None:
    for report in made:
        read = bare("".join(pages_of(pdf(report, language))))
        assert bare(report.name.shown[language]) in read
        for theme in report.themes:
            assert theme.headline is None or bare(theme.headline[language]) in read
            for figure in theme.figures:
                assert bare(figure.shown[language] + figure.label[language]) in read, figure.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_of_every_table_stands_in_the_pdf(
    language: Language, made: list[Report]
) -> None:
    read = bare("".join(pages_of(pdf(made[1], language))))
    tables = [made[1].compared, *(t for theme in made[1].themes for t in theme.tables)]
    for table in tables:
        for row in table.rows:
            for entry in row.cells:
                assert bare(entry.shown[language]) in read, (table.id, entry)


def test_the_same_plan_gives_the_same_bytes(toytown: Path) -> None:
    first, second = (list(reports(dossier(Plan(toytown)))) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert one.to_json() == other.to_json()
        assert pdf(one, "kk") == pdf(other, "kk")


def adds_up(table: Grid) -> None:
    """Hold a table of people to its sums: across, and down to the total."""
    at = {column.id: i for i, column in enumerate(table.columns)}
    if not {"people", "within_reach", "out_of_reach"} <= set(at):
        return
    values = [
        [int(str(row.cells[at[name]].value)) for name in ("within_reach", "out_of_reach", "people")]
        for row in table.rows
    ]
    assert all(within + out == people for within, out, people in values)
    parts = [v for v, row in zip(values, table.rows, strict=True) if not row.total]
    totals = [v for v, row in zip(values, table.rows, strict=True) if row.total]
    assert not totals or totals == [[sum(column) for column in zip(*parts, strict=True)]]


def test_tables_add_up_and_the_first_page_names_no_other_number(almaty: Plan) -> None:
    made = list(reports(dossier(almaty), areas=[CITY, str(almaty.areas.frame["id"].iloc[0])]))
    seen = 0
    for report in made:
        for table in [report.compared, *(t for theme in report.themes for t in theme.tables)]:
            adds_up(table)
            seen += "out_of_reach" in {column.id for column in table.columns}
        for language in LANGUAGES if report.locator else LANGUAGES[1:2]:
            content = pdf(report, language)
            assert len(content) < 1_500_000
            first = bare(pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text())
            for figure in report.lead.figures:
                assert bare(figure.shown[language]) in first
    assert seen >= 8
    district = made[1]
    shown = {str(row.cells[0].value): row.cells for row in district.compared.rows}
    for theme in district.themes:
        if theme.id in shown and not theme.whole:
            assert shown[theme.id][2].value in {figure.value for figure in theme.figures}


def test_bars_are_ranked_by_their_last_part_and_told_as_numbers(made: list[Report]) -> None:
    charts = [theme.chart for theme in made[0].themes if theme.chart]
    assert charts
    for chart in charts:
        last = [row.parts[-1] for row in chart.rows]
        assert last == sorted(last, reverse=True)


def test_json_is_the_model_without_its_drawings(made: list[Report]) -> None:
    for report in made:
        told = json.loads(report.to_json())
        assert told == plain(report)
        assert told["schema"] == "almaty-geo/report/1"
        assert "<svg" not in report.to_json()
        lead = told["themes"][0]
        assert [f["value"] for f in lead["figures"]] == [f.value for f in report.lead.figures]
        assert set(lead["title"]) == set(LANGUAGES)


def test_each_page_bears_the_plans_date_the_digest_of_the_input_and_its_number(
    made: list[Report],
) -> None:
    pages = pages_of(pdf(made[1], "en"))
    for number, page in enumerate(pages, start=1):
        assert made[1].input_hash[:12] in page
        assert made[1].date.isoformat() in page
        assert f"{number}/{len(pages)}" in bare(page)


def fonts_of(page: Any) -> list[Any]:
    return list(page["/Resources"]["/Font"].values())


def test_a_pdf_is_tagged_and_to_be_kept_for_long(made: list[Report]) -> None:
    for language in LANGUAGES:
        reader = pypdf.PdfReader(io.BytesIO(pdf(made[1], language)))
        root: Any = reader.trailer["/Root"]
        assert str(root["/Lang"]).startswith(language)
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert reader.metadata is not None
        assert made[1].name.shown[language] in str(reader.metadata.title)
        told = root["/Metadata"].get_data().decode()
        assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</" in re.sub(r"\s", "", told)
        assert any(item for item in reader.outline)
        fonts = [
            font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            for page in reader.pages
            for font in fonts_of(page)
        ]
        assert all({"/FontFile2", "/FontFile3"} & set(font) for font in fonts)


@pytest.mark.parametrize("text", [HOSTILE, LONG, "<b>&amp;</b>", "[a](b) // /* */ - + ~ --- ..."])
def test_hostile_words_are_words_wherever_they_stand(text: str, made: list[Report]) -> None:
    poison = poisoned(made[1], text)
    pages = pages_of(pdf(poison, "ru"))
    expected = text.partition(" \u202e")[0]
    assert bare("".join(pages)).count(bare(expected)) > 20


def test_a_hostile_name_in_the_plan_shows_as_text_in_map_and_table(toytown: Path) -> None:
    known = dossier(Plan(toytown))
    frame = known.areas.frame.copy()
    for column in known.areas.spec.name_columns:
        frame[column] = '#panic() <b>"x"&'
    report = next(reports(replace(known, areas=replace(known.areas, frame=frame))))
    assert '#panic() <b>"x"&' in "".join(pages_of(pdf(report, "en")))


def test_text_stays_on_the_paper(made: list[Report]) -> None:
    for text in (LONG, "word " * 60):
        report = poisoned(made[1], text)
        for page in pypdf.PdfReader(io.BytesIO(pdf(report, "kk"))).pages:
            width, height = (float(one) for one in page.mediabox[2:])
            places: list[tuple[float, float]] = []

            def note(
                text: str, cm: list[float], tm: list[float], *_: object, at: Any = places
            ) -> None:
                if text.strip():
                    x, y = tm[4], tm[5]
                    at.append((cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]))

            page.extract_text(visitor_text=note)
            assert all(0 <= x <= width and 0 <= y <= height for x, y in places)


def test_letters_that_no_typeface_has_are_shown_as_missing(made: list[Report]) -> None:
    assert typeset.unknown_letters("ӘҒҚҢӨҰҮҺІ ≥ № ²³ — “” … × − →") == frozenset()
    assert typeset.unknown_letters("a中b\U0001f600文") == frozenset("中文\U0001f600")
    read = "".join(pages_of(pdf(poisoned(made[1], "Абай 中\U0001f600 көшесі"), "kk")))
    assert bare("Абай \ufffd\ufffd көшесі") in bare(read)


def test_a_missing_typeface_is_one_clear_line(
    made: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typeset, "FONTS", "fontpkg_not_there")
    with pytest.raises(OutputError, match="need the package fontpkg-not-there"):
        pdf(made[1], "ru")


def said(value: object) -> str:
    """Return what an object of a PDF says, without the address of the reader's own object."""
    return re.sub(r", \d{6,}\)", ")", repr(value))


def test_packing_changes_the_size_and_nothing_else(
    made: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("almaty_geo.reports.pdf.packed", lambda content: content)
    loose = pdf(made[0], "ru")
    tight = packed(loose)
    assert len(tight) < 0.8 * len(loose)
    assert pages_of(tight) == pages_of(loose)
    one, other = (pypdf.PdfReader(io.BytesIO(content)) for content in (loose, tight))
    assert one.metadata == other.metadata
    assert one.trailer["/ID"] == other.trailer["/ID"]
    size: Any = one.trailer["/Size"]
    for number in range(1, size):
        assert said(one.get_object(number)) == said(other.get_object(number))
    for broken in (b"", loose[:-40], loose.replace(b"xref", b"xxxx")):
        with pytest.raises(OutputError):
            packed(broken)


words = st.text("abгд %@Щ", max_size=40)


@given(st.lists(st.tuples(words, st.lists(words, min_size=1, max_size=4)), min_size=1, max_size=14))
def test_columns_fit_the_paper_or_the_table_is_told_in_words(
    columns: list[tuple[str, list[str]]],
) -> None:
    fit = widths([title for title, _ in columns], [cells for _, cells in columns])
    assert fit.size_pt in SIZES_PT
    assert fit.listed == (not fit.em)
    assert sum(fit.em) <= PAPER_EM * SIZES_PT[0] / fit.size_pt + 0.01 * len(columns)
    assert EASY < 1


@given(st.text("ab гд", max_size=60), st.integers(2, 9))
def test_words_are_made_breakable_and_stay_the_same(text: str, most: int) -> None:
    told = breakable(text, most)
    assert told.replace("\u200b", "") == text
    assert all(len(part) <= most for part in re.split("[ \u200b]", told))


def test_the_small_map_is_to_scale(made: list[Report]) -> None:
    located = [report.locator for report in made if report.locator]
    assert len(located) == len(made) - 1
    for one in located:
        bar = re.search(r'd="M0 -4v4h([\d.]+)v-4"', one.words.en)
        number, unit = one.scale.en.replace(",", "").split()
        metres = float(number) * {"m": 1, "km": 1000}[unit]
        assert bar is not None
        assert float(bar[1]) * one.m_per_px == pytest.approx(metres, rel=0.01)


def test_every_map_has_a_north_arrow_a_scale_and_a_legend(made: list[Report]) -> None:
    for report in made:
        for theme in report.themes:
            if theme.map:
                assert 'class="north"' in theme.map.words.ru
                assert theme.map.scale.ru in theme.map.words.ru
                assert theme.map.legend


def test_the_command_line_knows_the_formats_that_there_are() -> None:
    assert set(REPORT_FORMATS) == {"html", *FORMATS}
    assert all(callable(writer(name)) for name in FORMATS)


def test_one_command_writes_all_that_was_asked_for(toytown: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    asked = ["--district", "west", "--lang", "ru,kk", "--format", "pdf,json,html"]
    assert main(["report", *asked, "--plan", str(toytown), "--out", str(out)]) == 0
    made = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    audit = {"manifest.json", "constraints.txt", "answers/figures.json"}
    assert audit <= made
    found = made - audit
    assert found == {f"{lang}/west.{kind}" for lang in ("ru", "kk") for kind in ("pdf", "html")} | {
        "west.json"
    }
    assert files(Wish(("pdf", "json", "html"), ("ru", "kk")), 1) == len(found)


def test_what_cannot_be_written_is_one_clear_line(toytown: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")
    made = dossier(Plan(toytown))
    for name in ("pdf", "json", "html"):
        with pytest.raises(OutputError, match="cannot be written"):
            list(written(made, taken, Wish((name,), ("en",), [CITY])))
    with pytest.raises(UnknownNameError, match="did you mean west"):
        next(reports(made, areas=["wst"]))


def test_every_text_of_a_report_is_said_in_all_languages(made: list[Report]) -> None:
    for report in made:
        for text in texts_of(report.themes):
            assert (text.kk == "") == (text.ru == "") == (text.en == "")
