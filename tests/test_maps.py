import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import folium
import folium.plugins
import map_sample
import numpy as np
import pytest
import shapely

from almaty_geo.errors import UnknownNameError, UsageError
from almaty_geo.maps import draw, explore, offline
from almaty_geo.maps.coordinates import packed
from almaty_geo.maps.links import STAND_INS
from almaty_geo.maps.wording import interface
from almaty_geo.words import LANGUAGES

ASSETS = Path(__file__).parents[1] / "almaty_geo" / "maps" / "assets"
HOSTILE = [
    "{{7*7}}",
    "{% raw %}",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "`+alert(1)+`",
    "${alert(1)}",
    "'\"-alert(1)-\"'",
    "<!--<script>",
]


class Reader(HTMLParser):
    """Takes a page apart as a browser does."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.programs: list[str] = []
        self.data = ""
        self.policy = ""
        self.fetched: list[str] = []
        self.title = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.fetched += [v for k, v in attrs if k in {"src", "srcset"} and v]
        self._inside = tag
        if tag == "script":
            self._inside = "data" if given.get("type") == "application/json" else "program"
        if self._inside == "program":
            self.programs.append("")
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""
        if tag == "link":
            self.fetched.append(given.get("href") or "")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's own signature
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "program":
            self.programs[-1] += data
        elif self._inside == "data":
            self.data += data
        elif self._inside == "title":
            self.title += data


def data_of(page: str) -> Any:
    return json.loads(Reader(page).data)


def layer_of(page: str, name: str) -> Any:
    return next(layer for layer in data_of(page)["layers"] if layer["id"] == name)


def said(page: str, layer: str, column: int, row: int = 0) -> Any:
    data = data_of(page)
    at = layer_of(page, layer)["columns"][column]["values"][row]
    return data["texts"][at]


@pytest.fixture(scope="module")
def page() -> str:
    return draw(map_sample.picture())


def test_the_same_picture_gives_the_same_bytes(page: str) -> None:
    assert draw(map_sample.picture()) == page


def test_a_page_asks_for_nothing(page: str) -> None:
    assert Reader(page).fetched == []


def test_an_atlas_carries_leaflet_and_no_other_library(page: str) -> None:
    assert "Leaflet 1.9.4" in page
    for other in ("jQuery", "bootstrap", "fontawesome", "AwesomeMarkers", "MarkerCluster", "d3js"):
        assert other not in page


@pytest.mark.parametrize("slip", HOSTILE)
def test_hostile_words_are_in_the_data_as_text_and_nowhere_else(slip: str) -> None:
    page = draw(map_sample.picture(slip))
    read = Reader(page)
    data = json.loads(read.data)
    clean = Reader(draw(map_sample.picture()))
    assert read.programs == clean.programs
    assert read.title == "Atlas of the town (рус)" + slip
    assert slip not in page.replace(read.data, "")
    assert "<" not in read.data
    assert data["sections"][0]["title"][2] == "Clinics" + slip
    assert layer_of(page, "clinics")["ids"][0] == "clinic-0" + slip
    assert said(page, "clinics", 6)["text"] == "Примечание" + slip


def test_every_text_of_the_sample_can_carry_hostile_words() -> None:
    data = data_of(draw(map_sample.picture("{{7*7}}")))
    carried = json.dumps(data, ensure_ascii=False).count("{{7*7}}")
    assert carried > 250
    assert "49" not in json.dumps(data["texts"] + data["sections"], ensure_ascii=False)


def test_the_policy_lists_each_script_and_nothing_else(page: str) -> None:
    read = Reader(page)
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(p.encode()).digest()).decode() + "'"
        for p in read.programs
    ]
    assert len(hashes) == 3
    scripts = next(p for p in read.policy.split("; ") if p.startswith("script-src"))
    assert scripts.split()[1:] == hashes
    for rule in (
        "default-src 'none'",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ):
        assert rule in read.policy


def test_scripts_are_the_same_whatever_the_data(page: str) -> None:
    other = draw(map_sample.picture(" other words"))
    assert Reader(other).programs == Reader(page).programs


def test_the_assets_of_our_own_make_no_markup_from_text_and_format_no_numbers() -> None:
    for path in sorted((ASSETS / "js").glob("*.js")):
        code = path.read_text(encoding="utf-8")
        for sign in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "toLocaleString",
            "Intl.",
            "bindPopup(",
            "bindTooltip(",
            "fetch(",
        ):
            assert sign not in code, f"{path.name} uses {sign}"


def test_the_shell_holds_nothing_that_a_template_would_take_for_its_own() -> None:
    shell = (ASSETS / "atlas.html").read_text(encoding="utf-8")
    assert not re.search(r"\{\{|\{%|<script|style=", shell)


def test_the_page_knows_every_word_it_asks_for_and_asks_for_every_word() -> None:
    code = "\n".join(p.read_text(encoding="utf-8") for p in sorted((ASSETS / "js").glob("*.js")))
    shell = (ASSETS / "atlas.html").read_text(encoding="utf-8")
    asked = set(re.findall(r'data-i18n(?:-label)?="(\w+)"', shell))
    asked |= set(re.findall(r'atlas\.word\("(\w+)"\)', code))
    asked |= {"fold", "unfold", "written_in_kk", "written_in_ru", "written_in_en"}
    asked |= {key for key in interface() if f'"{key}"' in code}  # handed on before it is asked for
    assert asked == set(interface())


def test_every_script_and_style_is_put_in(page: str) -> None:
    for path in [*sorted((ASSETS / "js").glob("*.js")), *sorted((ASSETS / "css").glob("*.css"))]:
        assert path.read_text(encoding="utf-8") in page, path.name


@pytest.mark.parametrize("languages", [("en",), ("kk", "en"), ("ru", "kk", "en")])
def test_a_page_holds_only_the_languages_asked_for(languages: tuple[Any, ...]) -> None:
    data = data_of(draw(map_sample.picture(), languages=languages))
    assert [entry[0] for entry in data["languages"]] == list(languages)
    assert data["language"] == ("ru" if "ru" in languages else languages[0])
    written = json.dumps(data["sections"], ensure_ascii=False)
    assert ("(қаз)" in written) == ("kk" in languages)
    assert ("(рус)" in written) == ("ru" in languages)


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(UnknownNameError, match="Unknown language 'de'"):
        draw(map_sample.picture(), languages=["de"])  # type: ignore[list-item]  # the mistake meant


def test_no_language_is_no_page() -> None:
    with pytest.raises(UsageError, match="at least one language"):
        draw(map_sample.picture(), languages=[])


def test_layers_come_in_the_order_of_the_map_and_unnamed_facilities_follow(page: str) -> None:
    drawn = [layer["id"] for layer in data_of(page)["layers"]]
    assert drawn == ["districts", "road", "homes", "wells", "clinics"]


def test_a_facility_without_a_style_shows_with_its_section_only(page: str) -> None:
    clinics = layer_of(page, "clinics")
    assert not clinics["show"]
    assert not clinics["always"]
    alone = draw(map_sample.picture(sections=(map_sample.Sample().promises(),)))
    assert layer_of(alone, "clinics")["show"]


def test_a_table_is_told_of_and_not_drawn(page: str) -> None:
    data = data_of(page)
    assert "sources" in [entry["id"] for entry in data["drawer"]]
    assert "sources" not in [layer["id"] for layer in data["layers"]]


def test_what_has_no_place_is_counted_and_named_and_not_drawn(page: str) -> None:
    data = data_of(page)
    wells = next(entry for entry in data["drawer"] if entry["id"] == "wells")
    assert wells["unlocated"] == "1"
    assert [data["texts"][at] for at in wells["unlocated_names"]] == [
        {"text": "Well 1", "in": ["en", "en", ""]}
    ]
    assert layer_of(page, "wells")["ids"] == ["well-0"]


def test_a_name_is_marked_where_it_is_not_in_the_readers_language(page: str) -> None:
    data = data_of(page)
    clinic = data["texts"][layer_of(page, "clinics")["names"][0]]
    assert clinic == {"text": "Клиника 0", "in": ["ru", "", "ru"]}
    assert data["texts"][data["areas"][0]["name"]] == [
        "West ауданы",
        "West район",
        "West district",
    ]


def test_areas_drop_the_word_that_all_of_them_share(page: str) -> None:
    data = data_of(page)
    assert [data["texts"][area["short"]] for area in data["areas"]] == ["West", "East"]


def test_values_are_written_in_python(page: str) -> None:
    assert said(page, "clinics", 0) == ["1\u202f000", "1\u202f000", "1,000"]
    assert said(page, "clinics", 1) == "1990"  # a year is not grouped
    assert said(page, "clinics", 2)[1:] == ["27 декабря 2023\u202fг.", "27 December 2023"]
    assert said(page, "clinics", 3)[2] == "yes"
    assert said(page, "clinics", 4)[1:] == ["12,5", "12.5"]
    assert said(page, "clinics", 5)[2] == "existing"


def test_a_reference_is_told_by_name(page: str) -> None:
    assert said(page, "homes", 0) == ["West ауданы", "West район", "West district"]


def test_a_link_is_an_address_of_the_web_or_none(page: str) -> None:
    urls = {entry["id"]: entry["sources"][0]["url"] for entry in data_of(page)["drawer"]}
    assert urls["wells"] == "https://example.org/wells"
    assert urls["clinics"] == ""


def test_osm_is_credited_where_its_licence_asks_for_it(page: str) -> None:
    assert data_of(page)["credits"] == ["© OpenStreetMap contributors"]


def test_classes_follow_the_rows_that_have_a_place() -> None:
    town = map_sample.Sample()
    homes = town.homes()
    homes.frame.loc[1, "geometry"] = None
    layers = {**map_sample.picture().layers, "homes": homes}
    page = draw(map_sample.picture(layers=layers))
    assert data_of(page)["sections"][0]["classes"]["of"] == "0112"
    assert len(layer_of(page, "homes")["sizes"]) == 4


def test_signs_are_sized_by_the_root_of_their_amount(page: str) -> None:
    assert layer_of(page, "clinics")["sizes"] == [50, 71, 87, 100]


def test_places_come_back_to_a_metre() -> None:
    shapes = np.array([shapely.Point(76.912345, 43.25), shapely.Point(76.9, 43.26)], dtype=object)
    flat = np.array(packed(shapes, "Point")).reshape(-1, 2).cumsum(axis=0) / 1e5
    assert flat == pytest.approx(shapely.get_coordinates(shapes), abs=1e-5)


def test_a_hole_and_a_second_part_are_rings_of_the_same_shape() -> None:
    both = shapely.from_wkt(
        "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1)),"
        " ((6 6, 7 6, 7 7, 6 7, 6 6)))"
    )
    (rings,) = packed(np.array([both], dtype=object), "Polygon")
    assert len(rings) == 3


def test_explore_gives_a_folium_map_that_saves_itself_offline(tmp_path: Path) -> None:
    shown = explore(map_sample.picture(), section="clinics")
    assert isinstance(shown, folium.Map)
    folium.Marker([50.02, 10.02], popup="A popup", icon=folium.Icon(color="red")).add_to(shown)
    folium.LayerControl().add_to(shown)
    shown.save(tmp_path / "map.html")
    page = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert Reader(page).fetched == []
    assert "jQuery" in page  # the popup asks for it
    assert [section["id"] for section in data_of(page)["sections"]] == ["clinics"]
    assert "srcdoc" in shown._repr_html_()


def test_explore_names_an_unknown_section() -> None:
    with pytest.raises(UnknownNameError, match="Unknown section 'clinic': did you mean clinics"):
        explore(map_sample.picture(), section="clinic")


def test_any_folium_map_can_be_made_offline() -> None:
    plain = folium.Map([50, 10], tiles=None)
    folium.CircleMarker([50, 10]).add_to(plain)
    page = offline(plain)
    read = Reader(page)
    assert read.fetched == []
    assert "Leaflet 1.9.4" in page
    assert "jQuery" not in page
    assert len(read.policy.split("sha256-")) - 1 == len(read.programs)


def test_an_address_that_is_not_kept_is_named() -> None:
    hot = folium.Map([50, 10], tiles=None)
    folium.plugins.HeatMap([[50, 10]]).add_to(hot)  # type: ignore[no-untyped-call]  # as it is
    with pytest.raises(UsageError, match=r"https://\S*leaflet_heat.min.js, which is not kept"):
        offline(hot)


def test_an_address_of_the_users_own_is_named() -> None:
    shown = explore(map_sample.picture(), section="clinics")
    shown.get_root().header.add_child(  # type: ignore[attr-defined]  # a figure has a header
        folium.Element('<img src="https://example.org/pixel.png">')
    )
    with pytest.raises(UsageError, match=r"https://example.org/pixel.png"):
        offline(shown)


def test_tiles_are_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"tile.openstreetmap.org.*tiles=None"):
        offline(folium.Map([50, 10]))


def manifest() -> dict[str, str]:
    listed = json.loads((ASSETS / "manifest.json").read_text(encoding="utf-8"))
    return {name: digest for p in listed["packages"] for name, digest in p["files"].items()}


def test_vendored_files_are_those_of_the_manifest() -> None:
    vendor = ASSETS / "vendor"
    found = {
        path.relative_to(vendor).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file()
    }
    assert found == manifest()


def test_every_vendored_package_has_its_licence_in_the_notice() -> None:
    notice = (ASSETS / "THIRD_PARTY.md").read_text(encoding="utf-8")
    listed = json.loads((ASSETS / "manifest.json").read_text(encoding="utf-8"))
    for package in listed["packages"]:
        assert f"## {package['package']} {package['version']}" in notice
        text = (ASSETS / "vendor" / package["licence_file"]).read_text(encoding="utf-8")
        assert text.strip().replace("\r\n", "\n") in notice


def test_every_stand_in_is_vendored() -> None:
    assert {path for stand_in in STAND_INS for path in stand_in.files} <= set(manifest())


def test_interface_words_differ_between_languages() -> None:
    same = {key: str(text) for key, text in interface().items() if text.en in {text.ru, text.kk}}
    assert same == {}


def test_the_bundled_map_names_only_layers_of_the_plan(root: Path) -> None:
    text = (root / "maps" / "atlas.toml").read_text(encoding="utf-8")
    named = re.findall(r'^layer = "(\w+)"$', text, flags=re.MULTILINE)
    assert named
    assert all((root / "layers" / f"{name}.toml").is_file() for name in named)
    assert len(named) == len(set(named))


def test_all_three_languages_are_known() -> None:
    assert LANGUAGES == ("kk", "ru", "en")
