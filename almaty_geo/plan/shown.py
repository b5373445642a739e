"""Answers that show themselves."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from almaty_geo.coverage import Coverage
from almaty_geo.coverage import section as coverage_section

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

        offer = self.plan.offer(self.theme, self.plan.scenario(self.scenario))
        asked = self.norm is None
        shown = coverage_section(replace(offer, coverage=self, asked=asked, other=None))
        picture = self.plan.picture(self.plan.look, sections=(shown,))
        return explore(picture, section=self.theme)

    def _repr_html_(self) -> str:
        """Show the answer by area in a notebook."""
        return self.by(self.plan.spec.areas).to_html()
