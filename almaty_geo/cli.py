"""The command line: each verb reads, calls one function, and prints."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from almaty_geo.errors import AlmatyGeoError, UnknownNameError, UsageError

if TYPE_CHECKING:
    from almaty_geo.plan import Plan

LANGUAGES = ("kk", "ru", "en")
FORMATS = ("geojson", "gpkg", "parquet", "csv")
WIDEST = 40
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

with_plan = click.option(
    "--plan",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the plan; default: this folder if it is one, else the plan of Almaty.",
)
with_scenario = click.option("--scenario", help="Which facilities are open; default: the plan's.")
with_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
with_languages = click.option(
    "--lang", "languages", default=",".join(LANGUAGES), show_default=True, help="kk, ru, en."
)


def example(line: str) -> dict[str, Any]:
    """Return the settings of a verb whose help ends with an example."""
    return {"epilog": f"Example: almaty-geo {line}", "no_args_is_help": False}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="almaty-geo")
def cli() -> None:
    """Who can reach what, what was promised, and what would change it."""


@cli.command(**example("build --out out --lang kk,ru,en"))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder that the result becomes.",
)
@with_languages
@with_scenario
@with_plan
def build(out: Path, languages: str, scenario: str | None, folder: Path | None) -> None:
    """
    Make the atlas, reports, answers and exports.

    The main job: the folder is complete, or what was there before stays.
    """
    wanted = _languages(languages)
    plan = _open(folder)
    from almaty_geo.build import Order, steps
    from almaty_geo.build import build as run

    order = Order(out, wanted, scenario)
    with _progress(len(steps(plan, order)) + 2) as progress:
        run(plan, order, progress=progress)
    click.echo(out / "atlas.html")
    click.echo(out / "manifest.json")


@cli.command(**example("layers --json"))
@with_json
@with_plan
def layers(*, as_json: bool, folder: Path | None) -> None:
    """
    List the layers with their provenance.

    Role, title, features, rows without a place, publisher, licence and date of each.
    """
    plan = _open(folder)
    rows = [
        {
            "id": layer.id,
            "role": layer.spec.role,
            "title": layer.spec.title.en,
            "features": len(layer),
            "unlocated": layer.unlocated,
            "source": layer.spec.publisher.en,
            "licence": layer.spec.licence,
            "date": layer.spec.date,
        }
        for layer in plan.layers.values()
    ]
    if as_json:
        _print_json(rows)
    else:
        _print_table([{key: _clipped(value) for key, value in row.items()} for row in rows])


@cli.command(**example("check schools_state"))
@click.argument("target", required=False)
@with_json
@with_plan
def check(target: str | None, *, as_json: bool, folder: Path | None) -> None:
    """
    Name every fault of all layers, one LAYER or a FILE.

    Each with what would be repaired; exit 1 if there is any.
    """
    plan = _open(folder)
    from almaty_geo.doctor import check_file, check_layers

    if target is not None and target not in plan.specs and Path(target).exists():
        findings = check_file(Path(target), plan.area)
    else:
        findings = check_layers(plan.layers, plan.area, only=target)
    if as_json:
        _print_json([finding.to_dict() for finding in findings])
    else:
        for finding in findings:
            _print(str(finding))
        _print(_tally(findings))
    if any(finding.severity != "note" for finding in findings):
        raise click.exceptions.Exit(1)


@cli.command(**example("coverage schools --reach 500m --by districts"))
@click.argument("theme")
@click.option("--reach", help="Such as 500m or 15min; default: the theme's norm.")
@click.option("--by", "areas", help="Layer of areas to split by; default: the plan's.")
@with_scenario
@with_json
@with_plan
def coverage(
    theme: str,
    *,
    reach: str | None,
    areas: str | None,
    scenario: str | None,
    as_json: bool,
    folder: Path | None,
) -> None:
    """Count who is within reach of what a THEME offers."""
    plan = _open(folder)
    answer = plan.coverage(theme, reach=reach, scenario=scenario)
    found = answer.to_dict(areas or plan.spec.areas)
    if as_json:
        _print_json(found)
        return
    named = f"{answer.reach.value:g} {answer.reach.unit} ({answer.reach.mode})"
    norm = "as asked" if answer.norm is None else f"norm, {answer.norm.confidence}"
    _print(f"{theme}: within {named}, {norm}; scenario {answer.scenario}; by {answer.basis}")
    keys = ("people", "within_reach", "out_of_reach", "share", "low", "high")
    rows = [*found["districts"], {**found, "district": "all"}]
    _print_table([{"district": r["district"], **{k: _short(r[k]) for k in keys}} for r in rows])


@cli.command(**example("commitments --json"))
@click.option("--lang", "language", default="en", show_default=True, help="kk, ru or en.")
@with_json
@with_plan
def commitments(language: str, *, as_json: bool, folder: Path | None) -> None:
    """List each promise with the status its evidence gives."""
    (chosen,) = _languages(language, several=False)
    rows = [judged.to_dict(chosen) for judged in _open(folder).commitments()]
    if as_json:
        _print_json(rows)
        return
    keys = ("id", "status", "deadline", "latest", "latest_date", "confidence")
    _print_table([{key: _short(row[key]) for key in keys} for row in rows])
    for row in rows:
        for evidence in row["evidence"]:
            _print(f"{row['id']}: {evidence['date']}, {evidence['source']}: {_said(evidence)}")


@cli.command("import", **example("import schools_state schools.geojson --plan town"))
@click.argument("layer")
@click.argument("file", type=click.Path(path_type=Path))
@with_plan
def import_(layer: str, file: Path, folder: Path | None) -> None:
    """
    Replace the data of a LAYER by those of a FILE.

    Only if they are what the layer's sidecar promises; else the layer stays as it was.
    """
    plan = _open(folder)
    from almaty_geo.importing import import_layer

    rows = import_layer(plan, layer, file)
    _print(f"{layer}: {rows} rows from {file.name}")


@cli.command("map", **example("map atlas --out atlas.html"))
@click.argument("name", default="atlas")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="HTML file to write.")
@with_languages
@with_scenario
@with_plan
def map_(name: str, out: Path, languages: str, scenario: str | None, folder: Path | None) -> None:
    """Draw one MAP as a page that needs no network."""
    wanted = _languages(languages)
    plan = _open(folder)
    from almaty_geo.exports import write_file
    from almaty_geo.maps import draw

    picture = plan.picture(plan.map_spec(name), scenario=scenario)
    write_file(out, draw(picture, languages=wanted))
    click.echo(out)


@cli.command(**example("report --district city --out reports"))
@click.option("--district", help='Slug of a district, or "city"; default: all.')
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@with_languages
@with_scenario
@with_plan
def report(
    district: str | None, out: Path, languages: str, scenario: str | None, folder: Path | None
) -> None:
    """Write the pages of one district, or of all."""
    wanted = _languages(languages)
    plan = _open(folder)
    known = ["city", *plan.areas.frame["id"].astype(str)]
    if district is not None and district not in known:
        raise UnknownNameError("district", district, known)
    from almaty_geo.build import dossier
    from almaty_geo.exports import write_file
    from almaty_geo.reports import write

    areas = None if district is None else [district]
    for path, page in write(dossier(plan, scenario=scenario), languages=wanted, areas=areas):
        write_file(out / path, page)
        click.echo(out / path)


@cli.command(**example("export schools_state --format geojson,gpkg --out exports"))
@click.argument("layer")
@click.option(
    "--format", "formats", default="geojson", show_default=True, help="geojson, gpkg, parquet, csv."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@with_plan
def export(layer: str, formats: str, out: Path, folder: Path | None) -> None:
    """Write a LAYER for another GIS."""
    wanted = _listed("format", formats, FORMATS)
    plan = _open(folder)
    from almaty_geo.exports import write_layer

    for path in write_layer(plan.layers[layer], out, formats=wanted, date=plan.spec.date):
        click.echo(path)


@cli.command(**example("new my-town"))
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """
    Start a plan to fill in FOLDER.

    The plan of Almaty lies in FOLDER/example to look at.
    """
    from almaty_geo.create import new_plan

    for path in new_plan(folder):
        click.echo(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one verb.

    Returns
    -------
    code
        0; 1 with one line on standard error for what cannot be answered; 2 for wrong usage.
    """
    try:
        code = cli.main(
            args=None if arguments is None else list(arguments),
            prog_name="almaty-geo",
            standalone_mode=False,
        )
    except AlmatyGeoError as error:
        click.echo(f"almaty-geo: {_clean(' '.join(str(error).split()))}", err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("almaty-geo: stopped; what was there before is still there.", err=True)
        return 130
    return code if isinstance(code, int) else 0


def _open(folder: Path | None) -> "Plan":
    from almaty_geo.plan import open_plan

    return open_plan(folder)


def _languages(given: str, *, several: bool = True) -> list[Any]:
    chosen = _listed("language", given, LANGUAGES)
    if not several and len(chosen) != 1:
        raise UsageError(f"One language is needed, not {given!r}.")
    return chosen


def _listed(kind: str, given: str, known: Sequence[str]) -> list[str]:
    """Return the parts of a comma-separated list, each once; each must be known."""
    parts = [part.strip() for part in given.split(",") if part.strip()]
    for part in parts:
        if part not in known:
            raise UnknownNameError(kind, part, known)
    if not parts:
        raise UsageError(f"Name at least one {kind} of: {', '.join(known)}.")
    return list(dict.fromkeys(parts))


@contextmanager
def _progress(length: int) -> Iterator[Callable[[str], None]]:
    """Show a bar on a terminal; say nothing where there is none."""
    shown = sys.stderr.isatty()
    with click.progressbar(
        length=length, hidden=not shown, file=sys.stderr, item_show_func=lambda name: name
    ) as bar:
        yield lambda name: bar.update(1, name)


def _print(line: str) -> None:
    click.echo(_clean(line))


def _clean(line: str) -> str:
    """Strip what a terminal would obey: data may hold it."""
    return CONTROL.sub("", line)


def _print_json(value: Any) -> None:  # noqa: ANN401 - anything JSON can say
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    """Print rows of the same keys in columns; numbers to the right."""
    if not rows:
        return
    cells = [[_clean(str(value)) for value in row.values()] for row in rows]
    widths = [max(map(len, column)) for column in zip(rows[0], *cells, strict=True)]
    right = [isinstance(value, int | float) for value in rows[0].values()]
    for line in (list(rows[0]), *cells):
        _print(_aligned(line, widths, right))


def _aligned(line: Sequence[str], widths: Sequence[int], right: Iterable[bool]) -> str:
    parts = zip(line, widths, right, strict=True)
    return "  ".join(t.rjust(w) if r else t.ljust(w) for t, w, r in parts).rstrip()


def _clipped(value: Any) -> Any:  # noqa: ANN401 - a cell of an answer
    """Shorten a text that would push the columns off the screen; --json has all of it."""
    return f"{value[:WIDEST]}…" if isinstance(value, str) and len(value) > WIDEST else value


def _tally(findings: Sequence[Any]) -> str:
    number = {
        kind: sum(f.severity == kind for f in findings) for kind in ("error", "warning", "note")
    }
    mendable = sum(f.repair is not None for f in findings)
    listed = ", ".join(f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in number.items())
    return f"{listed}; {mendable} could be repaired"


def _short(value: Any) -> Any:  # noqa: ANN401 - a cell of an answer
    """Return a share to three places, a whole number as one, and "-" for nothing."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 3)
    return value


def _said(evidence: dict[str, Any]) -> str:
    met = {True: "met", False: "not met", None: "no verdict"}[evidence["met"]]
    value = met if evidence["value"] is None else f"{evidence['value']:g}"
    return f"{value} (confidence {evidence['confidence']})"
