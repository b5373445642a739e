"""Answers that show themselves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almaty_geo.coverage import Coverage
from almaty_geo.coverage import section as coverage_section
from almaty_geo.plan.answers import offer_of, whole_answer
from almaty_geo.words import Language

if TYPE_CHECKING:
    import folium

    from almaty_geo.plan.plan import Plan


@dataclass(frozen=True, eq=False)
class ShownCoverage(Coverage):
    """Coverage that shows itself: a table in a notebook, a map when asked to."""

    plan: "Plan"
    """The plan that was asked."""

    def explore(self) -> "folium.Map":
        """Return a Folium map of the answer that works offline; add any Folium layer to it."""
        from almaty_geo.maps import explore  # noqa: PLC0415 - drawing is heavy to import

        shown = coverage_section(offer_of(self.plan, self, asked=self.norm is None))
        picture = self.plan.picture(self.plan.look, sections=(shown,))
        return explore(picture, section=self.theme)

    def to_dict(self, areas: str, *, language: Language = "en") -> dict[str, Any]:
        """Return all of the answer as plain values for JSON; see `answers.whole_answer`."""
        told = whole_answer(self.plan, self, areas, language=language)
        return {**told, "scenario_sha256": self.plan.scenario(self.scenario).sha256}

    def _repr_html_(self) -> str:
        """Show the answer by area in a notebook."""
        return self.by(self.plan.spec.areas).to_html()
