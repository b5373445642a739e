"""A Word file with the same bytes each time: its parts in order, none with a time of writing."""

import io
import zipfile

_FIRST = "[Content_Types].xml"
_DAY_ONE = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o600 << 16


def same_bytes(file: bytes) -> bytes:
    """Return an archive of the same parts, its order and times fixed."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(file)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in sorted(old.namelist(), key=lambda part: (part != _FIRST, part)):
            entry = zipfile.ZipInfo(name, _DAY_ONE)
            entry.create_system, entry.external_attr = _UNIX, _READABLE
            # A picture is packed already.
            entry.compress_type = (
                zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            )
            new.writestr(entry, old.read(name))
    return packed.getvalue()
