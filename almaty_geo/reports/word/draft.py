"""What a Word document is written with: its language, its pictures, its numbering."""

import io
from collections.abc import Mapping
from itertools import count

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from markupsafe import Markup

from almaty_geo.reports.word.markup import outer_link, picture, run
from almaty_geo.words import Language, Text

EMU_PER_MM = 36_000


class Draft:
    """A document being written in one language."""

    def __init__(self, made: Document, language: Language, drawn: Mapping[str, bytes]) -> None:
        self.made = made
        self.language: Language = language
        self._drawn = drawn
        self._numbers = count(1)

    def number(self) -> int:
        """Return a number that nothing else in the document has."""
        return next(self._numbers)

    def told(self, text: Text) -> Markup:
        """Return a text as a run in the reader's language."""
        return run(text[self.language], self.language)

    def picture(self, svg: str, size_mm: tuple[float, float], told: str) -> Markup:
        """Return a drawing at a size, with what it shows for those who cannot see it."""
        relation, _ = self.made.part.get_or_add_image(io.BytesIO(self._drawn[svg]))
        wide, high = (round(side * EMU_PER_MM) for side in size_mm)
        return picture(relation, self.number(), (wide, high), told)

    def link(self, content: Markup, address: str) -> Markup:
        """Return content that leads to an address."""
        relation = self.made.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return outer_link(content, relation)
