"""One line for each budget: what was measured, against what, and whether it is met."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Line:
    """A figure beside its budget (DESIGN §9)."""

    what: str
    figure: float
    unit: str
    budget: float | None = None
    at_most: bool = False
    """The budget is a ceiling, not a floor."""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the budget holds; None where there is none."""
        if self.budget is None:
            return None
        return self.figure <= self.budget if self.at_most else self.figure >= self.budget

    def __str__(self) -> str:
        budget = ""
        if self.budget is not None:
            budget = f"{'<=' if self.at_most else '>='} {self.budget:g} {self.unit}"
        said = {True: "met", False: "NOT MET", None: ""}[self.met]
        figure = f"{self.figure:,.3g}" if self.figure < 1_000 else f"{self.figure:,.0f}"
        return f"{self.what:<58} {figure:>10} {self.unit:<9} {budget:<16} {said:<8} {self.note}"


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The median of a few runs, after one that is not counted."""
    work()
    runs = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        runs.append(time.perf_counter() - began)
    return median(runs)


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
