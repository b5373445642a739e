"""Whether a FlatGeobuf file is as long as its header says: readers believe the header."""

import struct

from almaty_geo.reading.faults import Faults

_MAGIC_BYTES = 8
_NODE_BYTES = 40
_COUNT_FIELD, _NODE_SIZE_FIELD = 8, 9
_NODE_SIZE_DEFAULT = 16


def is_whole(data: bytes, faults: Faults) -> bool:
    """Note and return whether the features end where the file does."""
    try:
        said, walked = _counts(data)
    except (struct.error, OverflowError):
        faults.add("damaged or cut off", "a sound FlatGeobuf file", rule="cut-off")
        return False
    if walked is None or (said and walked != said):
        value = f"its header says {said:,} features, and the file does not end after them"
        faults.add(value, "as many", hint="cut off?", rule="cut-off")
        return False
    return True


def _counts(data: bytes) -> tuple[int, int | None]:
    """Return how many features the header says, and how many there are up to the end."""
    (size,) = struct.unpack_from("<I", data, _MAGIC_BYTES)
    start = _MAGIC_BYTES + 4
    said = _field(data, start, _COUNT_FIELD, "<Q", 0)
    node = _field(data, start, _NODE_SIZE_FIELD, "<H", _NODE_SIZE_DEFAULT)
    place = start + size + (_index_bytes(said, node) if node and said else 0)
    walked = 0
    while place + 4 <= len(data):
        (length,) = struct.unpack_from("<I", data, place)
        place += 4 + length
        walked += 1
    return said, walked if place == len(data) else None


def _field(data: bytes, start: int, number: int, form: str, default: int) -> int:
    """Return a number of the header, which is a FlatBuffers table."""
    table = start + int(struct.unpack_from("<I", data, start)[0])
    entries = table - int(struct.unpack_from("<i", data, table)[0])
    if entries < 0 or 4 + 2 * number >= struct.unpack_from("<H", data, entries)[0]:
        return default
    (offset,) = struct.unpack_from("<H", data, entries + 4 + 2 * number)
    return int(struct.unpack_from(form, data, table + offset)[0]) if offset else default


def _index_bytes(count: int, node: int) -> int:
    """Return the size of the spatial index: a packed tree of so many leaves."""
    nodes = level = count
    while level > 1 and node > 1:
        level = -(-level // node)
        nodes += level
    return nodes * _NODE_BYTES
