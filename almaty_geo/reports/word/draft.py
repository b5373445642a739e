"""What a Word document is written with: its language, its pictures, its numbering."""

import io
from copy import deepcopy
from itertools import count

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from markupsafe import Markup

from almaty_geo.reports.model import Map
from almaty_geo.reports.word.drawings import Album, drawn_of
from almaty_geo.reports.word.markup import outer_link, picture, run
from almaty_geo.reports.word.tables import TURNED_MM, TWIPS_PER_MM
from almaty_geo.words import Language, Text

EMU_PER_MM = 36_000


class Draft:
    """A document being written in one language."""

    def __init__(self, made: Document, language: Language, album: Album) -> None:
        self.made = made
        self.language: Language = language
        self._maps, self._signs = album.lettered(language), album.signs
        self._numbers = count(1)
        self._relations = dict[bytes, str]()
        self._turned_foot = ""

    def foot(self, *, turned: bool = False) -> str:
        """Return the relation of the line at the foot of upright pages, or of those on a side."""
        found = self.made.sections[-1]._sectPr.find(qn("w:footerReference"))  # noqa: SLF001 - no other way in
        upright = "" if found is None else str(found.get(qn("r:id")))
        if not turned:
            return upright
        if not self._turned_foot:
            part, self._turned_foot = self.made.part.add_footer_part()  # type: ignore[no-untyped-call]  # python-docx says nothing of its types
            part.element[:] = deepcopy(self.made.part.footer_part(upright).element[:])
            for stop in part.element.iter(qn("w:tab")):
                if stop.get(qn("w:pos")):  # a place to jump to, not the jump
                    stop.set(qn("w:pos"), f"{round(TURNED_MM * TWIPS_PER_MM)}")
        return self._turned_foot

    def number(self) -> int:
        """Return a number that nothing else in the document has."""
        return next(self._numbers)

    def told(self, text: Text) -> Markup:
        """Return a text as a run in the reader's language."""
        return run(text[self.language], self.language)

    def map(self, shown: Map, size_mm: tuple[float, float]) -> Markup:
        """Return a map at a size, with what it shows for those who cannot see it."""
        return self._picture(self._maps[drawn_of(shown)], size_mm, shown.title[self.language])

    def sign(self, sign: str, size_mm: tuple[float, float]) -> Markup:
        """Return a sign of a legend at a size; what it means stands beside it."""
        return self._picture(self._signs[sign], size_mm, "")

    def _picture(self, png: bytes, size_mm: tuple[float, float], told: str) -> Markup:
        relation = self._relations.get(png)
        if relation is None:  # python-docx would compare it with every other picture
            relation, _ = self.made.part.get_or_add_image(io.BytesIO(png))
            self._relations[png] = relation
        wide, high = (round(side * EMU_PER_MM) for side in size_mm)
        return picture(relation, self.number(), (wide, high), told)

    def link(self, content: Markup, address: str) -> Markup:
        """Return content that leads to an address."""
        relation = self.made.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return outer_link(content, relation)
