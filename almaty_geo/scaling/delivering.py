"""A country's answer as files: a table by city and one by district, JSON, and a page."""

import json
from collections.abc import Sequence
from pathlib import Path

from almaty_geo.exports import write_file, write_frame
from almaty_geo.maps import draw
from almaty_geo.scaling.national import National
from almaty_geo.scaling.picture import picture
from almaty_geo.staging import files_together
from almaty_geo.words import LANGUAGES, Language

FORMATS = ("csv", "parquet")


def deliver(
    national: National, out: Path, *, languages: Sequence[Language] = LANGUAGES
) -> tuple[Path, ...]:
    """
    Write a country's answer.

    Parameters
    ----------
    national
        The answer.
    out
        Folder for the files; what else lies there stays.
    languages
        Languages of the page.

    Returns
    -------
    paths
        ``<name>.json``, ``<name>-cities`` and ``<name>-districts`` as CSV and GeoParquet, and
        ``<name>.html``; the same answer gives the same bytes.

    Raises
    ------
    OutputError
        If they cannot be written; what was there before is still there.
    """
    name = national.name
    with files_together(out) as draft:
        told = json.dumps(national.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        write_file(draft / f"{name}.json", told + "\n")
        written = [draft / f"{name}.json"]
        for what, frame in (("cities", national.by_city()), ("districts", national.districts())):
            written += write_frame(
                frame, f"{name}-{what}", draft, formats=FORMATS, date=national.spec.date
            )
        write_file(draft / f"{name}.html", draw(picture(national), languages=languages))
        written.append(draft / f"{name}.html")
        return tuple(out / path.name for path in written)
