"""From drawn lines to a graph, with a report of everything that was done."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from almaty_geo.area import StudyArea
from almaty_geo.errors import DataError
from almaty_geo.specs import Speeds
from almaty_geo.streets.chains import Chains, on_grid
from almaty_geo.streets.joining import APART_M, LOOSE_M, NEAR_M
from almaty_geo.streets.ledger import SAID, Entry, Rule, numbered
from almaty_geo.streets.lines import Lines
from almaty_geo.streets.network import NEITHER
from almaty_geo.streets.parts import Part, kept_parts, parts_of
from almaty_geo.streets.splitting import Graph
from almaty_geo.streets.stages import Stages, lon_lat_of

_SHOWN_M = (10.0, 20.0)


@dataclass(frozen=True, slots=True)
class Rules:
    """How far cleaning may go."""

    loose_m: float = LOOSE_M
    """Loose ends within this of a line are joined to it; 0 for none."""

    apart_m: float = APART_M
    """Parts within this of another are joined by a loose end that heads there; 0 for none."""

    keep: int | None = 1
    """How many parts are kept, the longest first; None for all."""


USUAL = Rules()


@dataclass(frozen=True, slots=True)
class Share:
    """How much of the length hangs together when gaps up to some width are joined."""

    within_m: float
    """Widest gap that is joined."""

    largest: float
    """Share of the length of open streets that is in the largest part."""

    parts: int
    """How many parts there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Cleaning:
    """A clean graph, and how it came about."""

    graph: Graph
    """Pieces and nodes in an order that does not depend on that of the file."""

    lines: Lines
    """The lines that the pieces are of, by `Graph.source`."""

    entries: tuple[Entry, ...]
    """Everything that was done, and what was left out, by rule and place."""

    shares: tuple[Share, ...]
    """How much hangs together, by the width of gaps that are joined."""

    parts: tuple[Part, ...]
    """All parts of the network before small ones were left out, the longest first."""

    drawn_km: float
    """Length of the lines that were taken in."""

    closed_km: float
    """Length of the lines that nobody may use."""

    unknown_kinds: Mapping[str, int]
    """How many lines are of a class that the plan's speeds do not name."""

    joins_m: NDArray[np.float64]
    """Where ends were, and where they were taken: easting and northing of both, shape (j, 4)."""

    @property
    def counts(self) -> Mapping[Rule, int]:
        """How often each thing was done."""
        counted = Counter(entry.rule for entry in self.entries)
        return {rule: counted[rule] for rule in SAID if counted[rule]}


def clean(
    lines: Lines,
    area: StudyArea,
    *,
    speeds: Speeds,
    rules: Rules = USUAL,
    before: Sequence[Entry] = (),
) -> Cleaning:
    """
    Make a routable graph of lines.

    Parameters
    ----------
    lines
        As they were drawn.
    area
        For places in the report.
    speeds
        Which classes of street are open to whom.
    rules
        How far to go.
    before
        What was left out when the file was read: the report begins with it.

    Returns
    -------
    cleaning
        The graph, and everything that was done.

    Raises
    ------
    DataError
        If no line is open to anybody, or lines are too tangled to be noded.
    """
    drawn_km = float(shapely.length(lines.course).sum() / 1000)
    lines = opened_by(lines, speeds).in_order()
    closed = (lines.walk == NEITHER) & (lines.drive == NEITHER)
    entries = [*before, *_closed(lines.taken(closed), area)]
    closed_km = float(shapely.length(lines.course[closed]).sum() / 1000)
    lines = lines.taken(~closed)
    strange = ~np.isin(lines.kind, list(speeds.classes)) & bool(speeds.classes)
    entries += _unknown(lines.taken(strange), area)
    unknown = dict(sorted(Counter(lines.kind[strange].tolist()).items()))
    chains, without_length = on_grid(lines.course)
    entries += [_pointlike(lines, number, area) for number in without_length.tolist()]
    if not len(chains):
        raise DataError("No line of the file is a street that anybody may use.")
    stages = Stages(chains, lines, area)
    shares = [_share(stages, 0.0)]
    for rule, within_m in _steps(rules):
        stages.close(rule, within_m)
        shares.append(_share(stages, within_m))
    stages.settle()
    stages.trim()
    parts = parts_of(stages.graph, lines, area)
    graph, left = kept_parts(stages.graph, parts, rules.keep)
    return Cleaning(
        graph=in_order(graph),
        lines=lines,
        entries=numbered(sorted((*entries, *stages.entries, *left), key=_sorted_by)),
        shares=tuple(shares),
        parts=parts,
        drawn_km=drawn_km,
        closed_km=closed_km,
        unknown_kinds=unknown,
        joins_m=np.concatenate([np.zeros((0, 4)), *stages.joins]),
    )


def opened_by(lines: Lines, speeds: Speeds) -> Lines:
    """Return lines with what their class forbids added to what the file does."""
    walk, drive = lines.walk.copy(), lines.drive.copy()
    for kind, street in speeds.classes.items():
        of_kind = lines.kind == kind
        walk[of_kind & (not street.walk)] = NEITHER
        drive[of_kind & (street.drive_m_per_min is None)] = NEITHER
    return replace(lines, walk=walk, drive=drive)


def in_order(graph: Graph) -> Graph:
    """Return a graph whose nodes and pieces are sorted by place."""
    by_place = np.lexsort((graph.node_mm[:, 1], graph.node_mm[:, 0]))
    number = np.empty(len(by_place), dtype=np.int64)
    number[by_place] = np.arange(len(by_place))
    ends = number[graph.ends]
    wkb = shapely.to_wkb(graph.course)
    order = np.array(
        sorted(
            range(len(graph)),
            key=lambda i: (int(ends[i, 0]), int(ends[i, 1]), wkb[i], int(graph.source[i])),
        ),
        dtype=np.int64,
    )
    chains = graph.chains
    length = chains.last - chains.first + 1
    take = np.concatenate(
        [np.arange(s, s + n) for s, n in zip(chains.first[order], length[order], strict=True)]
    )
    return replace(
        graph,
        chains=Chains(
            chains.xy_mm[take],
            np.repeat(np.arange(len(order)), length[order]),
            chains.source[order],
            chains.ends[order],
        ),
        ends=ends[order],
        node_mm=graph.node_mm[by_place],
        course=graph.course[order],
        length_mm=graph.length_mm[order],
        component=graph.component[order],
    )


def _steps(rules: Rules) -> Iterator[tuple[Rule, float]]:
    """Yield which gaps are closed, in order: loose ends first, then parts, near ones first."""
    for within_m in dict.fromkeys((min(NEAR_M, rules.loose_m), rules.loose_m)):
        if within_m > 0:
            yield "loose-end", within_m
    steps = [within_m for within_m in _SHOWN_M if rules.loose_m < within_m < rules.apart_m]
    for within_m in (*steps, rules.apart_m):
        if within_m > 0:
            yield "part-joined", within_m


def _share(stages: Stages, within_m: float) -> Share:
    return Share(within_m, stages.largest, len(stages.graph.component_mm))


def _closed(lines: Lines, area: StudyArea) -> Iterator[Entry]:
    """Yield lines that nobody may use."""
    km = shapely.length(lines.course) / 1000
    for i, place in enumerate(_places(lines, area)):
        said = f"class {lines.kind[i] or 'not stated'!r}, {km[i]:.3f} km"
        feature = _called(lines, i)
        yield Entry("closed", feature, said, "left out", place)


def _unknown(lines: Lines, area: StudyArea) -> Iterator[Entry]:
    """Yield lines whose class has no speed of its own."""
    for i, place in enumerate(_places(lines, area)):
        said = f"class {lines.kind[i] or 'not stated'!r}"
        yield Entry("unknown-class", _called(lines, i), said, "the usual speeds", place)


def _pointlike(lines: Lines, number: int, area: StudyArea) -> Entry:
    (place,) = _places(lines.taken(np.array([number])), area)
    return Entry("no-length", _called(lines, number), "all its places are one", "left out", place)


def _called(lines: Lines, number: int) -> str:
    name = lines.name[number]
    return f"{lines.feature[number]}{f', {name}' if name else ''}"


def _places(lines: Lines, area: StudyArea) -> list[tuple[float, float]]:
    """Return the first place of each line."""
    starts = np.rint(shapely.get_coordinates(shapely.get_point(lines.course, 0)) * 1000)
    return lon_lat_of(starts.astype(np.int64), area)


def _sorted_by(entry: Entry) -> tuple[int, tuple[float, float], str, str]:
    return list(SAID).index(entry.rule), entry.place or (0.0, 0.0), entry.feature, entry.before
