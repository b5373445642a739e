"""
Folders of results: each complete or not there at all, and held to account by its manifest.

``making`` is the frame of every one of them: checked before, whole after, the manifest last.
``dossiers`` fills a folder of reports, ``files`` one of exports, and `almaty_geo.build` that of a
build; ``answers`` says figures by their id, and ``profiling`` what a run spends where.
"""

from almaty_geo.results.answers import figures
from almaty_geo.results.dossiers import ReportOrder, dossier
from almaty_geo.results.files import ExportOrder
from almaty_geo.results.making import Ordered, Progress, build, refuse_foreign

__all__ = [
    "ExportOrder",
    "Ordered",
    "Progress",
    "ReportOrder",
    "build",
    "dossier",
    "figures",
    "refuse_foreign",
]
