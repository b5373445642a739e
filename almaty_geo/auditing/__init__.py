"""
Results that can be held to account: unchanged, repeatable, and each number explained.

``verifying`` holds a result and its plan to the manifest, ``replaying`` builds it again and
``comparing`` says what differs, ``explaining`` tells how a figure came about.
"""

from almaty_geo.auditing.explaining import Explained, explain, explained
from almaty_geo.auditing.replaying import Replayed, replay
from almaty_geo.auditing.verifying import verify

__all__ = ["Explained", "Replayed", "explain", "explained", "replay", "verify"]
