"""The list of bad input: which test meets each case, or why it is met elsewhere."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from test_reading import ACCEPTED, TABLES, WITH_SPEC, WITHOUT_SPEC
from test_reading_hostile import ACCEPTED as SOUND_FILES
from test_reading_hostile import REFUSED
from test_reading_network import FETCHING, NAMES

HERE = Path(__file__).parent
ELSEWHERE = "elsewhere: "

MET: Mapping[str, str] = {
    "00_good_districts": "districts", "00_good_points": "points",
    "a01": "missing geometry member", "a03": "no features", "a05": "one feature alone",
    "a07": "zero bytes", "a09": "trailing garbage", "a11": "duplicate keys",
    "a13": "empty coordinates", "a15": "too deep", "a17": "null coordinate", "a19": "wrong case",
    "a21": "one text a line", "b01": "NaN", "b03": "1e308", "b05": "height",
    "b07": "latitude over 90", "b09": "huge whole number", "c01": "3857 without crs",
    "c03": "crs null", "c05": "swapped", "c07": "crs garbage", "c09": "swapped by an axis order",
    "c11": "local grid", "d01": "bow-tie", "d03": "ring of two positions", "d05": "no area",
    "d07": "clockwise outline", "d09": "geometry collection",
    "d11": ELSEWHERE + "outlines against each other: the doctor's",
    "d13": "pole", "d15": "all at one place", "d17": "one bad part",
    "d19": ELSEWHERE + "outlines against each other: the doctor's",
    "d21": ELSEWHERE + "outlines against each other: the doctor's",
    "e01": "not UTF-8", "e03": "byte order mark", "e05": "lone surrogate",
    "e07": "direction marks", "e09": "Kazakh letters", "f01": "f01",
    "f03": "nested geometry collections", "f03b": "nested geometry collections",
    "f05": "too many columns",
    "f07": "test_a_hundred_thousand_points_are_read",
    "g01": "test_a_column_of_numbers_is_never_glued_together",
    "g03": "true is no number", "g05": "duplicate Feature.id",
    "g07": "columns alike but for case", "g09": "mixed types", "g11": "no population",
    "g13": "missing column", "h01": "markup", "h03": "markup", "h05": "formula",
    "h07": "terminal control",
    "h09": ELSEWHERE + "text is kept as it is here; pages and exports escape it",
    "h11": ELSEWHERE + "a colour is text here; maps take only declared ones",
    "i01": "i01", "i03": "i03", "i05": "i05", "i07": "test_a_link_is_not_followed",
    "i09": "test_a_link_is_not_followed",
    "i11": "test_a_folder_a_pipe_and_a_missing_file_are_not_read",
    "i13": "test_only_known_kinds_of_file_are_read", "i15": "test_a_name_may_be_unusual",
    "s01": "s01", "s03": "s03", "s05": "s05", "s07": "s07", "s09": "s09",
    "p01": "p01", "p03": "p03", "p05": "p05", "p07": "p07", "p09": "p09", "p11": "p11",
    "p13": "p13", "q01": "q01", "q03": "q03", "q05": "q05", "q07": "q07", "q09": "q09",
    "q11": "q11", "q13": "q13", "v01": "v01", "v03_victim": "v03_victim", "v03": "v03",
    "v05": "v05", "v07": "v07", "v09": "v09", "v11": "v11", "v13": "v13",
    "v15": "test_a_spreadsheets_table_is_recognised_and_every_guess_is_noted",
    "names_as_paths": "test_a_name_is_a_file_or_it_is_nothing",
    "k01": ELSEWHERE + "test_travel_streets: a facility on an island",
    "k03": ELSEWHERE + "test_streets_import: a layer that is no network is refused",
    "k05": ELSEWHERE + "test_travel_streets: a person in the mountains has no way",
    "k07": ELSEWHERE + "test_travel_streets: a street that leads nowhere is not joined",
    "k09": ELSEWHERE + "test_streets_import: a layer that is no network is refused",
    "l01": ELSEWHERE + "the file is sound; that nobody is within reach is for coverage to say",
    "l03": "no features",
}  # fmt: skip
"""Each case with the case or test that meets it, or why that is not here."""


def _tests() -> set[str]:
    text = "".join(p.read_text(encoding="utf-8") for p in HERE.glob("test_reading*.py"))
    return set(re.findall(r"^def (test_\w+)", text, re.MULTILINE))


@pytest.mark.parametrize("case", MET)
def test_each_case_of_the_list_is_met_or_says_where(case: str) -> None:
    tables = (WITHOUT_SPEC, WITH_SPEC, ACCEPTED, TABLES, REFUSED, SOUND_FILES, FETCHING)
    met = MET[case]
    there = {name for table in tables for name in table} | _tests()
    assert met in there or (met.startswith(ELSEWHERE) and len(met) > len(ELSEWHERE))


def test_every_family_is_there_and_the_names_are_of_every_kind() -> None:
    assert {case[0] for case in MET} == set("0abcdefghikl" + "npqsv")
    begun = ("/vsicurl/", "/vsizip/", "http://", "CSV:", "WFS:", "OAPIF:", "{", "<")
    assert all(any(name.startswith(start) for name in NAMES) for start in begun)
