"""
Results that can be held to account: unchanged, repeatable, and each number explained.

``verifying`` holds a result and its plan to the manifest. ``replaying`` makes it again, as
``orders`` reads from the manifest, ``comparing`` says what differs, and ``values`` what files hold.
``explaining`` tells how a figure came about, ``recalling`` how one of a result did.
"""

from almaty_geo.auditing.explaining import Explained, explain, explained
from almaty_geo.auditing.recalling import Recalled, recall, recalled_figures
from almaty_geo.auditing.replaying import Replayed, length, replay
from almaty_geo.auditing.verifying import verify

__all__ = [
    "Explained",
    "Recalled",
    "Replayed",
    "explain",
    "explained",
    "length",
    "recall",
    "recalled_figures",
    "replay",
    "verify",
]
