"""Answers that show themselves."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from almaty_geo.coverage import Coverage, Question
from almaty_geo.coverage import section as coverage_section
from almaty_geo.errors import UsageError
from almaty_geo.plan.answers import offer_of, whole_answer
from almaty_geo.travel import Asked
from almaty_geo.words import Language

if TYPE_CHECKING:
    import folium
    from distributed import Client

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


class ShownByParts(ShownCoverage):
    """
    Coverage counted part by part: who is within reach is exact, ways beyond the reach are ``inf``.

    What needs those ways (medians, clusters of people out of reach, a map of how far) it does not
    tell; see `almaty_geo.tiling.TiledCoverage`.
    """

    def explore(self) -> "folium.Map":
        """Refuse: a map of how far people are needs ways beyond the reach."""
        raise UsageError("A map needs ways beyond the reach: ask the plan without a cluster.")

    def to_dict(self, areas: str, *, language: Language = "en") -> dict[str, Any]:
        """Return who is within reach as plain values for JSON; see `Coverage.to_dict`."""
        told = Coverage.to_dict(self, areas, language=language)
        return {**told, "scenario_sha256": self.plan.scenario(self.scenario).sha256}


def by_parts(
    plan: "Plan",
    theme: str,
    question: Question,
    *,
    basis: Asked | None = None,
    client: "Client | None" = None,
    progress: Callable[[int], None] | None = None,
) -> ShownByParts:
    """
    Count who is within reach part by part; see `almaty_geo.tiling.measure_by_parts`.

    Parameters
    ----------
    plan
        The plan that is asked.
    theme
        Such as "schools".
    question
        Reach, norm and scenario.
    basis
        By streets or by straight line; streets by default where the plan has them.
    client
        Workers; None to do all of it here.
    progress
        Told the points of each part that is done.
    """
    from almaty_geo.tiling import measure_by_parts  # noqa: PLC0415 - few questions go by parts

    scenario = plan.scenario(question.scenario)
    found = measure_by_parts(
        plan.people(scenario),
        plan.facilities(theme, scenario),
        plan.travel(basis),
        question,
        areas=plan.memberships(),
        client=client,
        progress=progress,
    )
    return ShownByParts(**{f.name: getattr(found, f.name) for f in fields(found)}, plan=plan)
