"""What counts as cut off, and what counts as a missing link."""

from dataclasses import dataclass

from almaty_geo.errors import UsageError


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as cut off, and what counts as a missing link; all of it is the asker's."""

    ratio: float = 1.5
    """Least way over straight line that counts as far by street."""

    due: float = 0.5
    """Least part of the extra way that going round the barrier must make up."""

    link_m: float = 300.0
    """Longest link looked for, straight, in metres."""

    missing: float = 2.0
    """Least way from one side of a barrier to the other today, over the straight line, for a link
    there to be missing."""

    verge_m: float = 20.0
    """How near to the barrier streets belong to it: a road's own carriageway is no far side."""

    road_m: float = 40.0
    """How far before and after a road's line its carriageways are looked for; a link across a road
    joins these."""

    step_m: float = 50.0
    """How closely streets are searched for the ends of a link, in metres."""

    apart_m: float = 300.0
    """Longest gap between the points of one group, in metres."""

    links: int = 200
    """For how many groups a link is looked for, the largest first."""

    trials: int = 4
    """How many of a group's best links are reckoned for everybody."""

    def __post_init__(self) -> None:
        """Hold limits to what they may be; UsageError for others."""
        metres = (self.link_m, self.road_m, self.step_m, self.apart_m)
        counts = self.trials >= 1 and self.links >= 0 and self.verge_m >= 0
        if not (min(metres) > 0 and min(self.ratio, self.missing) >= 1 and self.due > 0 and counts):
            raise UsageError(
                f"Limits of a barrier report must be positive and its ratios at least 1; they are "
                f"{self}."
            )
