"""A layer's sidecar: what the data are, whose they are, and what they promise."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from almaty_geo.specs.base import Confidence, Slug, Spec, Word
from almaty_geo.words import LANGUAGES, Text, joined

Role = Literal["area", "demand", "facility", "network", "context"]
GeometryType = Literal["Point", "LineString", "Polygon", "none"]
Kind = Literal["str", "int", "float", "bool", "date", "enum", "ref"]
PrecisionMethod = Literal["register", "geocoded", "generalised", "hand_placed", "not_stated"]
NoteKind = Literal["conflict", "caution", "gap"]
State = Literal["existing", "under_construction", "design", "planned"]
ROUTABLE = frozenset({"from_node", "to_node", "length_mm"})


def _in_every_language(value: object) -> object:
    """Let a proper name stand for a text: it reads the same in every language."""
    return dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value


class Source(Spec):
    """Where data came from, so that anyone can go and look."""

    publisher: Annotated[Text, BeforeValidator(_in_every_language)]
    """Who published them: a name as it is, or a description in each language."""

    url: Word
    """Address; "not stated" where none was kept."""

    accessed: date
    """The day they were taken."""

    licence: Word
    """SPDX identifier where there is one; "not stated" is a legal value, shown and counted."""

    confidence: Confidence
    """How sure the content is."""

    note: Text | None = None
    """What was done to them by hand, if anything."""


class Precision(Spec):
    """How well the places of a layer are known."""

    method: PrecisionMethod
    """How the places came about."""

    metres: float | None = Field(default=None, ge=0)
    """Typical error in metres, where it is known; a column ``precision_m`` says it by feature."""


class Note(Spec):
    """A remark that must stand beside every result made from the layer."""

    kind: NoteKind
    """Sources that disagree, a limit of use, or something missing."""

    text: Text
    """The remark."""


class Column(Spec):
    """One promised column."""

    kind: Kind
    """Type of every value; "enum" is one of ``values``, "ref" the id of a row elsewhere."""

    title: Text | None = None
    """What a reader sees; the column's own name where none is given."""

    unit: str = ""
    """Unit of every value, or empty where it has none."""

    minimum: float | None = None
    """Smallest value allowed."""

    maximum: float | None = None
    """Largest value allowed."""

    required: bool = False
    """Whether an empty value is an error."""

    unique: bool = False
    """Whether two rows may not share a value."""

    values: dict[str, Text] = Field(default_factory=dict)
    """
    For "enum": each allowed value with its word for a reader; for "str": words for some values.
    """

    layer: Slug | None = None
    """For "ref": the layer whose ``id`` is meant."""

    @model_validator(mode="after")
    def _kind_has_what_it_needs(self) -> Self:
        if self.values and self.kind not in {"enum", "str"}:
            raise ValueError("'values' goes with kind 'enum' and, for some words, 'str'")
        if self.kind == "enum" and not self.values:
            raise ValueError("'values' goes with kind 'enum', which needs it")
        if (self.kind == "ref") != (self.layer is not None):
            raise ValueError("'layer' goes with kind 'ref', and only with it")
        return self


class Origin(Spec):
    """The file that a layer's data were imported from, so that the import can be repeated."""

    file: Word
    """Its name."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Digest of the file as it came."""

    mapping: dict[str, str] = Field(default_factory=dict)
    """The file's own name of each column that is called otherwise here."""

    where: tuple[str, ...] = ()
    """Conditions that rows had to meet."""

    notes: tuple[str, ...] = ()
    """What was recognised or changed on the way in."""


class LayerSpec(Spec):
    """
    All that the code may know of a layer; a new theme is a new one of these, not new code.

    Columns that mean something to the package have fixed names: ``id`` (text, unique),
    ``name_kk``/``name_ru``/``name_en``, ``people`` (demand), ``state``, ``opens``, ``closes``,
    ``replaces``, ``replaced`` (facilities), ``from_node``, ``to_node``, ``length_mm`` (streets
    that ways can be found along) and ``precision_m``.
    """

    id: Slug
    """File stem, and the name used on the command line."""

    title: Text
    """What a reader sees."""

    role: Role
    """What the layer is for."""

    geometry: GeometryType
    """Type of every geometry; lines and areas may have several parts; "none" for a table."""

    file: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")
    """Data file, beside the sidecar."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Digest of the data file."""

    date: str = Field(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?|not stated)$")
    """What the data describe: a year, a month or a day."""

    precision: Precision
    """How well places are known."""

    source: tuple[Source, ...] = Field(min_length=1)
    """Provenance, one entry for each publisher."""

    columns: dict[str, Column]
    """Promised columns by name."""

    theme: Slug | None = None
    """For a facility: what it offers; layers that name the same theme serve it together."""

    capacity: str | None = None
    """For a facility: the column that says how many it can take."""

    origin: Origin | None = None
    """Where imported data came from; None for data that were written for the plan."""

    notes: tuple[Note, ...] = ()
    """Conflicts, cautions and gaps; shown wherever the layer is used."""

    @model_validator(mode="after")
    def _role_has_what_it_needs(self) -> Self:
        needed = {"demand": {"id", "people"}, "area": {"id"}, "facility": {"id"}}
        if missing := needed.get(self.role, set()) - set(self.columns):
            raise ValueError(f"role {self.role!r} needs the column {min(missing)!r}")
        if self.capacity is not None and self.capacity not in self.columns:
            raise ValueError(f"capacity names the column {self.capacity!r}, which is not declared")
        if self.theme is not None and self.role != "facility":
            raise ValueError(f"'theme' goes with role 'facility', not {self.role!r}")
        return self

    @property
    def licence(self) -> str:
        """Licences of all sources, each once."""
        return "; ".join(dict.fromkeys(s.licence for s in self.source))

    @property
    def publisher(self) -> Text:
        """Publishers of all sources, each once."""
        each = list(dict.fromkeys(s.publisher for s in self.source))
        return joined(each, by="; ")

    @property
    def routable(self) -> bool:
        """Whether ways can be found along its lines: it tells which ends meet, and lengths."""
        return self.role == "network" and set(self.columns) >= ROUTABLE

    @property
    def name_columns(self) -> tuple[str, ...]:
        """Columns that hold a proper name, Russian first: the language most sources have."""
        return tuple(c for c in ("name_ru", "name_kk", "name_en") if c in self.columns)
