"""WordprocessingML as text: runs, paragraphs and links, in which data can only ever be text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from almaty_geo.reports.names import TAGS
from almaty_geo.words import Language

NOTHING = Markup("")
LOOKS = 512
"""Starts of runs, paragraphs and cells that are kept: there are few, used thousands of times."""

_CLOSED, _ENDED = Markup("</w:t></w:r>"), Markup("</w:p>")
LOCALES: Mapping[Language, str] = {"kk": "kk-KZ", "ru": "ru-RU", "en": "en-GB"}
"""What a speller and a screen reader are told of each run."""

INK, SOFT, ACCENT, WASH, RULE = "1F2933", "5B6773", "0B5A8A", "F4F6F8", "D9DEE4"
TONES: Mapping[str, str] = {"good": "00634A", "bad": "A8330A", "unsure": "6D5200"}

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile(r"[\t\n\r]+")


@dataclass(frozen=True, slots=True)
class Look:
    """How a run differs from the style of its paragraph."""

    bold: bool = False
    """Whether it is set in bold."""

    colour: str = ""
    """Colour as RRGGBB; empty for the style's."""

    half_points: int = 0
    """Size; 0 for the style's."""

    shade: str = ""
    """Colour behind it; empty for none."""

    lines: str = ""
    """Pattern drawn over that colour, by its name in WordprocessingML; empty for none."""


PLAIN = Look()
BOLD = Look(bold=True)


def legal(text: str) -> str:
    r"""
    Return a text in one line, each sign that XML cannot hold replaced.

    Examples
    --------
    >>> legal("a\x01\nb<&>")
    'a\ufffd b<&>'
    """
    return _BREAKS.sub(" ", _FORBIDDEN.sub("\ufffd", text))


def run(text: str, language: Language, look: Look = PLAIN) -> Markup:
    """Return a run of text in a language."""
    return joined((_opened(language, look), escape(legal(text)), _CLOSED))


@lru_cache(maxsize=LOOKS)
def _opened(language: Language, look: Look) -> Markup:
    """Return the start of a run."""
    told = NOTHING
    if look.bold:
        told += Markup("<w:b/>")
    if look.colour:
        told += Markup('<w:color w:val="{}"/>').format(look.colour)
    if look.half_points:
        told += Markup('<w:sz w:val="{0}"/><w:szCs w:val="{0}"/>').format(look.half_points)
    if look.shade:
        pattern, colour = (look.lines, INK) if look.lines else ("clear", "auto")
        told += Markup('<w:shd w:val="{}" w:color="{}" w:fill="{}"/>').format(
            pattern, colour, look.shade
        )
    return Markup('<w:r><w:rPr>{}<w:lang w:val="{}"/></w:rPr><w:t xml:space="preserve">').format(
        told, LOCALES[language]
    )


def named(text: str, tongue: str, language: Language, look: Look = PLAIN) -> Markup:
    """Return a name, marked with its language where that is not the reader's."""
    other = next((known for known in TAGS if known == tongue), None)
    if other is None:
        return run(text, language, look)
    small = Look(colour=SOFT, half_points=12)
    return run(text, other, look) + run(f"\u00a0{TAGS[other]}", other, small)


def paragraph(style: str, content: Markup, *, more: Markup = NOTHING) -> Markup:
    """Return a paragraph of a style by its id, with further properties of its own."""
    return joined((_begun(style, more), content, _ENDED))


@lru_cache(maxsize=LOOKS)
def _begun(style: str, more: Markup) -> Markup:
    """Return the start of a paragraph."""
    return Markup('<w:p><w:pPr><w:pStyle w:val="{}"/>{}</w:pPr>').format(style, more)


def marked(content: Markup, anchor: str, number: int) -> Markup:
    """Return content that a link in the document can go to."""
    return Markup(
        '<w:bookmarkStart w:id="{0}" w:name="{1}"/>{2}<w:bookmarkEnd w:id="{0}"/>'
    ).format(number, anchor, content)


def inner_link(content: Markup, anchor: str) -> Markup:
    """Return a link to a place in the document."""
    return Markup('<w:hyperlink w:anchor="{}" w:history="1">{}</w:hyperlink>').format(
        anchor, content
    )


def outer_link(content: Markup, relation: str) -> Markup:
    """Return a link to an address that the document holds as a relation."""
    return Markup('<w:hyperlink r:id="{}" w:history="1">{}</w:hyperlink>').format(relation, content)


def field(instruction: str, language: Language) -> Markup:
    """Return a field that a word processor works out, such as PAGE."""
    return Markup('<w:fldSimple w:instr=" {} ">{}</w:fldSimple>').format(
        instruction, run("1", language)
    )


def picture(relation: str, number: int, size_emu: tuple[int, int], told: str) -> Markup:
    """Return a picture in the line of text, with what it shows for those who cannot see it."""
    wide, high = size_emu
    return Markup(
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        '<wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{number}" name="{name}" descr="{told}"/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        '<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="{name}" descr="{told}"/>'
        "<pic:cNvPicPr/></pic:nvPicPr>"
        '<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>'
        '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    ).format(
        wide=wide, high=high, number=number, name=f"{number}", told=legal(told), relation=relation
    )


def joined(pieces: Iterable[Markup]) -> Markup:
    """Return pieces one after the other; far quicker than `Markup.join`, which escapes each."""
    return Markup("".join(pieces))  # noqa: S704 - each is markup already
