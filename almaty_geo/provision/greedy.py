"""What happens without a plan: the nearest pupil first."""

import numpy as np

from almaty_geo.provision.instance import Instance, Whole

CHUNK = 50_000


def nearest_first(instance: Instance) -> Whole:
    """
    Seat pairs by rising way, each taking the seats that are left.

    Of pairs equally far, the block that comes first by id goes first, then the school.

    Parameters
    ----------
    instance
        Pupils, seats and pairs.

    Returns
    -------
    flow
        Pupils of each pair, shape (p,).
    """
    left, free = instance.pupils.copy(), instance.seats.copy()
    flow = np.zeros(len(instance.way), dtype=np.int64)
    order = np.lexsort(
        (
            instance.destination_rank[instance.destination],
            instance.origin_rank[instance.origin],
            instance.way,
        )
    )
    for start in range(0, len(order), CHUNK):
        pairs = order[start : start + CHUNK]
        at, to = instance.origin[pairs], instance.destination[pairs]
        alive = (left[at] > 0) & (free[to] > 0)
        for pair, block, school in zip(
            pairs[alive].tolist(), at[alive].tolist(), to[alive].tolist(), strict=True
        ):
            number = min(left[block], free[school])
            flow[pair] = number
            left[block] -= number
            free[school] -= number
    return flow
