"""
What a result was made from, and what it consists of: ``manifest.json`` of each result's folder.

``content`` is its form and ``seal`` what makes a changed byte of it show; ``versions`` says with
which packages and which code it was made, ``writing`` puts it into a folder and ``opening`` reads
it back, distrusting it.
"""

from almaty_geo.manifest.content import (
    CONSTRAINTS,
    FIGURES,
    MANIFEST,
    Entry,
    Manifest,
    PlanMark,
    as_json,
    form_is_known,
)
from almaty_geo.manifest.opening import read_manifest
from almaty_geo.manifest.versions import Code, code
from almaty_geo.manifest.writing import Job, entry, inputs, write_manifest

__all__ = [
    "CONSTRAINTS",
    "FIGURES",
    "MANIFEST",
    "Code",
    "Entry",
    "Job",
    "Manifest",
    "PlanMark",
    "as_json",
    "code",
    "entry",
    "form_is_known",
    "inputs",
    "read_manifest",
    "write_manifest",
]
