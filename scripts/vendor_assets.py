"""
Refresh the third-party files that the maps carry, with their digests and licences.

Run by hand, with a network, when a version changes: ``python scripts/vendor_assets.py``. It asks
npm for each package by name and version, keeps the few files that a page needs, and writes
``manifest.json`` and ``THIRD_PARTY.md`` beside them. The package itself never runs it.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parents[1] / "almaty_geo" / "maps" / "assets"


@dataclass(frozen=True)
class Package:
    """A package and what is kept of it."""

    name: str
    """Name in npm."""

    version: str
    """Exact version."""

    use: str
    """What the pages need it for."""

    licence: str
    """SPDX identifier; must be what the package says of itself."""

    licence_file: str
    """Where its licence text lies."""

    files: tuple[str, ...]
    """Files to keep, as they lie in the package."""

    stated: str = ""
    """What ``package.json`` says, where its licence text says otherwise; both are recorded."""

    @property
    def folder(self) -> str:
        """Folder that the files are kept in, side by side as in the package's ``dist``."""
        return f"{self.name}-{self.version}"


PACKAGES = (
    Package(
        name="leaflet",
        version="1.9.4",
        use="every map",
        licence="BSD-2-Clause",
        licence_file="LICENSE",
        files=(
            "dist/leaflet.js",
            "dist/leaflet.css",
            "dist/images/layers.png",
            "dist/images/layers-2x.png",
            "dist/images/marker-icon.png",
            "dist/images/marker-icon-2x.png",
            "dist/images/marker-shadow.png",
        ),
    ),
    Package(
        name="geojson-vt",
        version="4.0.2",
        use="maps with a layer of many irregular shapes",
        licence="ISC",
        licence_file="LICENSE",
        files=("geojson-vt.js",),
    ),
    Package(
        name="jquery",
        version="3.7.1",
        use="popups that a user adds through Folium; never in the atlas",
        licence="MIT",
        licence_file="LICENSE.txt",
        files=("dist/jquery.min.js",),
    ),
    Package(
        name="d3",
        version="3.5.5",
        use="colour scales that a user adds through branca; never in the atlas",
        licence="BSD-3-Clause",
        licence_file="LICENSE",
        files=("d3.min.js",),
    ),
    Package(
        name="leaflet.awesome-markers",
        version="2.0.5",
        use="folium.Icon, without its glyph fonts; never in the atlas",
        licence="MIT",
        licence_file="LICENSE",
        files=(
            "dist/leaflet.awesome-markers.min.js",
            "dist/leaflet.awesome-markers.css",
            "dist/images/markers-soft.png",
            "dist/images/markers-soft@2x.png",
            "dist/images/markers-shadow.png",
            "dist/images/markers-shadow@2x.png",
        ),
        stated="ISC",
    ),
    Package(
        name="leaflet.markercluster",
        version="1.5.3",
        use="folium.plugins.MarkerCluster; never in the atlas",
        licence="MIT",
        licence_file="MIT-LICENCE.txt",
        files=(
            "dist/leaflet.markercluster.js",
            "dist/MarkerCluster.css",
            "dist/MarkerCluster.Default.css",
        ),
    ),
)


def main() -> int:
    """Fetch, check, keep and describe every package."""
    npm = shutil.which("npm")
    if npm is None:
        print("npm is not installed", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        unpacked = [(package, *fetched(package, npm, Path(scratch))) for package in PACKAGES]
        vendor = ASSETS / "vendor"
        shutil.rmtree(vendor, ignore_errors=True)
        entries = [kept(package, at, integrity, vendor) for package, at, integrity in unpacked]
        notice = "\n".join([NOTICE, *(credit(package, at) for package, at, _ in unpacked)])
    write(ASSETS / "manifest.json", json.dumps({"packages": entries}, indent=2) + "\n")
    write(ASSETS / "THIRD_PARTY.md", notice)
    print(f"{len(entries)} packages, {sum(len(e['files']) for e in entries)} files")
    return 0


def fetched(package: Package, npm: str, scratch: Path) -> tuple[Path, str]:
    """Return where a package is unpacked and npm's digest of it, once it is what it should be."""
    wanted = f"{package.name}@{package.version}"
    command = [npm, "pack", wanted, "--json", "--ignore-scripts"]
    said = subprocess.run(  # noqa: S603 - names and versions are the constants above
        command, cwd=scratch, check=True, capture_output=True, text=True
    )
    told: dict[str, Any] = first(json.loads(said.stdout))
    archive = scratch / Path(told["filename"]).name
    digest = "sha512-" + digest_base64(archive)
    if digest != told["integrity"]:
        raise SystemExit(f"{wanted}: the archive's digest is {digest}, not {told['integrity']}")
    folder = scratch / package.folder
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    root = next(folder.iterdir())
    check(package, json.loads((root / "package.json").read_text(encoding="utf-8")))
    return root, digest


def first(told: Any) -> dict[str, Any]:  # noqa: ANN401 - npm's answer is a list or a mapping
    """Return npm's record of the one package that was packed."""
    records = told if isinstance(told, list) else list(told.values())
    record: dict[str, Any] = records[0]
    return record


def digest_base64(path: Path) -> str:
    """Return a file's SHA-512 in base64, as npm writes it."""
    return base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def check(package: Package, about: dict[str, Any]) -> None:
    """Stop if a package is not the one named, or states another licence."""
    if (about["name"], about["version"]) != (package.name, package.version):
        raise SystemExit(f"{package.folder}: holds {about['name']} {about['version']}")
    stated = about.get("license")
    if isinstance(stated, str) and stated not in {package.licence, package.stated}:
        raise SystemExit(f"{package.folder}: states the licence {stated}")


def kept(package: Package, at: Path, integrity: str, vendor: Path) -> dict[str, Any]:
    """Copy the files to keep; return their entry of the manifest."""
    digests = {}
    for source in (package.licence_file, *package.files):
        name = source.removeprefix("dist/")
        target = vendor / package.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((at / source).read_bytes())
        digests[f"{package.folder}/{name}"] = hashlib.sha256(target.read_bytes()).hexdigest()
    return {
        "package": package.name,
        "version": package.version,
        "licence": package.licence,
        "licence_stated": package.stated or package.licence,
        "licence_file": f"{package.folder}/{package.licence_file}",
        "use": package.use,
        "integrity": integrity,
        "files": digests,
    }


NOTICE = """# Third-party files in the maps

Kept in `vendor/`, listed with digests in `manifest.json`. An atlas carries Leaflet, and geojson-vt
where it draws a layer of many irregular shapes; the others go into a page when something that a
user added through Folium needs them.
"""


def credit(package: Package, at: Path) -> str:
    """Return a package's part of the notice, with its licence in full."""
    text = (at / package.licence_file).read_text(encoding="utf-8").replace("\r\n", "\n").strip()
    stated = f" (its package.json says {package.stated})" if package.stated else ""
    return (
        f"## {package.name} {package.version}\n\n"
        f"Licence: {package.licence}{stated}. For {package.use}.\n\n```text\n{text}\n```\n"
    )


def write(path: Path, text: str) -> None:
    """Write a text file, the same bytes everywhere."""
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
