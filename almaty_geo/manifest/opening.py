"""A manifest read back, as distrustfully as any file from outside."""

import json
from pathlib import Path
from typing import NoReturn

from almaty_geo.errors import DataError, SpecError
from almaty_geo.manifest.content import MANIFEST, Manifest, as_json, sealed
from almaty_geo.reading.strict_json import too_deep
from almaty_geo.specs import build

LARGEST_BYTES = 64 * 2**20
"""No manifest is larger; a result of ten thousand files needs 2 MB."""


def read_manifest(folder: Path) -> Manifest:
    """
    Read the manifest of a result.

    Parameters
    ----------
    folder
        The result.

    Returns
    -------
    manifest
        As it was written: its seal matches.

    Raises
    ------
    DataError
        If there is none, it is none, or a byte of it was changed.
    """
    path = folder / MANIFEST
    if not path.is_file() or path.is_symlink():
        raise DataError(f"{folder}: holds no {MANIFEST}, so it is no finished result.")
    if path.stat().st_size > LARGEST_BYTES:
        raise DataError(f"{MANIFEST}: larger than {LARGEST_BYTES} bytes, so it is none of ours.")
    data = path.read_bytes()
    if too_deep(data):
        raise DataError(f"{MANIFEST}: nested too deeply to be a manifest.")
    try:
        text = data.decode()
        content = json.loads(text, parse_constant=_no_number)
        told = as_json(sealed(content)) if isinstance(content, dict) else ""
    except ValueError as error:  # no UTF-8, no JSON, or a lone surrogate
        raise DataError(f"{MANIFEST}: was changed: it is no JSON any more ({error}).") from None
    if isinstance(content, dict) and "seal" not in content:
        raise DataError(
            f"{MANIFEST}: has no seal: of an older version, or changed; build it again."
        )
    if told != text:
        raise DataError(f"{MANIFEST}: was changed: its seal does not match what it says.")
    try:
        return build(Manifest, content, MANIFEST)
    except SpecError as error:
        raise DataError(str(error)) from None


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
