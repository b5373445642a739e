"""
An invented town to draw: two areas, homes, clinics, wells, a road; every text may carry a slip.

West and East lie side by side, each 0.04 degrees wide and high; the corner is 10 E, 50 N. One
well has no place. `picture("<img …>")` puts the same words behind every text there is.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import shapely

from almaty_geo.area import StudyArea
from almaty_geo.catalogue import Layer
from almaty_geo.maps import Picture
from almaty_geo.sections import (
    CITY,
    Answer,
    Bar,
    Bars,
    Cell,
    Classes,
    Figure,
    Row,
    Section,
    Table,
    TableColumn,
)
from almaty_geo.specs import Column, LayerSpec, MapSpec, Note, Precision, Source, Style
from almaty_geo.words import Text, count

WEST, SOUTH, SIDE = 10.0, 50.0, 0.04
HOMES = [
    (0.01, 0.01, 900),
    (0.02, 0.03, 400),
    (0.03, 0.02, 100),
    (0.05, 0.02, 600),
    (0.07, 0.03, 50),
]
CLASS_OF = [0, 0, 1, 1, 2]


class Sample:
    """The town, with the same words behind every text."""

    def __init__(self, slip: str = "") -> None:
        self.slip = slip

    def words(self, english: str) -> Text:
        """Return a text that differs by language."""
        return Text(
            kk=f"{english} (қаз){self.slip}",
            ru=f"{english} (рус){self.slip}",
            en=f"{english}{self.slip}",
        )

    def id(self, name: str) -> str:
        """Return an id with the slip behind it."""
        return name + self.slip

    def layer(
        self,
        name: str,
        columns: Mapping[str, Column],
        rows: Sequence[Mapping[str, Any]],
        shapes: Sequence[shapely.Geometry | None],
        *,
        role: str = "facility",
        geometry: str = "Point",
        **more: Any,
    ) -> Layer:
        """Return a layer with data."""
        spec = LayerSpec(
            id=name,
            title=self.words(name.capitalize()),
            role=role,
            geometry=geometry,
            file=f"{name}.geojson",
            sha256="0" * 64,
            date=more.pop("date", "2026-03-01"),
            precision=more.pop("precision", Precision(method="register")),
            source=(
                Source(
                    publisher=Text(*[f"Office{self.slip}"] * 3),
                    url=more.pop("url", f"javascript:alert(1){self.slip}"),
                    accessed=date(2026, 5, 1),
                    licence=f"ODbL-1.0{self.slip}",
                    confidence="medium",
                    note=self.words("A note on the source"),
                ),
            ),
            columns=dict(columns),
            notes=(Note(kind="caution", text=self.words("A caution")),),
            **more,
        )
        frame = gpd.GeoDataFrame(
            {column: [row.get(column) for row in rows] for column in columns},
            geometry=np.array(list(shapes), dtype=object),
            crs="EPSG:4326",
        )
        return Layer(spec, frame)

    def text_column(self, title: str = "Name") -> Column:
        """Return a column of text."""
        return Column(kind="str", title=self.words(title))

    def areas(self) -> Layer:
        """Return two squares."""
        columns = {
            "id": self.text_column("Id"),
            **{f"name_{lang}": self.text_column() for lang in ("kk", "ru", "en")},
        }
        rows = [
            {
                "id": self.id(area.lower()),
                "name_kk": f"{area} ауданы{self.slip}",
                "name_ru": f"{area} район{self.slip}",
                "name_en": f"{area} district{self.slip}",
            }
            for area in ("West", "East")
        ]
        return self.layer(
            "districts", columns, rows, [box(0), box(1)], role="area", geometry="Polygon"
        )

    def homes(self) -> Layer:
        """Return five homes, three in West and two in East."""
        columns = {
            "id": self.text_column("Id"),
            "district": Column(kind="ref", title=self.words("District"), layer="districts"),
            "people": Column(kind="int", title=self.words("People"), unit="people"),
        }
        rows = [
            {
                "id": self.id(f"home-{k}"),
                "district": self.id("west" if x < SIDE else "east"),
                "people": people,
            }
            for k, (x, _, people) in enumerate(HOMES)
        ]
        return self.layer("homes", columns, rows, [at(x, y) for x, y, _ in HOMES], role="demand")

    def clinics(self) -> Layer:
        """Return four clinics, one in each state; the source writes Russian only."""
        states = ("existing", "under_construction", "design", "planned")
        columns = {
            "id": self.text_column("Id"),
            "name_ru": self.text_column(),
            "beds": Column(kind="int", title=self.words("Beds"), unit="beds"),
            "built": Column(
                kind="int", title=self.words("Built"), minimum=1850, maximum=2030, unit=""
            ),
            "opened": Column(kind="date", title=self.words("Opened")),
            "night": Column(kind="bool", title=self.words("At night")),
            "height": Column(kind="float", title=self.words("Height"), unit="m"),
            "state": Column(
                kind="enum", title=self.words("State"), values={s: self.words(s) for s in states}
            ),
            "note_ru": self.text_column("Note (Russian)"),
        }
        rows = [
            {
                "id": self.id(f"clinic-{k}"),
                "name_ru": f"Клиника {k}{self.slip}",
                "beds": 1000 * (k + 1),
                "built": 1990 + k,
                "opened": "2023-12-27",
                "night": k == 0,
                "height": 12.5,
                "state": state,
                "note_ru": f"Примечание{self.slip}",
            }
            for k, state in enumerate(states)
        ]
        shapes = [at(0.015 + 0.016 * k, 0.015) for k in range(len(states))]
        return self.layer("clinics", columns, rows, shapes, theme="clinics", capacity="beds")

    def wells(self) -> Layer:
        """Return a well placed by hand, within 500 m, and one without a place."""
        columns = {
            "id": self.text_column("Id"),
            "name_en": self.text_column(),
            "precision_m": Column(kind="int", title=self.words("Precision"), unit="m"),
        }
        rows = [
            {"id": self.id(f"well-{k}"), "name_en": f"Well {k}{self.slip}", "precision_m": 500}
            for k in range(2)
        ]
        return self.layer(
            "wells",
            columns,
            rows,
            [at(0.06, 0.01), None],
            precision=Precision(method="hand_placed", metres=500),
            url="https://example.org/wells",
        )

    def road(self) -> Layer:
        """Return a road across both areas."""
        columns = {"id": self.text_column("Id"), "name_kk": self.text_column()}
        rows = [{"id": self.id("road-1"), "name_kk": f"Жол{self.slip}"}]
        line = shapely.LineString([(WEST, SOUTH + 0.035), (WEST + 2 * SIDE, SOUTH + 0.005)])
        return self.layer("road", columns, rows, [line], role="network", geometry="LineString")

    def list_of_sources(self) -> Layer:
        """Return a table: it is told of, and not drawn."""
        columns = {"id": self.text_column("Id")}
        rows = [{"id": self.id("source-1")}]
        return self.layer("sources", columns, rows, [None], role="context", geometry="none")

    def section(self) -> Section:
        """Return a section with everything a section may have."""
        figures = tuple(
            Figure(f"clinics.{k}", k, count(1000 * k), self.words(f"Figure {k}")) for k in range(4)
        )
        return Section(
            id="clinics",
            title=self.words("Clinics"),
            scenario=self.words("Today"),
            answers=tuple(self.answer(area, figures) for area in (CITY, self.id("west"))),
            tables=(self.table(),),
            notes=tuple(self.words(f"Note {k}") for k in range(4)),
            bars=Bars(
                title=self.words("Areas by people out of reach"),
                parts=(self.words("within reach"), self.words("out of reach")),
                rows=(Bar(self.id("east"), (50, 600)), Bar(self.id("west"), (1300, 100))),
            ),
            classes=Classes(
                layer="homes",
                title=self.words("Way to a clinic"),
                of=np.array(CLASS_OF, dtype=np.uint8),
                titles=tuple(self.words(f"class {k}") for k in range(3)),
            ),
            layers=("clinics",),
            sources=("homes", "clinics"),
        )

    def answer(self, area: str, figures: tuple[Figure, ...]) -> Answer:
        """Return the answer for an area."""
        number = self.words(f"700 in {area.removesuffix(self.slip)}")
        headline = Text(
            kk=f"{number.kk} адам алыс", ru=f"{number.ru} далеко", en=f"{number.en} live far off"
        )
        return Answer(area, headline, number, figures)

    def table(self) -> Table:
        """Return a table with a cell of each tone and a name in another language."""
        tones: tuple[Literal["", "good", "bad", "unsure"], ...] = ("", "good", "bad", "unsure")
        return Table(
            title=self.words("Areas"),
            columns=(
                TableColumn("area", self.words("Area"), "left"),
                TableColumn("status", self.words("Status"), "left"),
                TableColumn("people", self.words("People")),
            ),
            rows=tuple(
                Row(
                    self.id("west") if k == 0 else "",
                    (
                        Cell(f"row {k}", self.words(f"Row {k}"), language="ru"),
                        Cell(tone, self.words(f"tone {tone}"), tone=tone),
                        Cell(k, count(1000 * k)),
                    ),
                    total=k == len(tones) - 1,
                )
                for k, tone in enumerate(tones)
            ),
        )

    def promises(self) -> Section:
        """Return a section that has tables only."""
        number = self.words("2 of 3")
        return Section(
            id="promises",
            title=self.words("Promises"),
            scenario=None,
            answers=(Answer(CITY, number, number, ()),),
            tables=(self.table(),),
            notes=(),
        )


def picture(slip: str = "", **changes: Any) -> Picture:
    """Return the town, ready to draw."""
    town = Sample(slip)
    layers = (town.homes(), town.clinics(), town.wells(), town.road(), town.list_of_sources())
    spec = MapSpec(
        id="town",
        title=town.words("Atlas of the town"),
        layers=(
            Style(layer="road", group="network", always=True, dash="6 3"),
            Style(layer="homes", group="people", radius_px=12, show=False),
            Style(layer="a-layer-of-another-town"),
            Style(layer="wells", shape="diamond", colour="#009e73", always=True),
        ),
    )
    given: dict[str, Any] = {
        "name": town.words("Town"),
        "date": date(2026, 6, 1),
        "plan_id": "town",
        "spec": spec,
        "area": StudyArea(town.words("Town"), (9.9, 49.9, 10.2, 50.2), "EPSG:32632"),
        "areas": town.areas(),
        "sections": (town.section(), town.promises()),
        "layers": {layer.id: layer for layer in layers},
        "input_hash": "abcdef" * 10,
    }
    return Picture(**{**given, **changes})


def at(x: float, y: float) -> shapely.Point:
    """Return a point, degrees from the corner."""
    return shapely.Point(WEST + x, SOUTH + y)


def box(column: int) -> shapely.Polygon:
    """Return a square."""
    west = WEST + column * SIDE
    return shapely.box(west, SOUTH, west + SIDE, SOUTH + SIDE)
