"""Which tables a package shows, in which order, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from almaty_geo.catalogue import Layer
from almaty_geo.exports.geopackage import stored_names
from almaty_geo.exports.results import Grade, Result
from almaty_geo.exports.sheet import Sheet
from almaty_geo.specs import Column, MapSpec, Role, Style
from almaty_geo.words import Language, Text

Group = Literal["facilities", "network", "people", "answer", "base", "data"]

_GROUPS: Mapping[Role, Literal["base", "people", "facilities", "network"]] = {
    "area": "base",
    "context": "base",
    "demand": "people",
    "facility": "facilities",
    "network": "network",
}
_SOURCE_ORDER: tuple[Language, ...] = ("ru", "kk", "en")


@dataclass(frozen=True, eq=False, kw_only=True)
class Look:
    """A table of a package, and how it is shown."""

    sheet: Sheet
    """The table."""

    title: Text
    """What a reader sees."""

    group: Group
    """Where the list of layers has it."""

    columns: Mapping[str, Column]
    """What the columns are, by the name in the source."""

    style: Style
    """Colours and signs."""

    grade: Grade | None = None
    """Classes of an answer."""

    role: Role | None = None
    """What a layer is for; None for an answer."""

    size: str = ""
    """Column that sizes the sign of a point."""

    halo: str = ""
    """Within how many metres a place is known: a column's name, or a number; empty if unsaid."""

    show: bool = False
    """Whether it is on at first."""

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.sheet.name

    @property
    def stored(self) -> dict[str, str]:
        """Every column's name in the package, by its name in the source."""
        renamed = stored_names(self.sheet)
        return {str(c): renamed.get(str(c), str(c)) for c in self.sheet.columns}

    def naming(self, language: Language) -> str:
        """Return the column that names a row to a reader of a language; empty where none does."""
        wanted = (language, *_SOURCE_ORDER)
        columns = [*(f"name_{lang}" for lang in wanted), "name", "id"]
        return next((c for c in columns if c in self.sheet.columns), "")


def looks_of(
    layers: Sequence[tuple[Layer, Sheet]], results: Sequence[tuple[Result, Sheet]], styles: MapSpec
) -> tuple[Look, ...]:
    """
    Return how each table is shown, bottom first.

    Areas lie at the bottom, then answers by area, then layers in the order of the map's file,
    then those it does not name; answers by point lie on the base. Tables come last.
    """
    ranks = {style.layer: rank for rank, style in enumerate(styles.layers)}
    named = {style.layer: style for style in styles.layers}
    ordered = sorted(layers, key=lambda pair: ranks.get(pair[0].id, len(ranks)))
    drawn = [_layer_look(layer, made, named.get(layer.id)) for layer, made in ordered]
    answers = [_result_look(result, made) for result, made in results]
    ground = [look for look in drawn if look.role == "area"]
    base = [look for look in drawn if look.group == "base" and look.role != "area"]
    rest = [look for look in drawn if look.group not in {"base", "data"}]
    return (
        *ground,
        *(look for look in answers if look.sheet.geometry == "Polygon"),
        *(look for look in base if look.sheet.geometry != "Point"),
        *(look for look in answers if look.sheet.geometry != "Polygon"),
        *sorted([*rest, *(x for x in base if x.sheet.geometry == "Point")], key=drawn.index),
        *(look for look in drawn if look.group == "data"),
    )


def _layer_look(layer: Layer, made: Sheet, style: Style | None) -> Look:
    spec = layer.spec
    plain = Style(layer=layer.id, group=_GROUPS[spec.role], show=False)
    chosen = style or plain
    precise = spec.precision.metres if spec.precision.method == "hand_placed" else None
    halo = "precision_m" if "precision_m" in spec.columns else str(precise or "")
    return Look(
        sheet=made,
        title=spec.title,
        group="data" if spec.geometry == "none" else chosen.group,
        columns=spec.columns,
        style=chosen,
        role=spec.role,
        size=("people" if spec.role == "demand" else spec.capacity) or "",
        halo=halo if spec.geometry == "Point" else "",
        show=chosen.always or (style is not None and chosen.show) or spec.role == "area",
    )


def _result_look(result: Result, made: Sheet) -> Look:
    return Look(
        sheet=made,
        title=result.title,
        group="answer",
        columns=result.columns,
        style=Style(layer="answer", colour="#8a94a0", radius_px=10 if result.grade else 3),
        grade=result.grade,
        size=result.grade.size if result.grade else "",
        show=result.show,
    )
