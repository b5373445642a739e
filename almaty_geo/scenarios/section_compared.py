"""Scenarios compared: what each changes against the first, where, and by which change."""

from collections.abc import Sequence
from dataclasses import dataclass

from almaty_geo.cells import area_column, area_row, difference, nothing, number, percentage, signed
from almaty_geo.notes import layer_notes, scenario_note
from almaty_geo.scenarios.compare import Comparison, Difference
from almaty_geo.scenarios.section_how import change_how
from almaty_geo.scenarios.section_notes import (
    sources,
    verdict_word,
    ways_notes,
)
from almaty_geo.scenarios.setting import Setting, Whole
from almaty_geo.scenarios.shapley import SEED
from almaty_geo.scenarios.uncertainty import Certainty, Verdict
from almaty_geo.sections import (
    CITY,
    OUTSIDE,
    Answer,
    Bar,
    Bars,
    Cell,
    Figure,
    Row,
    Section,
    Table,
    TableColumn,
)
from almaty_geo.specs import ThemeWords
from almaty_geo.words import Text, count, say, say_count, term

REACHED = "within_reach"


@dataclass(frozen=True, eq=False)
class Compared:
    """A theme in a plan's scenarios, with all that its section needs."""

    words: ThemeWords
    """How sentences name the theme."""

    setting: Setting
    """The theme."""

    comparisons: tuple[Comparison, ...]
    """The first scenario with each other, the one that headlines tell of first; one at least."""

    certainty: Certainty
    """How sure the first scenario's shares are."""

    after: tuple[Certainty, ...]
    """How sure those of the other scenario of each comparison are."""

    @property
    def id(self) -> str:
        """Id of the section."""
        return f"{self.setting.theme}_scenarios"

    def robust(self, comparison: Comparison, area: str) -> bool:
        """Return whether an area's figures hold in both scenarios of a comparison."""
        after = self.after[self.comparisons.index(comparison)]
        return self.certainty.robust(area) and after.robust(area)

    @property
    def areas(self) -> tuple[str, ...]:
        """Areas, "outside" where anybody or anything is there, and the city."""
        everything = [one for c in self.comparisons for one in c.differences.values()]
        somebody = any(one.before[-1] or one.after[-1] for one in everything)
        own = self.setting.members.ids
        return (*own, OUTSIDE, CITY) if somebody else (*own, CITY)


def compared_section(compared: Compared) -> Section:
    """
    Return what a plan's scenarios change.

    Parameters
    ----------
    compared
        The theme and its comparisons.

    Returns
    -------
    section
        Tables that add up: scenarios side by side, each by district, and by change.
    """
    first = compared.comparisons[0]
    setting = compared.setting
    scenarios = (first.before, *(c.after for c in compared.comparisons))
    told = [area for area in compared.areas if area not in {OUTSIDE, CITY}]
    return Section(
        id=compared.id,
        title=say("Scenarios: {theme}", theme=compared.words.title),
        scenario=first.before.title,
        answers=tuple(_answer(compared, area) for area in (CITY, *told)),
        tables=(
            _side_by_side(compared),
            *(_by_area(compared, one) for one in compared.comparisons),
            _by_change(compared),
        ),
        notes=(
            *ways_notes(setting, first.before),
            _share_note(compared),
            _sure_note(),
            *map(scenario_note, scenarios),
            *layer_notes(setting.layers),
        ),
        bars=_bars(first, told),
        layers=tuple(setting.roll.layers),
        sources=tuple(sources(setting)),
    )


def _at(one: Difference, areas: Sequence[str], area: str) -> tuple[int, int]:
    """Return a measure before and after, in an area, outside all, or in the city."""
    if area == CITY:
        return int(one.before.sum()), int(one.after.sum())
    position = -1 if area == OUTSIDE else list(areas).index(area)
    return int(one.before[position]), int(one.after[position])


def _answer(compared: Compared, area: str) -> Answer:
    comparison = compared.comparisons[0]
    before, after = _at(comparison.differences[REACHED], comparison.areas, area)
    headline, emphasis = _headline(comparison, after - before)
    if area != CITY and not compared.robust(comparison, area):
        emphasis = say("not sure")
        headline = say(
            "What scenarios change here is {unsure}: the figures below are borderline.",
            unsure=emphasis,
        )
    figures = [_figure(compared, one, area) for one in compared.comparisons[:4]]
    return Answer(area, headline, emphasis, tuple(figures))


def _headline(comparison: Comparison, change: int) -> tuple[Text, Text]:
    title, shown = comparison.after.title, count(abs(change))
    if not change:
        nobody = say("nobody")
        return say(
            "Scenario “{title}” brings {nobody} within reach.", title=title, nobody=nobody
        ), nobody
    if change > 0:
        sentence = say_count(
            "Scenario “{title}” brings {n} more resident within reach.",
            "Scenario “{title}” brings {n} more residents within reach.",
            change,
            title=title,
        )
        return sentence, shown
    sentence = say_count(
        "Scenario “{title}” leaves {n} resident fewer within reach.",
        "Scenario “{title}” leaves {n} residents fewer within reach.",
        -change,
        title=title,
    )
    return sentence, shown


def _figure(compared: Compared, comparison: Comparison, area: str) -> Figure:
    before, after = _at(comparison.differences[REACHED], comparison.areas, area)
    label = say("residents within reach in the scenario “{title}”", title=comparison.after.title)
    name = f"{compared.id}.{comparison.after.id}.{area}"
    change = after - before
    return Figure(name, change, signed(change), label, change_how(before, after))


def _side_by_side(compared: Compared) -> Table:
    """Return the figures of the whole place in each scenario."""
    first = compared.comparisons[0]
    columns = [TableColumn("scenario", say("Scenario"), align="left")]
    columns += [TableColumn(n, one.measure.title) for n, one in first.differences.items()]
    columns += [
        TableColumn("share", say("Share")),
        TableColumn("change", say("Change in residents within reach")),
        TableColumn("confidence", say("Confidence"), align="left"),
    ]
    rows = [_scenario_row(first, after=False)]
    rows += [_scenario_row(one, after=True) for one in compared.comparisons]
    return Table(say("Scenarios side by side"), tuple(columns), tuple(rows))


def _scenario_row(comparison: Comparison, *, after: bool) -> Row:
    scenario = comparison.after if after else comparison.before
    sums = {
        name: int((one.after if after else one.before).sum())
        for name, one in comparison.differences.items()
    }
    people = sums.get("people", 0)
    share = sums[REACHED] / people if people else None
    change = int(comparison.differences[REACHED].change.sum()) if after else None
    cells = (
        Cell(scenario.id, scenario.title),
        *(number(value) for value in sums.values()),
        percentage(share, digits=1),
        difference(change),
        Cell(scenario.confidence, term("confidence", scenario.confidence)),
    )
    return Row("", cells)


def _by_area(compared: Compared, comparison: Comparison) -> Table:
    """Return what one scenario changes in each area; it adds up to the city."""
    columns = [area_column()]
    for name, one in _shown(comparison):
        columns += [
            TableColumn(name, one.measure.title),
            TableColumn(f"{name}_change", say("change")),
        ]
    columns.append(TableColumn("sure", say("How sure"), align="left"))
    return Table(
        say("What changes in the scenario “{title}”", title=comparison.after.title),
        tuple(columns),
        tuple(_area_row(compared, comparison, area) for area in compared.areas),
    )


def _area_row(compared: Compared, comparison: Comparison, area: str) -> Row:
    cells: list[Cell] = []
    for _, one in _shown(comparison):
        before, after = _at(one, comparison.areas, area)
        cells += [number(after), difference(after - before)]
    cells.append(_sure(compared, comparison, area))
    return area_row(compared.setting.areas, area, *cells)


def _shown(comparison: Comparison) -> list[tuple[str, Difference]]:
    """Return the measures of a table; people are those within and out of reach."""
    return [(name, one) for name, one in comparison.differences.items() if name != "people"]


def _sure(compared: Compared, comparison: Comparison, area: str) -> Cell:
    if area in {CITY, OUTSIDE}:
        return nothing()
    robust = compared.robust(comparison, area)
    verdict: Verdict = "robust" if robust else "borderline"
    return Cell(verdict, verdict_word(verdict), tone="" if robust else "unsure")


def _by_change(compared: Compared) -> Table:
    """Return which change brings how many people within reach; shares sum to the difference."""
    columns = (
        TableColumn("scenario", say("Scenario"), align="left"),
        TableColumn("change", say("Change"), align="left"),
        TableColumn("share", say("Its share of the difference")),
        TableColumn("alone", say("If it came alone")),
        TableColumn("last", say("If it came last")),
    )
    rows = [row for one in compared.comparisons for row in _change_rows(one)]
    return Table(say("Which change brings how many residents within reach"), columns, tuple(rows))


def _change_rows(comparison: Comparison) -> list[Row]:
    one = comparison.differences[REACHED]
    title = Cell(comparison.after.id, comparison.after.title)

    def cells(change: Text, amounts: Sequence[int | None]) -> tuple[Cell, ...]:
        return (title, Cell(change.en, change), *map(difference, amounts))

    rows = [
        Row("", cells(part.title, [int(each[at].sum()) for each in _three(one)]))
        for at, part in enumerate(comparison.parts)
    ]
    together = cells(say("All together"), [int(one.change.sum()), None, None])
    return [*rows, Row("", together, total=True)]


def _three(one: Difference) -> tuple[Whole, ...]:
    return one.shares.share, one.shares.alone, one.shares.last


def _bars(comparison: Comparison, areas: Sequence[str]) -> Bars | None:
    """Return who is within reach, who would be, and who would not; only where nobody loses."""
    reached, people = comparison.differences[REACHED], comparison.differences.get("people")
    if people is None or people.change.any() or (reached.change < 0).any():
        return None
    rows = []
    for area in areas:
        before, after = _at(reached, comparison.areas, area)
        total, _ = _at(people, comparison.areas, area)
        rows.append(Bar(area, (before, after - before, total - after)))
    return Bars(
        title=say("Districts by residents still out of reach"),
        parts=(
            say("within reach"),
            say("brought by “{title}”", title=comparison.after.title),
            say("out of reach"),
        ),
        rows=tuple(sorted(rows, key=lambda bar: -bar.parts[-1])),
    )


def _share_note(compared: Compared) -> Text:
    orders = max(
        (d.shares.orders for c in compared.comparisons for d in c.differences.values()), default=0
    )
    if orders:
        return say(
            "The share of a change is the mean of what it adds over {n} random orders of the "
            "changes (seed {seed}; Shapley 1953); shares sum to the difference.",
            n=count(orders),
            seed=str(SEED),
        )
    return say(
        "The share of a change is the mean of what it adds over all orders in which the changes "
        "can come (Shapley 1953); shares sum to the difference."
    )


def _sure_note() -> Text:
    return say(
        "“Borderline”: the result may turn under what is not known, or people were scaled by more "
        "than twice from what was counted."
    )
