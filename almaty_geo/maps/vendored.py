"""The third-party files that pages carry, from the package's own assets; never from a network."""

import base64
import json
import re
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

NAMES = {"leaflet": "Leaflet"}
"""What packages call themselves, where npm has another name."""

MEDIA = {".png": "image/png", ".svg": "image/svg+xml", ".gif": "image/gif"}


def asset(path: str) -> Traversable:
    """Return a file of the maps' assets."""
    return resources.files(__package__).joinpath("assets").joinpath(*path.split("/"))


def asset_text(path: str) -> str:
    """Return a text file of the maps' assets."""
    return asset(path).read_text(encoding="utf-8")


@cache
def manifest() -> dict[str, Any]:
    """Return what is vendored: packages, versions, licences, files with their digests."""
    listed: dict[str, Any] = json.loads(asset_text("manifest.json"))
    return listed


def script(path: str) -> str:
    """
    Return a vendored script, fit to stand inside a ``script`` element.

    Parameters
    ----------
    path
        Path in the vendor folder.

    Returns
    -------
    code
        The same program: no link to a source map, and nothing that an HTML reader could take for
        the element's end or for the start of a comment.
    """
    text = asset_text(f"vendor/{path}").replace("\r\n", "\n")
    code = re.sub(r"//[#@] sourceMappingURL=\S*", "", text)
    return re.sub(r"</(?=script)", r"<\\/", code, flags=re.IGNORECASE).replace("<!--", r"<\!--")


def stylesheet(path: str) -> str:
    """
    Return a vendored style sheet with its pictures inside it.

    Parameters
    ----------
    path
        Path in the vendor folder; pictures are looked for beside it.

    Returns
    -------
    css
        Rules; a picture or font that is not vendored becomes ``none``.
    """
    folder = path.rpartition("/")[0]
    text = re.sub(r"/\*[#@] sourceMappingURL=.*?\*/", "", asset_text(f"vendor/{path}"))
    text = re.sub(r"url\(([^)]*)\)", lambda found: _inlined(found, folder), text)
    return text.replace("</", r"<\/")


def data_uri(path: str) -> str:
    """Return a vendored picture as an address that holds it."""
    suffix = path[path.rindex(".") :]
    encoded = base64.b64encode(asset(f"vendor/{path}").read_bytes()).decode()
    return f"data:{MEDIA[suffix]};base64,{encoded}"


def leaflet_code() -> str:
    """Return Leaflet with its marker's pictures inside it."""
    folder = _package("leaflet")["folder"]
    pictures = {
        "iconUrl": "marker-icon.png",
        "iconRetinaUrl": "marker-icon-2x.png",
        "shadowUrl": "marker-shadow.png",
    }
    options = ", ".join(
        f'{option}: "{data_uri(f"{folder}/images/{file}")}"' for option, file in pictures.items()
    )
    return (
        f"{script(f'{folder}/leaflet.js')}\n"
        "delete L.Icon.Default.prototype._getIconUrl;\n"
        f"L.Icon.Default.mergeOptions({{{options}}});"
    )


def leaflet_style() -> str:
    """Return Leaflet's rules."""
    return stylesheet(f"{_package('leaflet')['folder']}/leaflet.css")


def library(name: str) -> str:
    """Return the one script of a vendored package."""
    package = _package(name)
    (path,) = (path for path in package["files"] if path.endswith(".js"))
    return script(path)


def notice(name: str) -> dict[str, str]:
    """Return the name, the licence and the licence text of a vendored package."""
    package = _package(name)
    return {
        "name": f"{NAMES.get(name, name)} {package['version']}",
        "licence": package["licence"],
        "text": asset_text(f"vendor/{package['licence_file']}").strip(),
    }


def _package(name: str) -> dict[str, str]:
    """Return a package's entry of the manifest, with its folder."""
    found = next(p for p in manifest()["packages"] if p["package"] == name)
    return {**found, "folder": f"{found['package']}-{found['version']}"}


def _inlined(found: re.Match[str], folder: str) -> str:
    """Return a ``url(…)`` of a style sheet with what it points to inside."""
    address = found[1].strip("'\" ")
    if address.startswith(("data:", "#")):
        return found[0]
    path = f"{folder}/{address.partition('?')[0].partition('#')[0]}"
    held = any(path in package["files"] for package in manifest()["packages"])
    return f"url({data_uri(path)})" if held and path[path.rindex(".") :] in MEDIA else "none"
