"""Near-best sets of sites, and the sites that every one of them holds."""

import heapq

import numpy as np

from almaty_geo.siting.answer import LEAST, Menu, Option, Regret, Verdict
from almaty_geo.siting.asking import Ask, Search, plain_number
from almaty_geo.siting.question import Question
from almaty_geo.siting.solving import Solved, solve

VISITS = 400


def menu_of(
    question: Question, solved: Solved, search: Search, *, scale: tuple[float, float]
) -> Menu | None:
    """
    Return near-best sets.

    Parameters
    ----------
    question
        What is sought.
    solved
        The best set known, with its bound.
    search
        How near, how many and how different; and whether to settle by a full search which sites
        no near-best set can do without.
    scale
        Value of a set as told: the first number plus the second times what it saves.

    Returns
    -------
    menu
        Sets found by exchanges of one site after another, each valued anew; None if not asked
        for.
    """
    ask = search.menu
    if ask is None:
        return None
    offset, sign = scale
    told = offset + sign * solved.value
    least = solved.value - ask.tolerance * abs(told)
    sure_from = solved.bound - ask.tolerance * abs(offset + sign * solved.bound)
    options = []
    for sites in _near(question, solved, ask, least):
        value = question.worth(sites)
        behind = (solved.value - value) / max(abs(told), LEAST)
        shown = plain_number(offset + sign * value)
        options.append(Option(sites, shown, behind, sure=value >= sure_from))
    judged = tuple(
        Regret(site, _verdict(question, solved, site, least, search)) for site in _order(solved)
    )
    return Menu(ask.tolerance, tuple(options), judged)


def _order(solved: Solved) -> tuple[int, ...]:
    return tuple(sorted(solved.sites))


def _near(question: Question, solved: Solved, ask: Ask, least: float) -> list[tuple[int, ...]]:
    """Return sets that save at least so much, best first, by exchanges from the best one."""
    start = _order(solved)
    heap = [(-solved.value, start)]
    seen = {start}
    listed: list[tuple[int, ...]] = []
    for _ in range(VISITS):
        if not heap or len(listed) == ask.options:
            break
        _, sites = heapq.heappop(heap)
        if all(len(set(sites) - set(other)) >= ask.differ for other in listed):
            listed.append(sites)
        for value, other in question.neighbours(sites, least, ask.options * 4):
            if other not in seen:
                seen.add(other)
                heapq.heappush(heap, (-value, other))
    return listed


def _verdict(
    question: Question, solved: Solved, site: int, least: float, search: Search
) -> Verdict:
    """Return whether sets without a site all save less than the near-best must."""
    if _priced_out(solved, site, least):
        return "proven"
    rest = np.delete(np.arange(question.height), site)
    if len(rest) < len(solved.sites):
        return "proven"
    floor = (
        float(np.ceil(least - 1e-6)) - 1.0 if question.whole else least - 2 * question.slack(least)
    )
    without = solve(question.only(rest), len(solved.sites), search, floor=floor)
    if without.sites and without.value >= least:
        return "refuted"
    return "proven" if without.proven and without.value < least else "open"


def _priced_out(solved: Solved, site: int, least: float) -> bool:
    """Return whether the first bound's prices alone show that no near-best set lacks a site."""
    if not np.isfinite(solved.base):
        return False
    others = np.delete(solved.earned, site)
    most = np.sort(others)[::-1][: len(solved.sites)]
    return bool(solved.base + most.sum() < least - 1e-6 * max(abs(least), 1.0))
