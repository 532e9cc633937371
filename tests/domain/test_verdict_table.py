"""The case table: every verdict, every grade, every reason not to tell, and the edges of each."""

from __future__ import annotations

from typing import get_args

import pytest

from schemas.verdicts import READS, NoDataReason
from service.domain.verdict.judge import GRADES
from tests.domain.rows import Row, complaints
from tests.domain.table import ROWS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_answer_is_as_the_table_says(row: Row) -> None:
    assert complaints(row, row.asked.answer()) == []


def test_no_two_rows_have_one_name() -> None:
    names = [row.name for row in ROWS]
    assert sorted(set(names)) == sorted(names)


def test_every_verdict_and_grade_is_in_the_table() -> None:
    every = {(word, grade) for word, grades in GRADES.items() for grade in grades}
    assert {(row.word, row.grade) for row in ROWS} == every
    assert set(GRADES) == set(READS)


def test_every_reason_not_to_tell_is_in_the_table() -> None:
    codes = {row.codes[0] for row in ROWS if row.word == "no_data"}
    assert codes == set(get_args(NoDataReason))
