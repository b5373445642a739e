"""Provision: which pupil gets which seat, proven, and why not."""

from almaty_geo.provision.answer import Provision, Question
from almaty_geo.provision.declared import Seating
from almaty_geo.provision.flow import assign
from almaty_geo.provision.gap import AreaGap, SchoolGap, ShiftGap, shift_gap
from almaty_geo.provision.instance import OBJECTIVES, Assignment, Instance, Objective, ranks
from almaty_geo.provision.provide import Ground, Split, Ways, provide
from almaty_geo.provision.pupils import Pupils, pupils
from almaty_geo.provision.reasons import Unserved, reasons
from almaty_geo.provision.relief import Relief, relief, reliefs
from almaty_geo.provision.seats import Seats, seats
from almaty_geo.provision.section import section
from almaty_geo.provision.story import Story, tell
from almaty_geo.sections import OUTSIDE

__all__ = [
    "OBJECTIVES",
    "OUTSIDE",
    "AreaGap",
    "Assignment",
    "Ground",
    "Instance",
    "Objective",
    "Provision",
    "Pupils",
    "Question",
    "Relief",
    "SchoolGap",
    "Seating",
    "Seats",
    "ShiftGap",
    "Split",
    "Story",
    "Unserved",
    "Ways",
    "assign",
    "provide",
    "pupils",
    "ranks",
    "reasons",
    "relief",
    "reliefs",
    "seats",
    "section",
    "shift_gap",
    "tell",
]
