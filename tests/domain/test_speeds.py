"""Bounds on speed: by type, and generous."""

from __future__ import annotations

from collections import Counter

from service.domain.verdict import speeds
from service.domain.verdict.speeds import (
    ANY,
    FAST_TURBOPROP,
    HELICOPTER,
    JET,
    PISTON,
    TURBOPROP,
    speed_class,
)

CLASSES = (ANY, JET, FAST_TURBOPROP, TURBOPROP, PISTON, HELICOPTER)


def test_types_and_their_bounds() -> None:
    for code, kt in (
        ("T204", 720), ("B738", 720), ("A388", 720), ("TU95", 600), ("AN24", 480), ("AT72", 480),
        ("C172", 360), ("AN2", 360), ("MI8", 260), ("EC35", 260), ("CONC", 1_650), ("MG31", 1_650),
    ):  # fmt: skip
        assert speed_class([code]).v_max_kt == kt, code


def test_an_unknown_type_may_be_the_fastest() -> None:
    assert speed_class([]) == ANY
    assert speed_class(["ZZZZ"]) == ANY
    assert speed_class(["C172", "ZZZZ"]) == ANY


def test_a_type_is_read_as_it_is_written() -> None:
    assert speed_class([" c172 "]) == PISTON
    assert speed_class(["", " ", "C172"]) == PISTON
    assert speed_class([""]) == ANY


def test_of_several_types_the_fastest_counts() -> None:
    assert speed_class(["C172", "AN24", "MI8"]) == TURBOPROP
    assert speed_class(["AN24", "T204"]) == JET


def test_no_type_is_listed_twice() -> None:
    codes = Counter(code for _, listed in speeds._DESIGNATORS for code in listed.split())
    assert [code for code, count in codes.items() if count > 1] == []
    assert all(2 <= len(code) <= 4 and code.isalnum() and code.isupper() for code in codes)


def test_the_fastest_class_is_the_unknown_one() -> None:
    assert max(CLASSES, key=lambda one: one.v_max_kt) == ANY
    assert len({one.v_max_kt for one in CLASSES}) == len(CLASSES)
