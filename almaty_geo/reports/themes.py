"""Themes of a report: what each subject says of one area, and what else lies there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from almaty_geo.maps.palette import part_colours
from almaty_geo.notes import layer_notes
from almaty_geo.reports.dossier import Dossier
from almaty_geo.reports.drawing import Sheet, map_of, sheets
from almaty_geo.reports.grids import grid, inventory
from almaty_geo.reports.ground import Plane
from almaty_geo.reports.model import Chart, ChartPart, ChartRow, Named, Theme
from almaty_geo.reports.names import Names, area_names, mark, tongue
from almaty_geo.reports.sketch import sketch
from almaty_geo.reports.typography import lowered
from almaty_geo.sections import CITY, Answer, Bars, Section
from almaty_geo.words import LANGUAGES, Text, count, joined, same, say


@dataclass(frozen=True, eq=False)
class Scene:
    """What the themes of one area are made from."""

    dossier: Dossier
    """All that reports are made from."""

    plane: Plane
    """Its layers in metres."""

    area: str
    """Id of the area, or `CITY`."""

    names: Mapping[str, Names]
    """Name of each area and of the whole, by id."""

    named: Mapping[str, Named]
    """The same, as the model holds them."""

    near: Sheet
    """What maps of people are drawn on."""

    far: Sheet
    """What all other maps are drawn on."""


def scene(dossier: Dossier, plane: Plane, area: str) -> Scene:
    """Return what the themes of one area are made from."""
    names = {CITY: mark(dossier.name, ""), **area_names(dossier.areas)}
    people = dict.fromkeys(s.classes.layer for s in dossier.sections if s.classes)
    near, far = sheets(plane, area, people, names)
    return Scene(dossier, plane, area, names, all_named(dossier), near, far)


def all_named(dossier: Dossier) -> dict[str, Named]:
    """Return the name of each area and of the whole place, by id."""
    names = {CITY: mark(dossier.name, ""), **area_names(dossier.areas)}
    return {
        area: Named(Text(**{lang: name[lang].text for lang in LANGUAGES}), tongue(name))
        for area, name in names.items()
    }


def themes_of(scene: Scene) -> tuple[Theme, ...]:
    """Return the themes, those that carry on another's subject right after it."""
    made = [_theme(scene, section) for section in scene.dossier.sections]
    told = [*_told_once(made), *_gathered(scene)]
    return tuple(_drawn_once([_closing(theme, told) for theme in _in_order(told)]))


def others(dossier: Dossier, plane: Plane) -> list[str]:
    """Return the layers that the map shows and no section speaks of, without areas and people."""
    told = {name for section in dossier.sections for name in (*section.layers, *section.sources)}
    return [
        style.layer
        for style in dossier.map_spec.layers
        if style.layer in plane.layers
        and style.layer not in told
        and style.group != "base"
        and plane.layers[style.layer].spec.role not in {"area", "demand"}
    ]


def _theme(scene: Scene, section: Section) -> Theme:
    sheet = scene.near if section.classes else scene.far
    own, whole = section.answer(scene.area), section.answer(CITY)
    answer = own or whole or Answer(scene.area, same(""), same(""), ())
    told = own is not None or whole is not None
    drawn = sketch(
        scene.plane,
        sheet.ground,
        classes=section.classes,
        layers=section.layers,
        numbered=section.marks,
    )
    shown = section.classes or drawn.below or drawn.above
    return Theme(
        id=section.id,
        title=section.title,
        scenario=section.scenario,
        headline=answer.headline if told else None,
        emphasis=answer.emphasis if told else None,
        figures=tuple(replace(one, label=lowered(one.label)) for one in answer.figures),
        whole=own is None and told,
        map=map_of(sheet, drawn, _title(scene, section.title)) if shown else None,
        chart=_chart(section.bars, scene) if section.bars else None,
        tables=tuple(
            one
            for number, table in enumerate(section.tables, start=1)
            if (one := grid(f"{section.id}.{number}", table, scene.area)).rows
        ),
        notes=section.notes,
        closing=(),
    )


def _title(scene: Scene, subject: Text) -> Text:
    """Return what a map shows, for those who cannot see it."""
    name = scene.names[scene.area]
    return Text(**{lang: f"{subject[lang]}: {name[lang].text}" for lang in LANGUAGES})


def _chart(bars: Bars, scene: Scene) -> Chart:
    colours = part_colours(len(bars.parts))
    nothing = same("")
    return Chart(
        title=bars.title,
        parts=tuple(ChartPart(t, c) for t, c in zip(bars.parts, colours, strict=True)),
        rows=tuple(
            ChartRow(
                area=bar.area,
                name=scene.named.get(bar.area) or Named(same(bar.area), nothing),
                parts=bar.parts,
                shown=count(bar.parts[-1]),
                own=bar.area == scene.area,
            )
            for bar in bars.rows
        ),
    )


def _told_once(themes: Sequence[Theme]) -> Iterator[Theme]:
    """Yield themes without the notes that an earlier one makes; a line says where they are."""
    first: dict[Text, Text] = {}
    for theme in themes:
        again = dict.fromkeys(first[note] for note in theme.notes if note in first)
        notes = [note for note in theme.notes if note not in first]
        first.update(dict.fromkeys(notes, theme.title))
        if again:
            quoted = joined([say("“{title}”", title=title) for title in again])
            notes.append(
                say(
                    "What is said of the same data under {chapters} holds here too.",
                    chapters=quoted,
                )
            )
        yield replace(theme, notes=tuple(notes))


def _gathered(scene: Scene) -> Iterator[Theme]:
    """Yield a theme of what else the plan knows, if it knows anything else."""
    layers = others(scene.dossier, scene.plane)
    if not layers:
        return
    drawn = sketch(scene.plane, scene.far.ground, layers=layers)
    title = say("Also on the map")
    table = inventory(layers, scene.plane, None if scene.area == CITY else scene.area)
    known = scene.plane.layers
    yield Theme(
        id="others",
        title=title,
        scenario=None,
        headline=None,
        emphasis=None,
        figures=(),
        whole=False,
        map=map_of(scene.far, drawn, _title(scene, title)) if drawn.below or drawn.above else None,
        chart=None,
        tables=(grid("others.1", table, scene.area),),
        notes=layer_notes(known[name] for name in layers),
        closing=(),
    )


def _in_order(themes: Sequence[Theme]) -> list[Theme]:
    """Return themes, those that carry on another's subject right after it."""
    heads = [theme for theme in themes if _head(theme.id, themes) == theme.id]
    return [one for head in heads for one in themes if _head(one.id, themes) == head.id]


def _head(name: str, themes: Sequence[Theme]) -> str:
    """Return the id of the theme whose subject another carries on; its own if none."""
    for other in themes:
        if name.startswith(_carried_on(other)):
            return other.id
    return name


def _carried_on(theme: Theme) -> tuple[str, str]:
    """Return how the ids of those begin that carry on a theme's subject."""
    return f"{theme.id}-", f"{theme.id}_"


def _closing(theme: Theme, themes: Sequence[Theme]) -> Theme:
    """Return a theme with the ids of those that say what would close its gap."""
    found = [o.id for o in themes if o.headline is not None and o.id.startswith(_carried_on(theme))]
    return replace(theme, closing=tuple(found))


def _drawn_once(themes: Sequence[Theme]) -> Iterator[Theme]:
    """Yield themes without the maps that an earlier one draws line by line."""
    drawn = set[tuple[str, str, str]]()
    for theme in themes:
        if theme.map is None:
            yield theme
            continue
        told = (theme.map.backdrop.id, theme.map.below, theme.map.above)
        yield replace(theme, map=None) if told in drawn else theme
        drawn.add(told)
