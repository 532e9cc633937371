"""Changing any one thing in the rules of the verdict is noticed by a test.

Each mutant (see `tests.domain.mutation`) is judged by the plain tests of its module and by the case
table. What no test can notice is listed in `EQUIVALENT`, with the reason.
"""

from __future__ import annotations

from collections import Counter
from types import ModuleType

import pytest

from tests.domain.mutation import Lab, Mutant
from tests.domain.rows import Row, complaints
from tests.domain.table import ROWS

TESTS = {
    "rules": (),
    "marks": (),
    "brackets": (),
    "case": (),
    "seen": (),
    "judge": ("test_verdict_answers",),
    "reachability": ("test_reachability",),
    "approaches": ("test_approaches",),
    "contradictions": ("test_contradictions",),
    "coverage": ("test_coverage",),
    "dates": ("test_dates",),
    "dossier": ("test_dossier",),
    "ordering": ("test_ordering",),
    "paths": ("test_paths",),
    "reports": ("test_reports",),
    "speeds": ("test_speeds",),
}
"""Module → test files beside the table that look at it closely."""

EDGE = "differs only where two measured numbers are equal to the last bit"
SHORT_CUT = "leaves out a short cut: the answer is the same, only later"
FINER = "how many samples a leg gets: as many, or more than it needs"
SLACK = "an edge inside the ring's own slack of 0.1 %"

EQUIVALENT: dict[tuple[str, str, str], tuple[int, str]] = {
    ("approaches", "_may_touch", "LtE → Lt"): (3, EDGE),
    ("approaches", "_may_touch", "drop not other.overlaps(legs.path)"): (1, SHORT_CUT),
    ("approaches", "_touches", "True → False"): (
        1,
        "`strict` of a zip of two arrays of one length",
    ),
    ("brackets", "brackets", "drop if m.move == 'landing'"): (
        1,
        "a take-off taken for an arrival ends the stay it would begin",
    ),
    ("brackets", "brackets", "if False"): (1, SHORT_CUT),
    ("case", "Case.leaves_room", "GtE → Gt"): (1, "one instant at the edge of a minute's slack"),
    ("case", "Case.near_approaches", "LtE → Lt"): (2, EDGE),
    ("seen", "SpanHere.inside", "GtE → Gt"): (1, SHORT_CUT),
    ("seen", "SpanHere.inside", "if False"): (1, SHORT_CUT),
    ("contradictions", "_disagreement", "LtE → Lt"): (1, EDGE),
    ("contradictions", "_jump", "Gt → GtE"): (1, EDGE),
    ("contradictions", "_jump", "LtE → Lt"): (1, SHORT_CUT),
    ("contradictions", "_jump", "if False"): (1, SHORT_CUT),
    ("contradictions", "clashes", "1 → 0"): (1, "no path contradicts itself"),
    ("coverage", "covering_sources", "drop if len(heard) >= count"): (1, SHORT_CUT),
    ("dates", "_midnight", "Gt → GtE"): (
        1,
        "a midnight that comes once is the first and the second",
    ),
    ("dossier", "Dossier._seen_away", "Gt → GtE"): (1, EDGE),
    ("dossier", "Dossier.rival_movements", "drop m.rivals"): (1, SHORT_CUT),
    ("dossier", "Dossier.rival_spans", "drop s.rivals"): (1, SHORT_CUT),
    ("ordering", "in_order", "2 → 1"): (1, SHORT_CUT),
    ("ordering", "in_order", "if False"): (1, SHORT_CUT),
    ("ordering", "in_order", "if True"): (1, SHORT_CUT),
    ("paths", "Nearby.alt_ft", "Lt → LtE"): (1, EDGE),
    ("paths", "NearLegs.between", "Add → Sub"): (1, "half a turn back is half a turn on"),
    ("paths", "Path.lon", "180.0 → 153"): (1, "unwrapping what does not cross changes nothing"),
    ("paths", "Path.lon", "Gt → GtE"): (1, EDGE),
    ("paths", "Path.lon", "if True"): (1, SHORT_CUT),
    ("paths", "Ring._holds", "LtE → Lt"): (1, SLACK),
    ("paths", "Ring.around", "Lt → LtE"): (1, EDGE),
    ("paths", "Ring.may_meet", "Gt → GtE"): (2, SLACK),
    ("paths", "Ring.may_meet", "Lt → LtE"): (2, SLACK),
    ("paths", "Ring.may_meet", "LtE → Lt"): (1, "half round the Earth both ways are as short"),
    ("paths", "Ring.may_meet_box", "360.0 → 306"): (1, SHORT_CUT),
    ("paths", "Ring.may_meet_box", "Gt → GtE"): (1, SLACK),
    ("paths", "Ring.may_meet_box", "GtE → Gt"): (1, EDGE),
    ("paths", "Ring.may_meet_box", "Lt → LtE"): (1, SLACK),
    ("paths", "_length_nm", "0.0 → 0.85"): (2, FINER),
    ("paths", "_length_nm", "0.0 → 1.15"): (2, FINER),
    ("paths", "_length_nm", "Gt → GtE"): (1, FINER),
    ("paths", "apart_nm", "1.0 → 1.15"): (1, "guards the arcsine from rounding at the antipodes"),
    ("paths", "near_legs", "if False"): (1, SHORT_CUT),
    ("reports", "clashes", "Lt → LtE"): (1, EDGE),
    ("judge", "_other_readings", "drop interval != asked"): (1, SHORT_CUT),
    ("judge", "_other_readings", "if False"): (1, SHORT_CUT),
}
"""(module, function, change) → how many such mutants there are, and why nothing can notice them."""


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab()


def is_alive(lab: Lab, modules: dict[str, ModuleType], module: str, rows: list[Row]) -> bool:
    """Whether no test notices anything. The row that does goes to the front: it may again."""
    for name in TESTS[module]:
        for test in lab.tests(modules, name):
            try:
                test()
            except (Exception, pytest.fail.Exception):
                return False
    judge = modules["judge"].judge
    for index, row in enumerate(rows):
        asked = row.asked
        try:
            found = judge(
                asked.question,
                asked.evidence,
                now=asked.now,
                as_of=asked.now,
                reference_version="test",
            )
            noticed = bool(complaints(row, found))
        except Exception:
            noticed = True
        if noticed:
            rows.insert(0, rows.pop(index))
            return False
    return True


def survivors(lab: Lab, module: str) -> list[Mutant]:
    """The mutants of a module that no test notices."""
    rows = list(ROWS)
    found = []
    for mutant in lab.mutants(module):
        try:
            modules = lab.with_mutant(mutant)
        except Exception:  # it does not even load
            continue
        if is_alive(lab, modules, module, rows):
            found.append(mutant)
    return found


@pytest.mark.parametrize("module", TESTS)
def test_every_change_of_a_rule_is_noticed(lab: Lab, module: str) -> None:
    assert is_alive(lab, lab.plain, module, list(ROWS)), "unchanged, it passes"
    alive = survivors(lab, module)
    assert [m.key for m in alive if m.kind not in EQUIVALENT] == []
    listed = {kind: count for kind, (count, _) in EQUIVALENT.items() if kind[0] == module}
    assert Counter(m.kind for m in alive) == listed


def test_a_rule_left_out_is_a_mutant(lab: Lab) -> None:
    dropped = {m.change for m in lab.mutants("rules") if m.line.rstrip(",") in m.change}
    assert {f"drop {word}" for word in ("observed", "elsewhere", "near", "not_seen")} <= dropped


def test_the_lab_leaves_the_real_modules_alone(lab: Lab) -> None:
    import service.domain.verdict.judge as real

    assert lab.plain["judge"] is not real
    assert lab.plain["judge"].judge is not real.judge
    assert lab.plain["dossier"].reachability is lab.plain["reachability"]
