"""Residents and planned things in the protection zones of a plan's intakes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from almaty_geo.catalogue import Layer
from almaty_geo.names import name_in
from almaty_geo.water.ground import Ground
from almaty_geo.water.served import Intake
from almaty_geo.water.supply import Supply
from almaty_geo.water.zones import Conflict, Verdict, zones
from almaty_geo.words import Text, same

M2_PER_HA = 10_000

Span = tuple[int, int]
"""At least, and at most."""


@dataclass(frozen=True, slots=True)
class Met:
    """A thing, or the residents, in the zone of an intake."""

    intake: str
    """Id of the intake."""

    intake_name: Text
    """Its name."""

    precision_m: float
    """How far off the intake may be."""

    layer: str
    """Layer of the thing, or of the residents."""

    thing: str
    """Id of the thing; "" for residents, who are counted together."""

    name: Text
    """Its name, or the title of the layer."""

    people: int | None
    """Residents; None for a thing."""

    distance_m: float
    """From the intake; for residents the nearest of them."""

    verdict: Verdict
    """Inside wherever the intake truly is, or possible."""

    def to_dict(self) -> dict[str, Any]:
        """Return the conflict as plain values for JSON."""
        return {
            "source": self.intake,
            "precision_m": self.precision_m,
            "layer": self.layer,
            "id": self.thing or None,
            "people": self.people,
            "distance_m": self.distance_m,
            "verdict": self.verdict,
        }


@dataclass(frozen=True, slots=True)
class Zone:
    """The protection zone of an intake: its ground, and what it holds at least and at most."""

    intake: str
    """Id of the intake."""

    intake_name: Text
    """Its name."""

    precision_m: float
    """How far off the intake may be."""

    area_ha: float
    """Ground of the zone."""

    may_cover_ha: float
    """Ground that it may lie on, wherever the intake truly is."""

    people: Span
    """Residents."""

    things: Mapping[str, Span]
    """Things by layer."""

    def to_dict(self) -> dict[str, Any]:
        """Return the zone as plain values for JSON."""
        return {
            "source": self.intake,
            "precision_m": self.precision_m,
            "area_ha": round(self.area_ha, 1),
            "may_cover_ha": round(self.may_cover_ha, 1),
            "people": {"least": self.people[0], "most": self.people[1]},
            **{
                layer: {"least": least, "most": most}
                for layer, (least, most) in self.things.items()
            },
        }


def zones_held(
    supply: Supply, more: Sequence[Intake] = (), met: Sequence[Met] | None = None
) -> tuple[Zone, ...]:
    """
    Return the zone of each intake with a place: its ground, and what it holds.

    Parameters
    ----------
    supply
        A plan's supply.
    more
        Intakes beside those of the layer of sources.
    met
        What lies in the zones, where `kept_out` has been asked already.

    Returns
    -------
    zones
        By intake; at least what lies inside wherever the intake truly is, at most what may. Empty
        where no zone is declared.
    """
    ground, zone = supply.ground, supply.zone
    if ground is None or zone is None or zone.distance_m is None:
        return ()
    inside = kept_out(supply, more) if met is None else met
    radius_m = zone.distance_m

    def span(intake: str, layer: str) -> Span:
        own = [one for one in inside if (one.intake, one.layer) == (intake, layer)]
        numbers = [(1 if one.people is None else one.people, one.verdict) for one in own]
        return (
            sum(n for n, verdict in numbers if verdict == "inside"),
            sum(n for n, _ in numbers),
        )

    return tuple(
        Zone(
            intake=one.id,
            intake_name=one.name,
            precision_m=one.precision_m,
            area_ha=_circle_ha(radius_m),
            may_cover_ha=_circle_ha(radius_m + one.precision_m),
            people=span(one.id, supply.demand),
            things={layer.id: span(one.id, layer.id) for layer in supply.kept_out},
        )
        for one in (*_placed(supply, ground), *more)
    )


def _circle_ha(radius_m: float) -> float:
    return math.pi * radius_m**2 / M2_PER_HA


def kept_out(supply: Supply, more: Sequence[Intake] = ()) -> tuple[Met, ...]:
    """
    Return what lies in the protection zones, surely or possibly.

    Parameters
    ----------
    supply
        A plan's supply.
    more
        Intakes beside those of the layer of sources.

    Returns
    -------
    met
        By intake: residents first, then things by distance; empty where no zone is declared.
    """
    ground, zone = supply.ground, supply.zone
    if ground is None or zone is None or zone.distance_m is None:
        return ()
    intakes = (*_placed(supply, ground), *more)
    xy_m = np.array([one.xy_m for one in intakes], dtype=np.float64).reshape(-1, 2)
    precision_m = np.array([one.precision_m for one in intakes], dtype=np.float64)
    homes = zones(xy_m, precision_m, ground.demand.xy_m, radius_m=zone.distance_m)
    met = [*_residents(ground, supply, intakes, homes)]
    for layer in supply.kept_out:
        things_m = ground.area.xy_m(layer.frame.geometry.to_numpy())
        found = zones(xy_m, precision_m, things_m, radius_m=zone.distance_m)
        met += [_thing(layer, intakes[one.intake], one) for one in found]
    order = {one.id: at for at, one in enumerate(intakes)}
    return tuple(sorted(met, key=lambda one: order[one.intake]))


def _placed(supply: Supply, ground: Ground) -> tuple[Intake, ...]:
    """Return every source of the layer that has a place, whatever its capacity and state."""
    xy_m = ground.area.xy_m(supply.sources.frame.geometry.to_numpy()).tolist()
    return tuple(
        Intake(s.id, s.name, s.area or "", (x, y), float(s.precision_m or 0), 0.0, 0)
        for s, (x, y) in zip(supply.balance.sources, xy_m, strict=True)
        if s.located
    )


def _residents(
    ground: Ground, supply: Supply, intakes: Sequence[Intake], found: Sequence[Conflict]
) -> list[Met]:
    """Return the residents of each zone, those inside apart from those possibly inside."""
    people = ground.demand.people
    met = []
    verdicts: tuple[Verdict, ...] = ("inside", "possible")
    for at, intake in enumerate(intakes):
        for verdict in verdicts:
            own = [c for c in found if (c.intake, c.verdict) == (at, verdict) and people[c.thing]]
            if own:
                number = int(people[[c.thing for c in own]].sum())
                met.append(
                    Met(
                        intake=intake.id,
                        intake_name=intake.name,
                        precision_m=intake.precision_m,
                        layer=supply.demand,
                        thing="",
                        name=same(""),
                        people=number,
                        distance_m=own[0].distance_m,
                        verdict=verdict,
                    )
                )
    return met


def _thing(layer: Layer, intake: Intake, one: Conflict) -> Met:
    row = layer.frame.iloc[one.thing]
    return Met(
        intake=intake.id,
        intake_name=intake.name,
        precision_m=intake.precision_m,
        layer=layer.id,
        thing=str(row["id"]),
        name=name_in(layer, str(row["id"])).text,
        people=None,
        distance_m=one.distance_m,
        verdict=one.verdict,
    )
