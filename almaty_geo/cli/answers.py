"""Verbs that answer: they print, and change nothing."""

from pathlib import Path

import click

from almaty_geo.cli.asked import (
    cli,
    clipped,
    example,
    languages_of,
    opened,
    said,
    short,
    tally,
    tell,
    tell_json,
    tell_table,
    with_json,
    with_plan,
)


@cli.command(**example("layers --json"))
@with_json
@with_plan
def layers(*, as_json: bool, folder: Path | None) -> None:
    """
    List the layers with their provenance.

    Role, title, features, rows without a place, publisher, licence and date of each.
    """
    plan = opened(folder)
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
        tell_json(rows)
    else:
        tell_table([{key: clipped(value) for key, value in row.items()} for row in rows])


@cli.command(**example("check schools_state --page findings.html"))
@click.argument("target", required=False)
@click.option("--page", type=click.Path(path_type=Path), help="HTML page with a map to write.")
@with_json
@with_plan
def check(target: str | None, *, page: Path | None, as_json: bool, folder: Path | None) -> None:
    """
    Name every fault of all layers, one LAYER or a FILE.

    Each with what would be repaired; exit 1 if there is any.
    """
    plan = opened(folder)
    from almaty_geo.catalogue import Catalogue
    from almaty_geo.doctor import check_file, check_layers
    from almaty_geo.repairing import findings_page, ground

    area = ground(plan)  # of what can be read: broken areas are a finding, not the end
    if target is not None and target not in plan.specs and Path(target).exists():
        findings = check_file(Path(target), area)
    else:
        findings = check_layers(Catalogue(plan.folder / "layers", area), area, only=target)
    if page is not None:
        from almaty_geo.exports import write_file

        write_file(page, findings_page(plan, findings))
    if as_json:
        tell_json([finding.to_dict() for finding in findings])
    else:
        for finding in findings:
            tell(str(finding))
        tell(tally(findings))
    if any(finding.severity != "note" for finding in findings):
        raise click.exceptions.Exit(1)


@cli.command(**example("commitments --json"))
@click.option("--lang", "language", default="en", show_default=True, help="kk, ru or en.")
@with_json
@with_plan
def commitments(language: str, *, as_json: bool, folder: Path | None) -> None:
    """List each promise with the status its evidence gives."""
    (chosen,) = languages_of(language, several=False)
    rows = [judged.to_dict(chosen) for judged in opened(folder).commitments()]
    if as_json:
        tell_json(rows)
        return
    keys = ("id", "status", "deadline", "latest", "latest_date", "confidence")
    tell_table([{key: short(row[key]) for key in keys} for row in rows])
    for row in rows:
        for evidence in row["evidence"]:
            tell(f"{row['id']}: {evidence['date']}, {evidence['source']}: {said(evidence)}")
