"""How dossiers are set: what belongs together stays together, and no page is left nearly empty."""

import io
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almaty_geo.cells import difference, signed
from almaty_geo.plan import Plan
from almaty_geo.reports.making import reports
from almaty_geo.reports.model import Entry, Named, Report, cut
from almaty_geo.reports.pdf import breakable, pdf
from almaty_geo.reports.quality import SourceLine, gathered
from almaty_geo.reports.typography import in_type, lowered, well_set
from almaty_geo.reports.widths import EASY_PT, LETTER_EM, PAD_EM, letters_of, widths
from almaty_geo.results.dossiers import dossier
from almaty_geo.words import LANGUAGES, Language, Text, dated, same

FOOT_PT, HEAD_PT, LEAST_LINES = 57, 45, 12
UNITS = {"kk": "м|км|мин|сағ|м³|%|га|л", "ru": "м|км|мин|ч|м³|%|га|л", "en": "m|km|min|h|m³|ha|L"}


@pytest.fixture(scope="module")
def told(root: Path) -> list[Report]:
    return list(reports(dossier(Plan(root)), areas=["city", "alatau", "medeu"]))


def sentences(value: Any) -> Iterator[Text]:
    """Yield the texts of a report that are no names."""
    if isinstance(value, Text):
        yield from [] if value.kk == value.ru == value.en else [value]
    else:
        for one in parts(value):
            yield from sentences(one)


def parts(value: Any) -> Iterator[Any]:
    """Yield what a value of a report consists of, but for names and drawings."""
    if isinstance(value, tuple):
        yield from value
    elif isinstance(value, Entry):
        yield from [] if any(value.tongue[lang] for lang in LANGUAGES) else [value.shown]
    elif is_dataclass(value) and not isinstance(value, Named):
        shown = (field for field in fields(value) if field.metadata.get("json", True))
        yield from (getattr(value, field.name) for field in shown)


def test_no_number_is_torn_from_its_unit_or_ending(told: list[Report]) -> None:
    for text in {one for report in told for one in sentences(report)}:
        for lang in LANGUAGES:
            torn = re.search(rf"\d (?:{UNITS[lang]})(?!\w)", text[lang])
            assert torn is None or "100 % of" in text[lang], text[lang]
            assert not re.search(r"№ \d|× \d", text[lang]), text[lang]
            assert not re.search(r"(?<!\w)-\d", text[lang]), text[lang]
            if lang != "en":
                assert not re.search(r"(?<!\d)\d{1,3} \d{3}(?!\d)", text[lang]), text[lang]
                assert not re.search(r"[\d%]-[а-яәі]{1,4}(?!\w)", text[lang]), text[lang]


def test_nothing_is_said_in_the_words_of_files_or_code(told: list[Report]) -> None:
    for text in {one for report in told for one in sentences(report)}:
        for lang in LANGUAGES:
            found = re.search(r"docs/|layers/|\.toml|\.py\b|\w_\w|\b[a-z]+-\d{2,3}\b", text[lang])
            assert found is None, text[lang]


def test_a_part_of_a_report_set_apart_is_in_its_headline(told: list[Report]) -> None:
    for theme in (theme for report in told for theme in report.themes):
        if theme.headline is not None and theme.emphasis is not None:
            for lang in LANGUAGES:
                before, strong, after = theme.parted(lang)
                assert strong, theme.headline[lang]
                assert before + strong + after == theme.headline[lang]


def test_setting_a_report_twice_changes_nothing(told: list[Report]) -> None:
    assert [in_type(report) for report in told] == told


@pytest.mark.parametrize(("area", "language"), [("alatau", "kk"), ("medeu", "ru"), ("city", "en")])
def test_no_page_ends_with_a_heading_or_is_nearly_empty(
    area: str, language: Language, told: list[Report]
) -> None:
    report = next(one for one in told if one.area == area)
    pages = pypdf.PdfReader(io.BytesIO(pdf(report, language))).pages
    for number, page in enumerate(pages, start=1):
        lines = lines_of(page)
        last = lines[min(lines)]
        assert not any(bold and size >= 9 for bold, size, _ in last), (number, last)
        if number < len(pages):
            assert len(lines) >= LEAST_LINES, number


def lines_of(page: pypdf.PageObject) -> dict[int, list[tuple[bool, float, str]]]:
    """Return what stands at each height of a page between its head and its foot."""
    found: dict[int, list[tuple[bool, float, str]]] = {}
    top = float(page.mediabox.height) - HEAD_PT

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        y = tm[5] * cm[3] + cm[5]
        if text.strip() and font and FOOT_PT < y < top:
            bold = "Bold" in str(font.get("/BaseFont"))
            found.setdefault(round(y), []).append((bold, abs(size * tm[3]), text.strip()))

    page.extract_text(visitor_text=visit)
    return found


numbers = st.integers(0, 10**7)


@given(numbers, numbers, st.sampled_from(["", " м", " мин", " %"]), st.sampled_from(LANGUAGES))
def test_a_range_keeps_its_digits_in_their_order(
    low: int, high: int, unit: str, language: Language
) -> None:
    for between in (" – ", " to ", "–"):
        made = well_set(f"{low}{unit}{between}{high}{unit}", language)
        ends = re.split(r"–| to ", made)
        assert [re.sub(r"\D", "", end) for end in ends] == [str(low), str(high)], made


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_setting_a_text_changes_no_letter_or_digit(text: str, language: Language) -> None:
    made = well_set(text, language)
    assert [c for c in made if c.isalpha()] == [c for c in text if c.isalpha()] or "–" in made
    assert [c for c in made if c.isdigit()] == [c for c in text if c.isdigit()]
    assert well_set(made, language) == made


def test_names_are_left_as_the_source_has_them() -> None:
    name = same('"Кайрат" 153 м, ОШ - 213')
    assert in_type(Named(name, same(""))).shown is name
    assert in_type(Entry("x", Text("5 м", "5 м", "5 m"), same("ru"), "")).shown.ru == "5 м"
    assert in_type(Entry("x", Text("5 м", "5 м", "5 m"), same(""), "")).shown.ru == "5\u00a0м"
    assert in_type(same("5 m")) == same("5 m")


def test_titles_are_lowered_but_for_abbreviations() -> None:
    assert lowered(Text("Орын", "Места", "MW")) == Text("орын", "места", "MW")


def test_a_word_is_set_apart_not_the_start_of_a_longer_one() -> None:
    assert cut("үлесінің сенімділігі: сенімді.", "сенімді") == (
        "үлесінің сенімділігі: ",
        "сенімді",
        ".",
    )
    assert cut("30 of 80", "") == ("30 of 80", "", "")


def test_dates_are_written_as_far_as_they_are_told() -> None:
    assert dated("2026-08") == Text("2026\u202fж. тамыз", "август 2026\u202fг.", "August 2026")
    assert dated("2023") == same("2023")
    assert dated("2021-2022") == same("2021-2022")
    assert dated("—") == same("—")


def test_a_change_that_rounds_to_nothing_has_no_sign() -> None:
    assert signed(0.04).en == "0"
    assert signed(-0.04).en == "0"
    assert difference(4.0, fixed=True).shown.en == "+4.0"
    assert difference(-1.25, fixed=True).shown.ru == "−1,2"


def test_publishers_of_whom_the_same_is_said_stand_together() -> None:
    def source(name: str, confidence: str, note: str = "") -> SourceLine:
        told = (same("not stated"), same("today"), same(confidence))
        return SourceLine(same(name), "", *told, same(note) if note else None)

    lines = [
        source("a", "high"),
        source("b", "low"),
        source("c", "high"),
        source("d", "high", "noted"),
    ]
    groups = [[one.publisher.en for one in group] for group in gathered(lines)]
    assert groups == [["a", "c"], ["b"], ["d"]]


def test_numbers_are_never_broken_and_words_by_their_width() -> None:
    assert breakable("1\u202f250\u202f000", 4) == "1\u202f250\u202f000"
    assert breakable("49–139", 3) == "49–139"
    assert breakable("kaz.inform.kz", letters_of("kaz.inform.kz")) == "kaz.inform.kz"
    assert "\u200b" in breakable("водопотребления", 8)


def test_long_texts_take_the_room_that_lowers_their_rows() -> None:
    evidence = "Части города ещё не обеспечены; проекты до 2028 года. " * 4
    titles = ["Поручение", "Статус", "Цель", "Срок", "Свидетельства", "Достоверность"]
    cells = [
        ["Централизованное водоснабжение"], ["источники расходятся"], ["≥ 100 % жителей"],
        ["31 декабря 2025 г."], [evidence], ["высокая"],
    ]  # fmt: skip
    fit = widths(titles, cells)
    assert fit.size_pt >= EASY_PT
    assert max(fit.em) == fit.em[4]
    lines = len(evidence) * LETTER_EM / (fit.em[4] - PAD_EM)
    assert lines < 12
