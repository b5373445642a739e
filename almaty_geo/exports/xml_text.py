"""XML that any reader takes: no sign that XML forbids, the same bytes each time."""

import re
import xml.etree.ElementTree as ET

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    r"""
    Return a text with the replacement character for each sign that XML cannot hold.

    Examples
    --------
    >>> legal("a\x01b<&>")
    'a\ufffdb<&>'
    """
    return _FORBIDDEN.sub("\ufffd", text)


def child(parent: ET.Element, tag: str, text: str = "", /, **attributes: str) -> ET.Element:
    """Add an element with a text and attributes, both made legal, and return it."""
    element = ET.SubElement(parent, tag, {name: legal(v) for name, v in attributes.items()})
    if text:
        element.text = legal(text)
    return element
