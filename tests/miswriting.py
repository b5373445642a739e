"""Declared files with one thing put wrongly."""

from pathlib import Path


def miswritten(path: Path, before: str, after: str, folder: Path) -> Path:
    """Return a copy of a file in a folder, in which one string stands for another."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    copy = folder / path.name
    copy.write_text(text.replace(before, after, 1), encoding="utf-8")
    return copy
