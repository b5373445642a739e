"""A Folium map in a page of its own that asks the network for nothing."""

import base64
import hashlib
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.template import Template

from almaty_geo.errors import UsageError
from almaty_geo.maps.links import inlined, needed
from almaty_geo.maps.vendored import leaflet_code, leaflet_style
from almaty_geo.specs import Tiles

POLICY = (
    "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src {pictures}; "
    "font-src data:; worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'"
)
USUAL_ZOOM = 8
"""Farthest that a map of a city can be zoomed out."""

WORLD_DEG = 360.0
LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
"""Attributes that make a browser fetch something at once."""

PROGRAMS = frozenset({"", "module", "text/javascript", "application/javascript"})
"""Values of a script's ``type`` that make a browser run it."""

_ENTITIES = {ord(sign): f"&#{ord(sign)};" for sign in "&<>\"'`$\\{}%"}


def entities(text: str) -> str:
    """
    Return text that means nothing to HTML, to JavaScript or to a template.

    Examples
    --------
    >>> entities("{{7*7}} <b>")
    '&#123;&#123;7*7&#125;&#125; &#60;b&#62;'
    """
    return text.translate(_ENTITIES)


@contextmanager
def stable_ids() -> Iterator[None]:
    """Give Folium's elements numbers, where it would give them random names."""
    numbers = itertools.count()
    original = vars(Element)["_generate_id"]
    setattr(Element, "_generate_id", classmethod(lambda _: f"{next(numbers):08x}"))  # noqa: B010 - mypy forbids the plain form
    try:
        yield
    finally:
        setattr(Element, "_generate_id", original)  # noqa: B010 - the same


class Raw(Element):
    """Text that goes into a page as it is; never compiled as a template."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._name = "Raw"
        self.code = code

    def render(self, **_: Any) -> str:  # noqa: ANN401 - Folium's own signature
        """Return the text."""
        return self.code


class Page(Figure):
    """
    A figure that writes itself as one file: links replaced, and a policy that allows no others.

    Parameters
    ----------
    language
        Language of the page when it opens.
    title
        Its title.
    tiles
        Tiles that a reader may switch on; None for a page that can ask no network.
    """

    def __init__(self, language: str, title: str, *, tiles: Tiles | None = None) -> None:
        super().__init__()
        self.header._children.clear()  # noqa: SLF001 - the page declares its own charset
        self.language = language
        self.page_title = title
        self.tiles = tiles

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - Folium's own signature
        """Return the page."""
        for child in list(self._children.values()):
            child.render(**kwargs)
        return written(self, language=self.language, title=self.page_title, tiles=self.tiles)


class OfflineMap(folium.Map):
    """
    A Folium map that brings its library with it; any Folium layer may be added.

    Parameters
    ----------
    page
        Page to stand on.
    home_deg
        West, south, east, north of the first view.
    shell
        Page around the map; a comment ``map`` marks where the map goes.
    css
        Rules of the page.
    data
        JSON for the page's scripts.
    code
        Scripts of the page; they define ``almatyGeo.start``.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map(
                {{ this.get_name()|tojson }},
                {center: {{ this.location|tojson }}, ...{{ this.options|tojavascript }}}
            );
            almatyGeo.start({{ this.get_name() }});
            {%- if this.objects_to_stay_in_front %}
            (function () {
                function raise() {
                {%- for obj in this.objects_to_stay_in_front %}
                    {{ obj.get_name() }}.bringToFront();
                {%- endfor %}
                }
                {{ this.get_name() }}.on("overlayadd", raise);
                window.addEventListener("load", raise);
            })();
            {%- endif %}
        {% endmacro %}
        """
    )

    def __init__(
        self,
        page: Page,
        home_deg: Sequence[float],
        *,
        shell: str,
        css: str,
        data: str,
        code: str,
    ) -> None:
        west, south, east, north = home_deg
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            zoom_start=11,
            tiles=None,
            zoom_control=False,
            zoom_snap=0.25,
            zoom_delta=0.5,
            wheel_px_per_zoom_level=120,
            attribution_control=False,
            track_resize=False,
        )
        self.default_js, self.default_css = [], []
        # Folium gives its own only to tiles. A country is looked at from farther off than a city.
        widest = max(east - west, 2 * (north - south), 1e-6)
        least = min(USUAL_ZOOM, int(math.log2(WORLD_DEG / widest)))
        self.options |= {"min_zoom": max(least, 0), "max_zoom": 18}
        page.add_child(self)
        self._shell, self._css, self._data, self._code = shell, css, data, code

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - Folium's own signature
        """Put the library, the page and its data into the figure, then the map and its layers."""
        figure = figure_of(self)
        place = f'<div class="folium-map" id="{self.get_name()}"></div>'
        figure.header.add_child(Raw(element("script", leaflet_code())), name="leaflet")
        figure.header.add_child(Raw(element("style", leaflet_style())), name="leaflet_css")
        figure.header.add_child(Raw(element("style", self._css)), name="atlas_css")
        figure.html.add_child(Raw(self._shell.replace("<!-- map -->", place)), name="shell")
        figure.html.add_child(Raw(_data_element(self._data)), name="data")
        figure.html.add_child(Raw(element("script", self._code)), name="atlas")
        super().render(**kwargs)  # type: ignore[no-untyped-call]  # Folium leaves it untyped
        return ""


def figure_of(one: Element) -> Figure:
    """Return the figure that an element stands on."""
    root = one.get_root()
    if not isinstance(root, Figure):
        raise UsageError("The map stands on no figure; add it to a folium.Figure first.")
    return root


def element(name: str, content: str) -> str:
    """Return an element without attributes around code of our own."""
    return f"<{name}>{content}</{name}>"


def written(figure: Figure, *, language: str, title: str, tiles: Tiles | None = None) -> str:
    """
    Return a rendered figure as one self-contained page.

    Parameters
    ----------
    figure
        Figure whose children have been rendered into its header, body and script.
    language
        Language of the page.
    title
        Its title.
    tiles
        Tiles whose host the page may ask for pictures; None for no host at all.

    Returns
    -------
    html
        The page.

    Raises
    ------
    UsageError
        If something in it would be fetched: an address that is not vendored, or tiles.
    """
    _refuse_tiles(figure)
    program = f"\n{figure.script.render().strip()}\n"
    body = figure.html.render()
    head = "\n".join([*_head(figure), needed(program)])
    hashes = " ".join(_hash(code) for code in [*_programs(head), *_programs(body), program])
    pictures = f"data: blob: {tiles.host}" if tiles else "data: blob:"
    policy = POLICY.format(scripts=hashes, pictures=pictures)
    page = "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{entities(language)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{entities(title)}</title>",
            head,
            "</head>",
            "<body>",
            body,
            element("script", program),
            "</body>",
            "</html>",
            "",
        ]
    )
    _refuse_addresses(page)
    return page


def _head(figure: Figure) -> Iterator[str]:
    """Yield the elements of a figure's header, links with what they point to inside."""
    for child in figure.header._children.values():  # noqa: SLF001 - branca has no other way in
        if isinstance(child, JavascriptLink | CssLink):
            yield inlined(child.url)
        else:
            yield child.render()


def _data_element(data: str) -> str:
    """Return the element that holds a page's data; no browser runs it."""
    return f'<script type="application/json" id="atlas-data">{data}</script>'


def _hash(code: str) -> str:
    """Return what the policy calls a script."""
    digest = hashlib.sha256(code.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


class _Reader(HTMLParser):
    """Finds what a browser would run and what it would fetch."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.programs: list[str] = []
        self.fetched: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in LOADS and (address := given.get(LOADS[tag], "")):
            self.fetched.append(address)
        runs = tag == "script" and given.get("type", "").lower() in PROGRAMS
        self._inside = "program" if runs else tag
        if runs:
            self.programs.append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's own signature
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "program":
            self.programs[-1] += data
        elif self._inside == "style":
            self.fetched += re.findall(r"(?:url\(|@import)\s*['\"]?([a-z]+:[^'\")\s]+)", data)


def _read(html: str) -> _Reader:
    """Return what is found in a piece of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def _programs(html: str) -> list[str]:
    """Return the scripts in a piece of a page that a browser would run."""
    return _read(html).programs


def _refuse_addresses(page: str) -> None:
    """Raise UsageError if a browser would fetch anything to show the page."""
    for address in _read(page).fetched:
        if not address.startswith(("data:", "blob:", "#")):
            raise UsageError(f"The map asks for {address}, which is not kept with the package.")


def _refuse_tiles(figure: Figure) -> None:
    """Raise UsageError if a layer of the map would fetch tiles."""
    waiting: list[Element] = [figure]
    while waiting:
        one = waiting.pop()
        tiles = getattr(one, "tiles", None)
        if isinstance(tiles, str) and re.match(r"(https?:)?//", tiles):
            raise UsageError(
                f"The map asks for tiles from {tiles}, which an offline page cannot have; "
                "make it with tiles=None."
            )
        waiting += one._children.values()  # noqa: SLF001 - branca has no other way in
