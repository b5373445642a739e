import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "almaty_geo"
RANKS = {
    "errors": 0,
    "area": 1,
    "words": 1,
    "locking": 1,
    "ledgers": 2,
    "staging": 2,
    "files": 3,
    "specs": 2,
    "sections": 2,
    "trying": 2,
    "reading": 3,
    "catalogue": 4,
    "doctor": 4,
    "fetching": 4,
    "names": 5,
    "notes": 5,
    "places": 5,
    "spreading": 5,
    "streets": 6,
    "travel": 7,
    "cells": 8,
    "coverage": 8,
    "provision": 9,
    "tiling": 9,
    "siting": 10,
    "scenarios": 11,
    "calibration": 8,
    "commitments": 12,
    "water": 12,
    "ringroad": 12,
    "maps": 13,
    "reports": 13,
    "exports": 13,
    "plan": 14,
    "importing": 14,
    "create": 14,
    "delivery": 14,
    "manifest": 14,
    "auditing": 14,
    "repairing": 14,
    "frontpage": 14,
    "results": 14,
    "build": 14,
    "scaling": 14,
    "cli": 15,
}
ABOVE_SAME_RANK = {  # within a rank, who may use whom
    ("area", "words"),
    ("calibration", "cells"),
    ("coverage", "cells"),
    ("doctor", "catalogue"),
    ("places", "spreading"),
    ("sections", "trying"),
    ("reports", "maps"),
    ("importing", "plan"),
    ("scaling", "plan"),
    ("create", "plan"),
    ("delivery", "plan"),
    ("build", "delivery"),
    ("build", "frontpage"),
    ("build", "results"),
    ("results", "delivery"),
    ("results", "manifest"),
    ("results", "plan"),
    ("auditing", "results"),
    ("build", "repairing"),
    ("frontpage", "manifest"),
    ("frontpage", "plan"),
    ("build", "manifest"),
    ("manifest", "plan"),
    ("auditing", "build"),
    ("auditing", "manifest"),
    ("auditing", "plan"),
    ("repairing", "plan"),
    ("build", "plan"),
}
FILES = sorted(PACKAGE.rglob("*.py"))
LIMIT = 400


def module_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Return the modules of the package that a file imports, wherever in the file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("almaty_geo"):
            inner = (node.module or "").split(".")[1:]
            found |= {inner[0]} if inner else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names = (alias.name.split(".") for alias in node.names)
            found |= {parts[1] for parts in names if parts[0] == "almaty_geo" and len(parts) > 1}
    return found


def test_every_module_has_a_rank() -> None:
    assert {module_of(p) for p in FILES} - {"__init__"} == set(RANKS)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_point_up_the_list_only(path: Path) -> None:
    own = module_of(path)
    if own == "__init__":
        return
    for other in imports_of(path) - {own}:
        allowed = RANKS[other] < RANKS[own] or (own, other) in ABOVE_SAME_RANK
        assert allowed, f"{path.name} imports {other}, which is not below it"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_module_fits_on_a_few_screens(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LIMIT


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_nothing_swallows_every_error_and_only_the_command_line_prints(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert ast.unparse(node.type or ast.Constant(None)) not in {"None", "Exception"}
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "click.echo"}:
            assert module_of(path) == "cli"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_only_the_study_area_and_the_plan_name_a_coordinate_system(path: Path) -> None:
    if module_of(path) in {"area", "cli"}:  # the command line only shows an example
        return
    named = re.findall(r"EPSG:(\d+)", _code(path))
    assert set(named) <= {"4326"} | ({"3857"} if module_of(path) == "reading" else set())


def test_the_package_knows_nothing_about_almaty() -> None:
    words = re.compile(r"alatau|medeu|auezov|bostandyk|nauryzbay|bakad|Алматы", re.IGNORECASE)
    for path in [*FILES, *PACKAGE.rglob("*.js"), *PACKAGE.rglob("*.j2")]:
        text = _code(path) if path.suffix == ".py" else path.read_text(encoding="utf-8")
        assert not words.search(text), f"{path.name} names a place"


def _code(path: Path) -> str:
    """Return a file without its docstrings and comments, where places may serve as examples."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [  # type: ignore[attr-defined]  # every node with a list of statements
                s
                for s in body
                if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
            ] or [ast.Pass()]
    return ast.unparse(tree)


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, almaty_geo.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"numpy", "pandas", "geopandas", "folium", "pydantic", "shapely", "scipy", "babel"}
    assert not heavy & set(done.stdout.split())
