"""Scenarios applied and compared; phases by year; which results can be relied on."""

from almaty_geo.scenarios.compare import Comparison, Difference, compare
from almaty_geo.scenarios.forecast import People, forecast, people_in, series_of, tells_figures
from almaty_geo.scenarios.measures import Measure, chosen, measures
from almaty_geo.scenarios.parts import Part, parts
from almaty_geo.scenarios.phases import Phase, by_year
from almaty_geo.scenarios.programme import Programme, programme
from almaty_geo.scenarios.seats import seat_measures
from almaty_geo.scenarios.section_certainty import certainty_section
from almaty_geo.scenarios.section_compared import Compared, compared_section
from almaty_geo.scenarios.section_years import Years, years_section
from almaty_geo.scenarios.served import Served, given, planned
from almaty_geo.scenarios.setting import Setting, Situation
from almaty_geo.scenarios.uncertainty import Certainty, certainty

__all__ = [
    "Certainty",
    "Compared",
    "Comparison",
    "Difference",
    "Measure",
    "Part",
    "People",
    "Phase",
    "Programme",
    "Served",
    "Setting",
    "Situation",
    "Years",
    "by_year",
    "certainty",
    "certainty_section",
    "chosen",
    "compare",
    "compared_section",
    "forecast",
    "given",
    "measures",
    "parts",
    "people_in",
    "planned",
    "programme",
    "seat_measures",
    "series_of",
    "tells_figures",
    "years_section",
]
