"""Open package and projects in QGIS without a screen, and draw a picture of each project."""

import json
import sys
from pathlib import Path
from typing import Any

from qgis.core import (  # type: ignore[import-not-found]  # only Debian's own Python has it
    Qgis,
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize  # type: ignore[import-not-found]  # the same

SIZE = (1600, 1200)
COLOURS_MIN = 50
"""A picture with fewer colours than this shows nothing."""


def main(folder: Path) -> None:
    """Check package and projects; end with an error that names what is not as it must be."""
    told = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    QgsApplication.setPrefixPath("/usr", True)  # noqa: FBT003 - QGIS has no keywords
    application = QgsApplication([], False)  # noqa: FBT003 - the same
    application.initQgis()
    print(Qgis.QGIS_VERSION)
    package = folder / told["package"]
    for table, expected in told["tables"].items():
        _check_styles(package, table, placed=expected["placed"])
    for path in sorted(folder.glob("*.qgs")):
        _check_project(path, told)
    application.exitQgis()


def _check_styles(package: Path, table: str, *, placed: bool) -> None:
    """Check that a table takes the style that lies in the package."""
    layer = QgsVectorLayer(f"{package}|layername={table}", table, "ogr")
    said, loaded = layer.loadDefaultStyle()
    if not layer.isValid() or not loaded:
        sys.exit(f"{package}: {table} has no style ({said})")
    number, *_ = layer.listStylesInDatabase()
    if number <= 0:
        sys.exit(f"{package}: {table} lists no styles")
    if placed and not layer.renderer().legendSymbolItems():
        sys.exit(f"{package}: {table} draws nothing")


def _check_project(path: Path, told: dict[str, Any]) -> None:
    """Check a project's layers and draw it."""
    project = QgsProject.instance()
    if not project.read(str(path)):
        sys.exit(f"{path}: {project.error()}")
    tables = told["tables"]
    for name, expected in tables.items():
        layer = project.mapLayer(f"layer_{name}")
        if layer is None or not layer.isValid() or layer.featureCount() != expected["rows"]:
            sys.exit(f"{path}: {name} is not there with its {expected['rows']} rows")
    if project.crs().authid() != told["crs"]:
        sys.exit(f"{path}: the map is in {project.crs().authid()!r}")
    picture = _draw(project)
    picture.save(str(path.with_suffix(".png")))
    shrunk = picture.scaled(200, 150)
    colours = {shrunk.pixel(x, y) for x in range(200) for y in range(150)}
    if len(colours) < COLOURS_MIN:
        sys.exit(f"{path}: the picture is empty")
    shown = sum(1 for n in project.layerTreeRoot().findLayers() if n.isVisible())
    print(f"{path.name}: {len(project.mapLayers())} layers, {shown} shown, {project.title()}")


def _draw(project: Any) -> Any:  # noqa: ANN401 - QGIS has no types
    """Return a picture of what a project shows at first."""
    root = project.layerTreeRoot()
    settings = QgsMapSettings()
    settings.setLayers([x for x in root.layerOrder() if root.findLayer(x.id()).isVisible()])
    settings.setDestinationCrs(project.crs())
    settings.setBackgroundColor(project.backgroundColor())
    settings.setOutputSize(QSize(*SIZE))
    settings.setExtent(project.viewSettings().defaultViewExtent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    if job.errors():
        sys.exit(f"QGIS: {job.errors()[0].message}")
    return job.renderedImage()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
