"""What passes between the two processes: a job, and an answer of text and one table."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from almaty_geo.reading.faults import Faults
from almaty_geo.reading.rows import Stated

JOB, ANSWER, TABLE = "job.json", "answer.json", "table.arrow"
"""Names of the three files."""

WKB = "wkb"
"""Name of the column of shapes in the table."""

NO_MEMORY = 71
"""Exit code: the memory was not enough."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to open."""

    way: str
    """How, as `almaty_geo.reading.kinds` has it."""

    title: str
    """What people call the format."""

    file: str
    """Plain name of the copy, in the job's folder."""

    shown: str
    """Name of the file as it was given."""

    layer: str | None
    """Which layer or sheet, if that was said."""

    encoding: str | None
    """Encoding of text, if that was said."""

    seconds: int
    """Computing time it may take."""

    memory_bytes: int
    """Memory it may take."""

    outlines: bool = False
    """Whether cells of a raster are outlines, not points."""


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """What a file held, before it is checked."""

    columns: Mapping[str, Sequence[Any] | pa.ChunkedArray]
    """Values by column: numbers, text, true and false, None; or the like in Arrow."""

    wkb: Sequence[bytes | None] | pa.ChunkedArray | None
    """A shape for each row; None if the format has columns only."""

    stated: Stated
    """What the file says of its coordinate system."""


def write_answer(folder: Path, opened: Opened | None, faults: Faults) -> None:
    """Write what was read, and everything that was noted."""
    answer: dict[str, Any] = {
        "faults": [
            [f.value, f.expected, f.feature, f.column, f.hint, f.rule] for f in faults.found
        ],
        "notes": [[n.text, n.rule, n.column, n.count] for n in faults.notes],
        "columns": None,
    }
    if opened is not None:
        arrays, kinds = [], []
        for values in opened.columns.values():
            array, kind = _array(values)
            arrays.append(array)
            kinds.append(kind)
        if opened.wkb is not None:
            arrays.append(_binary(opened.wkb))
        names = [str(number) for number in range(len(opened.columns))]
        names += [WKB] if opened.wkb is not None else []
        table = pa.table(dict(zip(names, arrays, strict=True)))
        with (
            pa.OSFile(str(folder / TABLE), "wb") as sink,
            pa.ipc.new_file(sink, table.schema) as writer,
        ):
            writer.write_table(table)
        answer["columns"] = list(opened.columns)
        answer["json"] = kinds
        answer["stated"] = asdict(opened.stated)
    (folder / ANSWER).write_text(json.dumps(answer), encoding="utf-8")


def read_answer(folder: Path, faults: Faults) -> Opened | None:
    """Return what was read, and note everything that was noted; None if nothing was."""
    answer = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    for value, expected, feature, column, hint, rule in answer["faults"]:
        faults.add(value, expected, feature=feature, column=column, hint=hint, rule=rule)
    for text, rule, column, count in answer["notes"]:
        faults.note(text, rule, column=column, count=count)
    if answer["columns"] is None:
        return None
    with pa.memory_map(str(folder / TABLE)) as source:
        table = pa.ipc.open_file(source).read_all()
        table.validate(full=True)
        columns: dict[str, Sequence[Any] | pa.ChunkedArray] = {}
        for number, name in enumerate(answer["columns"]):
            values = table.column(str(number)).to_pylist()
            mixed = answer["json"][number]
            columns[name] = [v if v is None else json.loads(v) for v in values] if mixed else values
        wkb = table.column(WKB).to_pylist() if WKB in table.column_names else None
    return Opened(columns, wkb, Stated(**answer["stated"]))


def _array(values: Sequence[Any] | pa.ChunkedArray) -> tuple[pa.Array | pa.ChunkedArray, bool]:
    """Return values in Arrow, and whether they are of several types and so each is JSON."""
    if isinstance(values, pa.ChunkedArray):
        return values, False
    types = set(map(type, values)) - {type(None)}
    if types <= {int}:
        return pa.array(values, pa.int64()), False
    for kind, arrow in ((float, pa.float64()), (bool, pa.bool_()), (str, pa.large_string())):
        if types == {kind}:
            return pa.array(values, arrow), False
    texts = [None if value is None else json.dumps(value) for value in values]
    return pa.array(texts, pa.large_string()), True


def _binary(wkb: Sequence[bytes | None] | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    if isinstance(wkb, pa.ChunkedArray):
        return wkb.cast(pa.large_binary())
    return pa.array(wkb, pa.large_binary())
