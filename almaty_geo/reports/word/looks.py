"""An empty Word document: page, styles, language, properties."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from markupsafe import Markup

from almaty_geo.reports.model import Report
from almaty_geo.reports.word.markup import (
    ACCENT,
    INK,
    LOCALES,
    SOFT,
    field,
    legal,
    paragraph,
    run,
)
from almaty_geo.reports.word.tables import MARGINS_MM, SIZES_PT, TEXT_MM, TWIPS_PER_MM
from almaty_geo.words import Language

FACE = "Arial"
"""A typeface that every office has, with all Kazakh letters."""

TITLE_MAX = 255
"""Letters that a property of a document may have."""

_COMPATIBLE = "15"
"""Word 2013 and later; anything less opens in a mode for old files."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of paragraph looks."""

    size_pt: float
    """Size of the letters."""

    colour: str = INK
    """As RRGGBB."""

    bold: bool = False
    """Whether it is set in bold."""

    before_pt: float = 0
    """Space above."""

    after_pt: float = 0
    """Space below."""

    keep: bool = False
    """Whether it stays on a page with what follows."""


STYLES: Mapping[str, Style] = {
    "Normal": Style(9.5, after_pt=4),
    "Title": Style(22, bold=True, after_pt=4, keep=True),
    "Heading 1": Style(15, bold=True, before_pt=16, after_pt=4, keep=True),
    "Heading 2": Style(9.5, bold=True, before_pt=9, after_pt=3, keep=True),
    "List Bullet": Style(8, colour="46515C", after_pt=2),
    "Footer": Style(7, colour=SOFT),
    "Kicker": Style(8.5, colour=ACCENT, bold=True, keep=True),
    "Answer": Style(14, after_pt=6),
    "Headline": Style(11.5, after_pt=6, keep=True),
    "Figure": Style(14, bold=True, keep=True),
    "Label": Style(7.5, colour=SOFT, keep=True),
    "Gap": Style(4, keep=True),
    "Key": Style(8, after_pt=2),
    "Small": Style(7.5, colour=SOFT, after_pt=4),
    **{f"Cell{round(size * 10)}": Style(size) for size in SIZES_PT},
}
"""Looks of the built-in styles that are used, and of our own, by name."""


def empty(report: Report, language: Language) -> Document:
    """Return a document with a page, styles and properties, and nothing on it."""
    made = docx.Document()
    _page(made)
    for name, style in STYLES.items():
        _style(made, name, style)
    _language(made, language)
    _properties(made, report, language)
    _foot(made, report, language)
    return made


def _page(made: Document) -> None:
    """Set the page to A4 with room for 180 mm of text."""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(MARGINS_MM["left"]), Mm(MARGINS_MM["right"])
    section.top_margin, section.bottom_margin = Mm(MARGINS_MM["top"]), Mm(MARGINS_MM["bottom"])
    section.header_distance = Mm(MARGINS_MM["header"])
    section.footer_distance = Mm(MARGINS_MM["footer"])


def _style(made: Document, name: str, look: Style) -> None:
    known = {style.name for style in made.styles}
    if name not in known:
        made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style = made.styles[name]
    if not isinstance(style, ParagraphStyle):  # pragma: no cover - the template is our own choice
        return
    style.font.size, style.font.bold = Pt(look.size_pt), look.bold
    style.font.color.rgb = RGBColor.from_string(look.colour)
    spacing = style.paragraph_format
    spacing.space_before, spacing.space_after = Pt(look.before_pt), Pt(look.after_pt)
    spacing.keep_with_next, spacing.line_spacing = look.keep, 1.1
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    # First in its parent, as the schema has it; the template's own names a theme's typeface.
    faces = " ".join(f'w:{script}="{FACE}"' for script in ("ascii", "hAnsi", "cs", "eastAsia"))
    properties.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')} {faces}/>"))
    for old in (
        qn("w:pBdr"),
        qn("w:tabs"),
    ):  # the template's lines, and its stops for paper of 8 in
        for own in style.element.iter(old):
            own.clear()


def _language(made: Document, language: Language) -> None:
    for told in made.styles.element.iter(qn("w:lang")):
        told.set(qn("w:val"), LOCALES[language])
    for told in made.settings.element.iter(qn("w:themeFontLang")):
        told.set(qn("w:val"), LOCALES[language])
    for setting in made.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), _COMPATIBLE)


def _properties(made: Document, report: Report, language: Language) -> None:
    """Set what a file says of itself; nothing of it depends on when or by whom it was made."""
    told = made.core_properties
    told.title = _short(f"{report.name.shown[language]} · {report.kind[language]}")
    told.subject = _short(report.place[language])
    told.author = told.last_modified_by = f"almaty-geo {report.version}"
    told.comments = report.stamp
    told.keywords = told.category = ""
    told.language = LOCALES[language]
    told.revision = 1
    told.created = told.modified = datetime.combine(report.date, time(), UTC)
    package = made.part.package
    for name, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:  # the template's
            del package.rels[name]


def _short(text: str) -> str:
    return legal(text)[:TITLE_MAX]


def _foot(made: Document, report: Report, language: Language) -> None:
    """Set the line at the foot of each page: what it is of, and the page's number."""
    names = [report.place[language]]
    if report.area != "city":
        names.append(report.name.shown[language])
    line = run(" · ".join([*names, report.stamp]), language) + Markup("<w:r><w:tab/></w:r>")
    pages = field("PAGE", language) + run(" / ", language) + field("NUMPAGES", language)
    stop = Markup('<w:tabs><w:tab w:val="right" w:pos="{}"/></w:tabs>').format(
        round(TEXT_MM * TWIPS_PER_MM)
    )
    footer = made.sections[0].footer
    footer.is_linked_to_previous = False
    for old in list(footer._element):  # noqa: SLF001 - python-docx has no other way in
        footer._element.remove(old)  # noqa: SLF001 - the same
    footer._element.append(read(paragraph("Footer", line + pages, more=stop))[0])  # noqa: SLF001 - the same


def read(content: Markup) -> list[object]:
    """Return pieces of markup as the elements that a document is made of."""
    names = nsdecls("w", "r", "wp", "a", "pic")
    return list(parse_xml(f"<w:body {names}>{content}</w:body>"))
