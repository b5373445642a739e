"""Street lines as they were drawn, before anything is done to them."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines of a file, k of them, each with what the file says of it."""

    course: NDArray[np.object_]
    """Lines in the metric plane, in the direction in which they were drawn, shape (k,)."""

    feature: NDArray[np.object_]
    """What the ledger calls each, such as "row 12 (objectid 68)", shape (k,)."""

    kind: NDArray[np.object_]
    """Class of street, such as "residential", or "", shape (k,)."""

    name: NDArray[np.object_]
    """Name, or "", shape (k,)."""

    walk: NDArray[np.int8]
    """`BOTH` or `NEITHER` on foot, shape (k,)."""

    drive: NDArray[np.int8]
    """`BOTH`, `FORWARD`, `BACKWARD` or `NEITHER` by car, shape (k,)."""

    level: NDArray[np.int16]
    """Storey: 0 on the ground, 1 on a bridge, -1 in a tunnel, or as the file says, shape (k,)."""

    limit_km_h: NDArray[np.float64]
    """Speed limit, NaN where the file states none, shape (k,)."""

    def __len__(self) -> int:
        """Return how many lines there are."""
        return len(self.course)

    def taken(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Self:
        """Return some of the lines, by number or by mask."""
        return replace(self, **{name: getattr(self, name)[index] for name in self.__slots__})

    def in_order(self) -> Self:
        """
        Return the lines in an order that does not depend on how the file is sorted.

        Named lines come before nameless ones, then long before short ones: of two that run the
        same course the first is kept.
        """
        length = np.rint(shapely.length(self.course) * 1000)
        wkb = shapely.to_wkb(self.course)
        keys = sorted(
            range(len(self)),
            key=lambda i: (
                not self.name[i],
                -length[i],
                wkb[i],
                self.kind[i],
                self.name[i],
                int(self.walk[i]),
                int(self.drive[i]),
                int(self.level[i]),
                str(self.limit_km_h[i]),
                self.feature[i],
            ),
        )
        return self.taken(np.array(keys, dtype=np.int64))
