import ast
import re
import string
from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from almaty_geo import specs, words
from almaty_geo.plan import Plan
from almaty_geo.specs import LayerSpec
from almaty_geo.words import Text, count, day, percent, say, say_count, shown, term

KEYWORDS = {"say": (1,), "say_count": (1, 2)}
ENUMERATIONS = {
    "confidence": specs.Confidence,
    "role": specs.Role,
    "state": specs.State,
    "status": specs.Status,
    "mode": specs.Mode,
    "precision": specs.PrecisionMethod,
    "geometry": specs.GeometryType,
    "note": specs.NoteKind,
}
LETTERS = {"kk": set("әғқңөұүһі"), "ru": set("абвгдежзийклмнопрстуфхцчшщъыьэюя")}


def catalogue(language: str) -> Catalog:
    with resources.files("almaty_geo.words").joinpath(f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def said(root: Path) -> Iterator[str]:
    """Yield every sentence of the code."""
    folder = str(root / "almaty_geo")
    method = [("**.py", "python")]
    for _, _, message, _, _ in extract_from_dir(folder, method_map=method, keywords=KEYWORDS):
        yield message[0] if isinstance(message, tuple) else message


def terms(root: Path) -> Iterator[tuple[str, str]]:
    """Yield every enumeration word that the code or a norm can ask for, with its context."""
    for context, kind in ENUMERATIONS.items():
        yield from ((context, word) for word in get_args(kind))
    plan = Plan(root)
    for norm in plan.norms.values():
        for value in (norm.reach, norm.admission_limit, norm.provision):
            if value is not None:
                yield "unit", value.unit
    for layer in plan.layers.specs.values():
        yield from (("unit", column.unit) for column in layer.columns.values() if column.unit)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_sentence_is_translated(language: str, root: Path) -> None:
    known = catalogue(language)
    for message in said(root):
        entry = known.get(message)
        assert entry is not None, f"{language}.po lacks {message!r}"
        texts = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        assert all(texts), f"{language}.po leaves {message!r} empty"
        assert not entry.fuzzy, f"{language}.po is unsure of {message!r}"


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_word_of_an_enumeration_is_translated(language: str, root: Path) -> None:
    known = catalogue(language)
    for context, word in terms(root):
        entry = known.get(word, context)
        assert entry is not None, f"{language}.po lacks {word!r} of {context!r}"
        assert entry.string, f"{language}.po leaves {word!r} of {context!r} empty"


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_translation_is_left_over(language: str, root: Path) -> None:
    sentences: set[tuple[str | None, str]] = {(None, message) for message in said(root)}
    asked = sentences | set(terms(root)) | set(_literal_terms(root))
    for entry in catalogue(language):
        if entry.id:
            first = entry.id[0] if isinstance(entry.id, tuple) else entry.id
            assert (entry.context, first) in asked, f"{language}.po: nobody says {first!r}"


def _literal_terms(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the words that the code asks for by name."""
    for path in (root / "almaty_geo").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "term":
                texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
                if len(texts) == 2:
                    yield texts[0], texts[1]  # type: ignore[misc]  # both are strings


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_translation_keeps_the_places_of_the_values(language: str) -> None:
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for entry in catalogue(language):
        if not entry.id:
            continue
        asked = entry.id[-1] if isinstance(entry.id, list | tuple) else entry.id
        told = entry.string if isinstance(entry.string, list | tuple) else (entry.string,)
        for text in told:
            assert places(str(text)) == places(asked), f"{language}.po: {text!r}"


def texts_of(value: object, where: str) -> Iterator[tuple[str, Text]]:
    """Yield every text in a specification, however deep."""
    if isinstance(value, Text):
        yield where, value
    elif isinstance(value, specs.Spec):
        for name in type(value).model_fields:
            yield from texts_of(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_of(inner, f"{where}.{key}")
    elif isinstance(value, tuple):
        for position, inner in enumerate(value):
            yield from texts_of(inner, f"{where}[{position}]")


def test_the_plans_own_words_are_in_the_language_they_claim(almaty: Plan) -> None:
    declared: list[specs.Spec] = [almaty.spec, *almaty.norms.values(), *almaty.scenarios.values()]
    declared += [*almaty.promises.values(), *almaty.maps.values(), almaty.speeds]
    layers: list[LayerSpec] = list(almaty.layers.specs.values())
    for spec in (*declared, *layers):
        for where, text in texts_of(spec, getattr(spec, "id", type(spec).__name__)):
            own_words = re.sub(r"“[^”]*”", "", text.en)  # a name may be quoted as it is written
            cyrillic = set(own_words.lower()) & LETTERS["ru"]
            assert not cyrillic, f"{where}: English holds {sorted(cyrillic)}: {text.en}"
            if any(letter.isalpha() for letter in text.en) and len(text.en) > 60:
                assert set(text.ru.lower()) & LETTERS["ru"], f"{where}: no Russian in {text.ru}"
                assert set(text.kk.lower()) & LETTERS["kk"], f"{where}: no Kazakh in {text.kk}"
                assert text.kk != text.ru, f"{where}: Kazakh and Russian are the same"


def test_every_column_of_almaty_has_a_title(almaty: Plan) -> None:
    for name, spec in almaty.layers.specs.items():
        assert [c for c, column in spec.columns.items() if column.title is None] == [], name


def test_numbers_are_written_as_each_language_groups_them() -> None:
    assert count(1_316_644).to_dict() == {
        "kk": "1\u202f316\u202f644",
        "ru": "1\u202f316\u202f644",
        "en": "1,316,644",
    }
    assert count(2027).en == "2,027"
    assert (count(0.25, digits=2).ru, count(0.25, digits=2).en) == ("0,25", "0.25")
    assert count(None).kk == "—"


def test_shares_are_written_as_percentages() -> None:
    assert percent(0.4408).to_dict() == {"kk": "44\u202f%", "ru": "44\u202f%", "en": "44%"}
    assert percent(None).ru == "—"
    assert percent(0.4408, digits=1).ru == "44,1\u202f%"


def test_dates_are_written_out() -> None:
    assert day(date(2026, 11, 22)).en == "22 November 2026"
    assert "2026" in day(date(2026, 11, 22)).kk


@pytest.mark.parametrize(
    ("number", "russian"), [(1, "живёт"), (2, "живут"), (5, "живут"), (21, "живёт"), (112, "живут")]
)
def test_russian_takes_the_plural_that_the_number_asks_for(number: int, russian: str) -> None:
    sentence = say_count(
        "{n} resident lives {beyond} from {nearest}.",
        "{n} residents live {beyond} from {nearest}.",
        number,
        beyond=say("farther than {reach} on foot", reach="500"),
        nearest="X",
    )
    assert russian in sentence.ru


def test_a_word_of_an_enumeration_has_its_own_word_in_each_language() -> None:
    late = term("status", "late")
    assert (late.en, late.ru, late.kk) == ("late", "просрочено", "мерзімі өтті")


@given(st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.booleans(), st.dates()))
def test_any_cell_can_be_shown(value: object) -> None:
    assert all(isinstance(text, str) for text in shown(value).to_dict().values())


def test_an_empty_cell_of_any_kind_is_a_dash() -> None:
    for empty in (None, float("nan"), pd.NA, pd.NaT):
        assert shown(empty).en == "—"


def test_braces_in_a_value_are_left_alone() -> None:
    assert say("{value}\u00a0m", value="{7}").en == "{7}\u00a0m"


def test_there_are_three_languages() -> None:
    assert words.LANGUAGES == ("kk", "ru", "en")
