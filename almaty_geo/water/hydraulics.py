"""A hydraulic model of the pipes, run: pressure and water delivered at each node."""

import importlib
import logging
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from almaty_geo.errors import DataError, UnknownNameError, UsageError
from almaty_geo.water.serving import Floats

LARGEST_BYTES = 100_000_000
"""A larger file is no model of a city's pipes."""

MOST_STEPS = 20_000
"""Steps that a model may ask for: two weeks of minutes."""

MOST_VALUES = 50_000_000
"""Pressures that a run may give, nodes times steps."""

HAIR_M = 1e-3
"""Level above a tank's lowest at which it is empty."""

TRICKLE_M3_S = 1e-5
"""Flow that is none."""

DAY_S = 86_400
HOUR_S = 3_600

Engine = Literal["epanet", "wntr"]

BROKEN = (
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    RuntimeError,
    OSError,
)
"""What the reader of models raises where a file is not as it should be."""


@dataclass(frozen=True, slots=True, eq=False)
class Modelled:
    """What a model says of its n nodes that people draw water from."""

    names: tuple[str, ...]
    """Name of each node."""

    places: Floats
    """Coordinates as the file has them, shape (n, 2)."""

    least_m: Floats
    """Least head over the run in metres of water, shape (n,); 0 where there is none."""

    wanted_m3_day: Floats
    """What is to be drawn on average, shape (n,); above 0."""

    given_m3_day: Floats
    """What is delivered, shape (n,)."""

    hours: float
    """How long the run is."""

    without: tuple[str, ...]
    """Nodes and pipes that were out of service."""

    engine: Engine
    """What ran it."""

    @property
    def supply(self) -> Floats:
        """Share of what is wanted that is delivered, shape (n,)."""
        return np.asarray((self.given_m3_day / self.wanted_m3_day).clip(0, 1))


def run_network(path: Path, *, head_m: float, without: Sequence[str] = ()) -> Modelled:
    """
    Read a model in EPANET's format and run it.

    Demand follows pressure: a node gets all it wants at the head that is asked for or more, and
    less below it, as the square root of the head. EPANET runs the model; where it lets an empty
    tank go on giving water, as it may when nothing else is left, WNTR's own solver does.

    Parameters
    ----------
    path
        An ``.inp`` file.
    head_m
        Head at which a node gets all it wants, metres of water.
    without
        Names of nodes, such as intakes, or of pipes that are out of service.

    Returns
    -------
    modelled
        Nodes that water is drawn from.

    Raises
    ------
    UsageError
        If the package that runs models is not installed.
    DataError
        If the file is no model, or one that cannot be run.
    UnknownNameError
        If nothing in the model bears a name that is out of service.
    """
    wntr = _engine()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = _read(wntr, path)
        for name in without:
            _close(wntr, model, name)
        _settle(model, head_m)
        return _run(wntr, model, path, tuple(without))


def _engine() -> Any:  # noqa: ANN401 - a module without types
    try:
        wntr: Any = importlib.import_module("wntr")
    except ImportError:
        raise UsageError(
            "Hydraulic models need the package wntr: pip install 'almaty-geo[hydraulics]'."
        ) from None
    logging.getLogger("wntr").setLevel(logging.ERROR)
    return wntr


def _read(wntr: Any, path: Path) -> Any:  # noqa: ANN401 - a module without types
    """Return the model of a file; one line where it is none."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise DataError(f"{path.name}: larger than {LARGEST_BYTES // 10**6} MB.")
        return wntr.network.WaterNetworkModel(str(path))
    except FileNotFoundError:
        raise DataError(f"{path.name}: not found in {path.parent}.") from None
    except (wntr.epanet.exceptions.EpanetException, *BROKEN) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{path.name}: not a model that EPANET reads: {_told(error)}.") from None


def _close(wntr: Any, model: Any, name: str) -> None:  # noqa: ANN401 - a module without types
    """Close a pipe, or all that lead to a node; no control may open them again."""
    if name in model.node_name_list:
        closed = set(model.get_links_for_node(name))
    elif name in model.link_name_list:
        closed = {name}
    else:
        known = (*model.reservoir_name_list, *model.tank_name_list, *model.junction_name_list)
        raise UnknownNameError("node", name, known)
    for control in list(model.control_name_list):
        changed = {action.target()[0].name for action in model.get_control(control).actions()}
        if changed & closed:
            model.remove_control(control)
    for link_name in closed:
        link = model.get_link(link_name)
        if hasattr(link, "check_valve"):
            link.check_valve = False
        link.initial_status = wntr.network.LinkStatus.Closed


def _settle(model: Any, head_m: float) -> None:  # noqa: ANN401 - a module without types
    """Let demand follow pressure, and keep the model from files of its own."""
    options = model.options
    options.hydraulic.demand_model = "PDD"
    options.hydraulic.minimum_pressure = 0.0
    options.hydraulic.required_pressure = head_m
    options.hydraulic.pressure_exponent = 0.5
    options.hydraulic.hydraulics = None
    options.hydraulic.hydraulics_filename = None
    options.report.report_filename = None
    options.graphics.map_filename = None
    options.graphics.image_filename = None
    options.quality.parameter = "NONE"


def _run(wntr: Any, model: Any, path: Path, without: tuple[str, ...]) -> Modelled:  # noqa: ANN401 - a module without types
    """Run a model; no file of it outlives the run."""
    names = list(model.junction_name_list)
    time = model.options.time
    steps = time.duration / max(1, min(time.hydraulic_timestep, time.report_timestep)) + 1
    if steps > MOST_STEPS or steps * len(names) > MOST_VALUES:
        raise DataError(f"{path.name}: asks for {steps:,.0f} steps of {len(names):,} nodes.")
    try:
        engine: Engine = "epanet"
        with tempfile.TemporaryDirectory(prefix="almaty-geo-") as folder:
            prefix = str(Path(folder) / "run")
            runner = wntr.sim.EpanetSimulator(model)
            found = runner.run_sim(file_prefix=prefix, convergence_error=True)
        if _from_nothing(model, found):
            engine = "wntr"
            found = wntr.sim.WNTRSimulator(model).run_sim(convergence_error=True)
        wanted = wntr.metrics.expected_demand(model)[names].mean().to_numpy(np.float64)
    except (wntr.epanet.exceptions.EpanetException, *BROKEN) as error:
        raise DataError(f"{path.name}: EPANET cannot run it: {_told(error)}.") from None
    head = found.node["pressure"][names].min().to_numpy(np.float64)
    given = found.node["demand"][names].mean().to_numpy(np.float64)
    if not (np.isfinite(head).all() and np.isfinite(given).all()):
        raise DataError(f"{path.name}: the run gives pressures that are no numbers.")
    drawn = np.flatnonzero(wanted > 0)
    if not len(drawn):
        raise DataError(f"{path.name}: no node of the model draws water.")
    places = np.array([model.get_node(name).coordinates for name in names], dtype=np.float64)
    return Modelled(
        names=tuple(names[at] for at in drawn.tolist()),
        places=places[drawn],
        least_m=head[drawn].clip(min=0),
        wanted_m3_day=wanted[drawn] * DAY_S,
        given_m3_day=given[drawn].clip(min=0) * DAY_S,
        hours=time.duration / HOUR_S,
        without=without,
        engine=engine,
    )


def _from_nothing(model: Any, found: Any) -> bool:  # noqa: ANN401 - a module without types
    """Return whether an empty tank goes on giving water."""
    level, drawn = found.node["pressure"], found.node["demand"]
    return any(
        bool(
            (
                (level[name] <= model.get_node(name).min_level + HAIR_M)
                & (drawn[name] < -TRICKLE_M3_S)
            ).any()
        )
        for name in model.tank_name_list
    )


def _told(error: BaseException) -> str:
    """Return what an engine complains of, in one line."""
    cause = error.__cause__ or error
    parts = [part.strip() for part in str(cause).replace("(%s)", "").splitlines()]
    return " ".join(" ".join(part.split()) for part in parts if part).strip(" .") or "no reason"
