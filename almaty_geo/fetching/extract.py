"""
Run by `pbf` in a process of its own: OpenStreetMap's file formats in, elements as JSON out.

It reads the file from standard input and imports nothing of the package. What a damaged or hostile
file can do to the C++ reader (crash, hang, swell) ends with this process.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import osmium
from osmium.filter import EntityFilter, IdFilter, KeyFilter, TagFilter
from osmium.io import FileBuffer
from osmium.osm import NODE, RELATION, WAY

_NEVER = "1970"


def limit(memory_max_bytes: int) -> None:
    """Hold this process to so much memory, where the system can."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_max_bytes, memory_max_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Extract:
    """Elements of one file with some tags and in a box."""

    def __init__(self, data: bytes, order: dict[str, Any]) -> None:
        """
        Take a file and what is wanted of it.

        Parameters
        ----------
        data
            The file.
        order
            ``format``; ``keys``, or ``pairs`` of key and value; ``box``: west, south, east, north.
        """
        self.data = data
        self.order = order
        self.members: set[int] = set()
        self.newest = ""

    def elements(self) -> Iterator[dict[str, Any]]:
        """Yield elements as the Overpass API has them; one may come more than once."""
        for relation in self._found(RELATION, self._tagged()):
            yield from self._relation(relation)
        for node in self._found(NODE, self._tagged()):
            yield from self._node(node)
        for way in self._ways(self._tagged()):
            yield from self._way(way)
        for part in self._ways(IdFilter(self.members)) if self.members else ():
            yield from self._whole(part)

    def date(self) -> str:
        """Return the date that the file states, else that of the newest edit that was read."""
        stated = osmium.FileProcessor(self._buffer(), NODE).header.get(
            "osmosis_replication_timestamp"
        )
        return stated or self.newest

    def _buffer(self) -> FileBuffer:
        return FileBuffer(self.data, self.order["format"])

    def _found(self, kind: Any, wanted: Any) -> Iterable[Any]:  # noqa: ANN401 - osmium's types
        return osmium.FileProcessor(self._buffer(), kind).with_filter(wanted)

    def _ways(self, wanted: Any) -> Iterable[Any]:  # noqa: ANN401 - one of three filters
        """Yield ways whose nodes have places: all nodes are read, and then filtered out."""
        located = osmium.FileProcessor(self._buffer(), NODE | WAY).with_locations()
        return located.with_filter(EntityFilter(WAY)).with_filter(wanted)

    def _tagged(self) -> Any:  # noqa: ANN401 - one of two filters without a common type
        if self.order["keys"]:
            return KeyFilter(*self.order["keys"])
        return TagFilter(*((key, value) for key, value in self.order["pairs"]))

    def _relation(self, found: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - osmium's object
        members = [
            {"type": _KINDS[member.type], "ref": member.ref, "role": member.role}
            for member in found.members
        ]
        self.members |= {member.ref for member in found.members if member.type == "w"}
        yield {**self._head(found, "relation"), "members": members}

    def _node(self, found: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - osmium's object
        if found.location.valid() and self._meets([found.location]):
            at = found.location
            yield {**self._head(found, "node"), "lon": at.lon, "lat": at.lat}

    def _way(self, found: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - osmium's object
        located = [node.location for node in found.nodes if node.location.valid()]
        if not located or self._meets(located):  # what has no place at all is counted by the reader
            yield from self._whole(found)

    def _whole(self, found: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - osmium's object
        """Yield a way and its nodes; one that the file lacks is missed by whoever reads on."""
        for node in found.nodes:
            if node.location.valid():
                at = node.location
                yield {"type": "node", "id": node.ref, "lon": at.lon, "lat": at.lat}
        yield {**self._head(found, "way"), "nodes": [node.ref for node in found.nodes]}

    def _head(self, found: Any, kind: str) -> dict[str, Any]:  # noqa: ANN401 - osmium's object
        """Return what all elements have, and remember the newest edit."""
        edited = found.timestamp.strftime("%Y-%m-%dT%H:%M:%SZ")
        if not edited.startswith(_NEVER):
            self.newest = max(self.newest, edited)
        return {"type": kind, "id": found.id, "tags": dict(found.tags)}

    def _meets(self, located: list[Any]) -> bool:
        """Return whether the box around some places meets the box that is asked for."""
        west, south, east, north = self.order["box"]
        lon, lat = [at.lon for at in located], [at.lat for at in located]
        return bool(
            min(lon) <= east and max(lon) >= west and min(lat) <= north and max(lat) >= south
        )


_KINDS = {"n": "node", "w": "way", "r": "relation"}


def main() -> int:
    """Write one JSON document of what was found; return the exit code."""
    order = json.loads(sys.argv[1])
    limit(order["memory_max_bytes"])
    extract = Extract(sys.stdin.buffer.read(), order)
    out, left, before = sys.stdout.buffer, order["size_max_bytes"], b'{"elements":[\n'
    for element in extract.elements():
        line = before + json.dumps(element, ensure_ascii=False, allow_nan=False).encode()
        left -= len(line)
        if left < 0:
            return int(order["too_much"])
        out.write(line)
        before = b",\n"
    out.write(before if before.startswith(b"{") else b"")
    stated = json.dumps({"timestamp_osm_base": extract.date()})
    out.write(b'],"osm3s":' + stated.encode() + b"}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
