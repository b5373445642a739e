import re
from pathlib import Path

import pytest

from almaty_geo.cli import cli

FOLDERS = ("almaty_geo", "layers", "maps", "scripts", "tests", "docs", ".ci")
FILES = (
    *(".gitignore", "plan.toml", "pyproject.toml"),
    *("README.md", "CONVENTIONS.md", "CHANGELOG.md", "LICENSE"),
)
ROOT = Path(__file__).parents[1]
PAGES = sorted(
    str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
)


def test_the_readme_lists_the_verbs_as_the_command_line_says_them(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    table = text.split("<!-- verbs")[1].split("<!-- /verbs -->")[0]
    listed = dict(re.findall(r"\| `almaty-geo ([\w-]+)` \| (.+?) \|", table))
    assert listed == {name: verb.get_short_help_str(200) for name, verb in cli.commands.items()}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str, root: Path) -> None:
    text = (root / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((root / page).parent / target).is_file(), f"{page} links to {target}"


def test_every_path_that_the_readme_names_in_the_repository_is_there(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:layers|scripts|maps)/[\w./]+)`", text):
        if "pharmacies" not in path:
            assert (root / path).exists(), path


def test_only_the_agreed_things_lie_at_the_top(root: Path) -> None:
    made = re.compile(r"\.git$|out$|dist$|build$|\.\w+_cache$|\.venv|\.hypothesis$|\.coverage$")
    found = {path.name for path in root.iterdir() if not made.match(path.name)}
    assert found == {*FOLDERS, *FILES}


def test_every_lint_exception_gives_its_reason(root: Path) -> None:
    for line in (root / "pyproject.toml").read_text(encoding="utf-8").splitlines():
        if re.match(r'\s+"[A-Z]+\d+",', line) or re.match(r'\s+"D",', line):
            assert "#" in line, line
    for path in [
        *root.glob("almaty_geo/**/*.py"),
        *root.glob("tests/*.py"),
        *root.glob("scripts/*.py"),
    ]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"#\s*(noqa|type: ignore)", line) and "re.search" not in line:
                assert re.search(
                    r"# (noqa: [A-Z0-9, ]+ - |type: ignore\[[\w, -]+\]  # )\w", line
                ), f"{path.name}: {line.strip()}"


def test_every_dependency_gives_its_reason(root: Path) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    blocks = re.findall(
        r"^(?:dependencies|dev) = \[\n(.*?)^\]", text, flags=re.MULTILINE | re.DOTALL
    )
    assert len(blocks) == 2
    for line in "".join(blocks).splitlines():
        assert re.search(r'",\s+# \w', line), line


def test_the_project_speaks_only_of_itself(root: Path) -> None:
    words = ("/" + "work/", r"\bissue" + r"s? #?\d", r"\bhelper" + r"-\d", "shared" + "/data")
    banned = re.compile("|".join(words), re.IGNORECASE)
    for path in own_files(root, ".py", ".md", ".toml", ".js", ".css", ".j2", ".po"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            assert not banned.search(line), f"{path.name}:{number}: {line.strip()[:100]}"


def own_files(root: Path, *suffixes: str) -> list[Path]:
    """Return the files of the repository that people write, vendored ones left out."""
    inside = [path for name in FOLDERS for path in (root / name).rglob("*")]
    return [
        path
        for path in (*inside, *(root / name for name in FILES))
        if path.suffix in suffixes and "vendor" not in path.parts and path.is_file()
    ]
