"""What a verb spends where, as a table or as JSON."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from almaty_geo.cli.asked import tell

if TYPE_CHECKING:
    from almaty_geo.results.profiling import Line, Profile

WIDE = 58


@contextmanager
def profiled(*, show: bool, out: Path | None) -> Iterator[Callable[[str], None]]:
    """
    Watch what is done, where anybody asks for it.

    Parameters
    ----------
    show
        Whether a table is printed at the end.
    out
        JSON file for the whole of it; None for none.

    Yields
    ------
    step
        To be called with the name of each step before it starts.
    """
    if not show and out is None:
        yield lambda _: None
        return
    from almaty_geo.results.profiling import Profile

    profile = Profile()
    profile.start()
    try:
        yield profile.step
    finally:
        profile.stop()
    if show:
        _tell(profile)
    if out is not None:
        from almaty_geo.exports import write_file
        from almaty_geo.manifest import as_json

        write_file(out, as_json(profile.to_dict()))


def _tell(profile: "Profile") -> None:
    tell(f"{'step':<{WIDE}} {'seconds':>8} {'CPU':>8} {'share':>6} {'peak MB':>8}")
    for line in profile.lines():
        tell(_told(line))


def _told(line: "Line") -> str:
    """Return a line of the table."""
    one = line.spent
    name = f"{'  ' * line.depth}{one.name}"
    name = name if len(name) <= WIDE else f"{name[: WIDE - 1]}…"
    cpu = "" if one.cpu_seconds is None else f"{one.cpu_seconds:.1f}"
    memory = f"{one.peak_mb:.0f}" if one.peak_mb else "-"
    return f"{name:<{WIDE}} {one.seconds:>8.1f} {cpu:>8} {line.share:>6.0%} {memory:>8}"
