"""Known readings, sentence by sentence, and what must be asked back."""

from __future__ import annotations

import pytest

from service.domain.claims.assertions import from_reading
from tests.domain.claims.readings import everywhere, read, spelled
from tests.domain.claims.sentences import ASKED, KNOWN


def test_there_are_enough_of_them() -> None:
    assert len({text for text, _ in KNOWN}) >= 60
    assert len({text for text, _ in ASKED}) >= 30


@pytest.mark.parametrize(("text", "expected"), KNOWN, ids=[text[:60] for text, _ in KNOWN])
def test_a_sentence_is_read_as_it_is_meant(text: str, expected: str) -> None:
    reading = read(text)
    assert spelled(reading) == expected
    assert reading.questions == ()
    assert from_reading(reading, everywhere())


@pytest.mark.parametrize(("text", "field"), ASKED, ids=[text[:60] for text, _ in ASKED])
def test_what_is_not_settled_is_asked_and_asserts_nothing(text: str, field: str) -> None:
    reading = read(text)
    assert any(question.field.endswith(field) for question in reading.questions), reading.questions
    assert from_reading(reading, everywhere()) == ()
