"""What nobody knows of a state is drawn and named as that, and never as existing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from toytown import write_toytown

from almaty_geo.plan import Plan
from almaty_geo.reports.making import reports
from almaty_geo.reports.signs import marks
from almaty_geo.reports.sketch import DASHES
from almaty_geo.reports.spots import STATES, states
from almaty_geo.results.dossiers import dossier
from almaty_geo.specs import Style


def test_no_state_told_is_existing_and_one_that_is_none_is_unknown(tmp_path: Path) -> None:
    layer = next(iter(Plan(write_toytown(tmp_path / "toytown")).layers.values()))
    told = [*STATES, None, "nobody knows"]
    rows = layer.frame.iloc[np.zeros(len(told), dtype=int)].assign(
        state=pd.array(told, dtype="string")
    )
    assert states(replace(layer, frame=rows)).tolist() == [*STATES, "existing", "unknown"]


@pytest.mark.parametrize("shape", ["circle", "square", "diamond", "ring"])
def test_each_sign_of_an_unknown_state_is_crossed_out_once(shape: str) -> None:
    look = Style.model_validate({"layer": "any", "shape": shape})
    px = np.array([[10.0, 20.0], [30.0, 40.0]])
    radius, rows = np.array([4.0, 4.0]), np.array([True, True])
    drawn = {state: str(marks(px, radius, rows, look, state)) for state in STATES}
    assert 'd="M6 24l8.0 -8.0M26 44l8.0 -8.0"' in drawn["unknown"]
    assert drawn["unknown"].startswith(drawn["planned"])
    assert "l8.0" not in drawn["planned"] + drawn["existing"]


def test_lines_of_an_unknown_state_have_a_dash_of_their_own() -> None:
    others = [dash for state, dash in DASHES.items() if state != "unknown"]
    assert DASHES["unknown"]
    assert DASHES["unknown"] not in others


def test_a_legend_names_what_is_unknown_in_each_language(almaty: Plan) -> None:
    city = next(reports(dossier(almaty), areas=["city"]))
    themes = {theme.id: theme for theme in city.themes}
    shown = themes["ring_road"].map
    assert shown is not None
    titles = [key.title for group in shown.legend for key in group.keys]
    radials = [title for title in titles if title.en.startswith("Radial and internal main")]
    assert [one.en.partition(": ")[2] for one in radials] == [
        "under construction",
        "planned",
        "unknown",
    ]
    assert radials[-1].ru.endswith(": нет данных")
    assert radials[-1].kk.endswith(": дерек жоқ")
