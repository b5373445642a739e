"""Compile a function once and keep the machine code, wherever that can be kept."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """
    Compile a function when it is first called, without the interpreter's lock.

    Machine code is kept beside the module, or in the user's cache folder where the package cannot
    be written; where neither can, it is compiled anew in each process.

    Parameters
    ----------
    function
        What numba can compile.

    Returns
    -------
    function
        The same, fast.
    """
    compile_: Callable[..., Any] = njit(cache=True, nogil=True)
    try:
        made = compile_(function)
    except RuntimeError:  # no folder can be written
        return cast("Callable[P, R]", njit(nogil=True)(function))
    # The compiler looks at the function's own file alone, though those it calls are compiled in:
    # without this, machine code would outlive a change to them.
    kept = getattr(getattr(made, "_cache", None), "_cache_file", None)
    if kept is not None:
        kept._source_stamp = _stamp()  # noqa: SLF001 - there is no other way to say it
    return cast("Callable[P, R]", made)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """
    Compile a function into its callers, which hold its arrays for it.

    Without this, each call counts references to each array, which takes as long as the work.

    Parameters
    ----------
    function
        What numba can compile; it makes no arrays.

    Returns
    -------
    function
        The same, for use in compiled functions.
    """
    any_options: Callable[..., Any] = njit  # the one that is wanted here is not in its signature
    return cast("Callable[P, R]", any_options(nogil=True, _nrt=False)(function))


@cache
def _stamp() -> tuple[tuple[str, int, int], ...]:
    """Return name, time and size of every file here."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)
