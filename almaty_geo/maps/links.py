"""What stands in for each address that Folium would link to."""

import re
from dataclasses import dataclass

from almaty_geo.errors import UsageError
from almaty_geo.maps.vendored import leaflet_code, script, stylesheet


@dataclass(frozen=True, slots=True)
class StandIn:
    """What answers an address."""

    address: str
    """Pattern of the addresses, any version of the same major."""

    files: tuple[str, ...] = ()
    """Vendored files to put in; none where a page does without."""

    sign: str = ""
    """Pattern of the code that needs the files, whether they are linked or not; empty where the
    link alone says it. Folium links these libraries in every page, and few pages use them."""


STAND_INS = (
    StandIn(r"/leaflet@1\.\d+\.\d+/dist/leaflet\.js$", ("leaflet-1.9.4/leaflet.js",)),
    StandIn(r"/leaflet@1\.\d+\.\d+/dist/leaflet\.css$", ("leaflet-1.9.4/leaflet.css",)),
    StandIn(
        r"/jquery(-3|/3|@3)[\d.]*.*\.js$", ("jquery-3.7.1/jquery.min.js",), r"\$\(|\$\.|jQuery"
    ),
    StandIn(r"/d3/3\.5\.\d+/d3(\.min)?\.js$", ("d3-3.5.5/d3.min.js",)),
    StandIn(
        r"/leaflet\.awesome-markers(\.min)?\.js$",
        ("leaflet.awesome-markers-2.0.5/leaflet.awesome-markers.min.js",),
        "AwesomeMarkers",
    ),
    StandIn(
        r"/leaflet\.awesome-markers(\.min)?\.css$",
        ("leaflet.awesome-markers-2.0.5/leaflet.awesome-markers.css",),
        "AwesomeMarkers",
    ),
    StandIn(
        r"/leaflet\.markercluster(\.min)?\.js$",
        ("leaflet.markercluster-1.5.3/leaflet.markercluster.js",),
    ),
    StandIn(r"/MarkerCluster\.css$", ("leaflet.markercluster-1.5.3/MarkerCluster.css",)),
    StandIn(
        r"/MarkerCluster\.Default\.css$", ("leaflet.markercluster-1.5.3/MarkerCluster.Default.css",)
    ),
    # Folium links these in every page; they change fonts and glyphs, and a map works without.
    StandIn(r"/bootstrap@\d[\d.]*/dist/(js|css)/bootstrap[\w.]*\.(js|css)$"),
    StandIn(r"/bootstrap-glyphicons\.css$"),
    StandIn(r"/fontawesome-free@[\d.]+/css/all(\.min)?\.css$"),
    StandIn(r"/leaflet\.awesome\.rotate(\.min)?\.css$"),
)


def needed(code: str) -> str:
    """Return the libraries that a page's own code uses, as elements of the page itself."""
    used = [x for x in STAND_INS if x.sign and re.search(x.sign, code)]
    return "\n".join(_element(path) for stand_in in used for path in stand_in.files)


def inlined(address: str) -> str:
    """
    Return what a link points to, as elements of the page itself.

    Parameters
    ----------
    address
        Where Folium would fetch it.

    Returns
    -------
    html
        Elements, or nothing where the page does without, or where `needed` decides.

    Raises
    ------
    UsageError
        If nothing that is kept with the package answers the address.
    """
    for stand_in in STAND_INS:
        if re.search(stand_in.address, address):
            return "" if stand_in.sign else "\n".join(map(_element, stand_in.files))
    raise UsageError(
        f"The map asks for {address}, which is not kept with the package; "
        "an offline page can only carry what is in maps/assets/manifest.json."
    )


def _element(path: str) -> str:
    """Return a vendored file as an element."""
    if path.endswith(".css"):
        return f"<style>{stylesheet(path)}</style>"
    code = leaflet_code() if path.endswith("/leaflet.js") else script(path)
    return f"<script>{code}</script>"
