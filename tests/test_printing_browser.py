"""Sections that are tables, on paper: the map's sheet first, then the tables on their own."""

import io
import unicodedata
from collections.abc import Callable

import pypdf
import pytest
from browsing import Visit
from grounds import Ground

Visited = Callable[..., Visit]

BEFORE = "window.dispatchEvent(new Event('beforeprint'))"
AFTER = "window.dispatchEvent(new Event('afterprint'))"
MAPPED = ("#ru/schools-sites", "#kk/hospitals", "#en/water", "#ru/schools/medeu?table")


def ask(one: Visit, paper: str) -> None:
    """Ask for paper, without a printer at hand."""
    one.page.evaluate("() => { window.print = () => {}; }")
    one.page.click("#open-print")
    one.page.click(f"[data-key='print:{paper}']")


def sheets_of(one: Visit, paper: str) -> list[list[str]]:
    """Return the lines of each sheet that the page prints."""
    ask(one, paper)
    printed = one.page.pdf(prefer_css_page_size=True, print_background=True)
    texts = [plain(sheet.extract_text()) for sheet in pypdf.PdfReader(io.BytesIO(printed)).pages]
    return [[line.strip() for line in text.splitlines() if line.strip()] for text in texts]


def plain(text: str) -> str:
    """Return a text without ligatures."""
    return unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize("address", MAPPED)
def test_tables_go_on_sheets_after_the_map(
    address: str, ground_by_lines: Ground, visit: Visited
) -> None:
    one = visit(ground_by_lines.page, address.removesuffix("?table"))
    page = one.page
    if address.endswith("?table"):
        page.click("#open-table")
    table = page.locator("#answer .table-room").first
    caption = plain(table.locator("caption").inner_text())
    last = plain(table.locator("thead th").last.inner_text())
    rows = page.locator("#answer tbody tr").count()
    sheets = sheets_of(one, "a4")
    assert len(sheets) > 1
    assert last not in sheets[0]
    assert sheets[1][0] == caption
    page.evaluate(BEFORE)
    for part in ("#answer .lead", ".atlas-canvas", ".legend-entries", "#source-line", "#scale"):
        assert page.locator(part).is_visible(), part
    assert page.locator("#sheets tbody tr").count() == rows
    assert page.locator("#answer table").count() == 0
    page.evaluate(AFTER)
    assert table.is_visible()
    assert page.locator("#answer tbody tr").count() == rows
    assert page.locator("#sheets table").count() == 0
    assert one.faults() == []


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_a_sheet_with_a_map_shows_all_of_the_map(
    paper: str, ground: Ground, visit: Visited
) -> None:
    """The map is drawn for the width that the paper has, not for that of the screen."""
    one = visit(ground.page, "#ru/schools-sites")
    ask(one, paper)
    one.page.evaluate(BEFORE)
    sheet = one.page.locator("body").bounding_box()
    drawn = one.page.locator(".folium-map").bounding_box()
    assert sheet is not None
    assert drawn is not None
    a_millimetre = 96 / 25.4
    assert sheet["width"] == pytest.approx({"a4": 279, "a3": 402}[paper] * a_millimetre, abs=1)
    assert drawn["x"] + drawn["width"] <= sheet["x"] + sheet["width"] + 1
    one.page.evaluate(AFTER)


def test_promises_have_no_map_of_their_own_and_print_none(ground: Ground, visit: Visited) -> None:
    one = visit(ground.page, "#ru/commitments")
    caption = plain(one.page.locator("#answer caption").first.inner_text())
    assert caption in sheets_of(one, "a4")[0]
    one.page.evaluate(BEFORE)
    assert not one.page.locator("#map-room").is_visible()
    one.page.evaluate(AFTER)


@pytest.mark.parametrize("section", ["schools_years", "water"])
def test_no_heading_is_left_at_the_foot_of_a_sheet(
    section: str, ground_by_lines: Ground, visit: Visited
) -> None:
    """Wherever on the sheet the tables happen to begin."""
    one = visit(ground_by_lines.page, f"#en/{section}")
    headings = set(map(plain, one.page.locator("#answer caption").all_inner_texts()))
    for shift_mm in range(0, 160, 32):
        one.page.add_style_tag(content=f"#sheets {{ padding-top: {shift_mm}mm; }}")
        sheets = sheets_of(one, "a4")[1:]
        assert headings <= {line for sheet in sheets for line in sheet}
        for sheet in sheets:
            assert not headings & set(sheet[-2:])  # nor with the heads of its columns alone
