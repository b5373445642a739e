"""GeoJSON text sequences: one feature a line, as large extracts come."""

import json

from almaty_geo.reading.faults import Faults
from almaty_geo.reading.rows import too_many
from almaty_geo.reading.strict_json import DEPTH_MAX, Parsed, decoder, phrase, too_deep

_AROUND = "\x1e \t\r"


def parse_sequence(text: str, data: bytes, faults: Faults) -> Parsed | None:
    """
    Return a text sequence as one collection.

    Parameters
    ----------
    text, data
        The document, as text and as bytes; a record separator before a line is allowed.
    faults
        Where each line that is not JSON is noted.

    Returns
    -------
    parsed
        A FeatureCollection; None if a line is not JSON: part of a file is not the file.
    """
    if too_deep(data):
        faults.add(f"nested deeper than {DEPTH_MAX}", f"at most {DEPTH_MAX}", rule="depth")
        return None
    lines = [(number, line.strip(_AROUND)) for number, line in enumerate(text.split("\n"), 1)]
    filled = [(number, line) for number, line in lines if line]
    if too_many(len(filled), 0, faults):
        return None
    parsed = Parsed()
    decode = decoder(parsed).decode
    features = []
    for number, line in filled:
        try:
            features.append(decode(line))
        except json.JSONDecodeError as error:
            value = f"line {number} is not JSON: {phrase(error.msg)}"
            faults.add(value, "one feature a line", rule="json")
    if len(features) < len(filled):
        return None
    parsed.value = {"type": "FeatureCollection", "features": features}
    return parsed
