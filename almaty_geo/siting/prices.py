"""
Bounds by prices: what no set of so many sites can exceed.

Each demand point gets a price. A site earns what it saves above the prices, and the p sites that
earn most, with the prices, bound every set of p sites from above: the Lagrangian bound of the
rule that a point is served once. Prices follow deflected subgradients (Camerini, Fratta and
Maffioli 1975). On the way, sites that no better set can hold are dropped and those that every
better set must hold are kept (reduced-cost fixing), each with its proof.
"""

import numpy as np

from almaty_geo.siting.question import Choice, Floats, Market, Positions, Question

DEFLECTION = 0.7
PATIENCE = 15
SHORTER = 0.7
WORTH = 0.01
FEWER = 0.5
"""Share of the candidates below which what is dropped is no longer priced."""

SAFETY = 1e-3
"""Share of the least improvement kept in hand against rounding, before a site is ruled out."""


class Pricing:
    """
    A search for the prices that give the least bound.

    Parameters
    ----------
    question
        What is sought, over n candidates.
    count
        How many sites a set has, p.
    choice
        Which candidates are settled already.
    prices
        Prices to begin with, shape (m,), none below 0.
    """

    def __init__(self, question: Question, count: int, choice: Choice, prices: Floats) -> None:
        self.count = count
        self.kept = choice.kept
        self.free = choice.free
        self.bound = np.inf
        self.prices = self.best_prices = prices
        self.held = np.zeros(question.height)
        self.open = self.kept
        self._question = question
        self._market = self._opened()
        self._scale = self._market.scale  # points of many people move in longer steps
        self._heading = np.zeros(len(prices))
        self._step = 1.0
        self._stall = 0
        self._mark = np.inf

    @property
    def spare(self) -> int:
        """How many sites are still to be chosen among the free ones."""
        return self.count - len(self.kept)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to choose: one set at most can be better."""
        return not 0 < self.spare < len(self.free)

    def _opened(self) -> Market:
        """Return the market of the candidates that a better set may hold."""
        self._traded = len(self.kept) + len(self.free)
        within = np.zeros(self._question.height, dtype=bool)
        within[self.kept] = within[self.free] = True
        return self._question.market(within)

    def run(self, target: float, slack: float, *, steps: int, shortest: float) -> bool:
        """
        Lower the bound.

        Parameters
        ----------
        target
            Value that a better set reaches at least.
        slack
            By how much the target exceeds the best known value.
        steps
            How many at most.
        shortest
            Step length at which to stop.

        Returns
        -------
        going
            Whether more steps might help: False once nothing can be better, nothing is left to
            choose, or steps are too short.
        """
        aim = target - SAFETY * slack
        for _ in range(steps):
            if self.settled or self._step < shortest:
                return False
            if not self._walk(target - slack, aim):
                return False
        return True

    def _walk(self, best_known: float, aim: float) -> bool:
        """Take one step of prices; return whether a better set may still exist."""
        quote = self._market.quote(self.prices)
        earned = quote.earned
        order = self.free[np.argsort(-earned[self.free], kind="stable")]
        chosen, left = order[: self.spare], order[self.spare :]
        bound = quote.base + float(earned[self.kept].sum() + earned[chosen].sum())
        self.open = np.concatenate([self.kept, chosen])
        self.held *= 0.95
        self.held[chosen] += 0.05
        pull = quote.pull(self.open)
        self._note(bound, best_known)
        if bound < aim:
            return False
        self._settle(bound, earned, chosen, left, aim)
        self._move(pull, bound - best_known)
        return True

    def _note(self, bound: float, best_known: float) -> None:
        """Remember the least bound; small gains count as none, so that steps get shorter."""
        worth = WORTH * (self._mark - best_known) if np.isfinite(self._mark) else 0.0
        if bound < self._mark - worth:
            self._mark, self._stall = bound, 0
        else:
            self._stall += 1
        if bound < self.bound:
            self.bound, self.best_prices = bound, self.prices

    def _move(self, pull: Floats, gap: float) -> None:
        """Change prices: down where nobody serves, up where several do; restart when stuck."""
        if self._stall >= PATIENCE:
            self._stall, self._step = 0, self._step * SHORTER
            self.prices, self._heading = self.best_prices, np.zeros_like(self._heading)
            return
        heading = pull + DEFLECTION * self._heading
        heading *= (self.prices > 0) | (heading <= 0)  # no price falls below 0
        scaled = self._scale * heading
        length = float(heading @ scaled)
        self._heading = heading
        if length == 0:
            self._step = 0.0
            return
        change = self._step * max(gap, 0.0) / length
        self.prices = np.maximum(self.prices - change * scaled, 0.0)

    def _settle(
        self, bound: float, earned: Floats, chosen: Positions, left: Positions, aim: float
    ) -> None:
        """Drop and keep what the bound settles: every set otherwise stays below the aim."""
        if not len(left) or not len(chosen):
            return
        dropped = bound - earned[chosen[-1]] + earned[left] < aim
        kept = bound - earned[chosen] + earned[left[0]] < aim
        if dropped.any() or kept.any():
            gone = np.concatenate([left[dropped], chosen[kept]])
            self.free = self.free[~np.isin(self.free, gone)]
            self.kept = np.concatenate([self.kept, chosen[kept]])
        if len(self.kept) + len(self.free) < FEWER * self._traded:
            self._market = self._opened()
