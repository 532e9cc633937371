"""Rows of the case table: a question, and the answer it must have."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.verdicts import Verdict
from tests.domain.asking import Asked


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: a question, and the answer it must have."""

    name: str
    asked: Asked
    word: str
    grade: str
    codes: tuple[str, ...]
    """Of the reasons."""
    other: str | None = None
    """The answer for the date read another way, where it differs."""
    conflicts: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    possible: tuple[bool, ...] | None = None
    """Which of the silences told leave time for a visit; None = not looked at."""
    covered: int | None = None
    """Hours in which others were heard; None = not looked at."""
    kinds: str | None = None
    """Kinds of the evidence items, with spaces; None = not looked at."""
    says: tuple[str, ...] = ()
    """What the sentence must contain."""


def row(name: str, asked: Asked, answer: str, codes: str, **expected: object) -> Row:
    """A `Row` in one line: `answer` is word and grade, `codes` the reasons' codes."""
    word, grade = answer.split()
    return Row(
        name=name,
        asked=asked,
        word=word,
        grade=grade,
        codes=tuple(codes.split()),
        **expected,  # type: ignore[arg-type]
    )


def complaints(row: Row, found: Verdict) -> list[str]:
    """What in the answer is not as the row says."""
    seen: list[tuple[str, object, object]] = [
        ("verdict", row.word, found.verdict),
        ("grade", row.grade, found.grade),
        ("reasons", row.codes, tuple(reason.code for reason in found.reasons)),
        ("other date", row.other, found.other_date and found.other_date.verdict),
        ("conflicts", row.conflicts, tuple(reason.code for reason in found.conflicts)),
        ("rivals", row.rivals, tuple(rival.airport for rival in found.rivals)),
    ]
    if row.possible is not None:
        seen.append(("silences", row.possible, tuple(gap.possible for gap in found.gaps)))
    if row.covered is not None:
        seen.append(("hours covered", row.covered, len(found.coverage)))
    if row.kinds is not None:
        seen.append(("evidence", row.kinds, " ".join(item.kind for item in found.evidence)))
    seen += [(f"says {text!r}", True, text in found.sentence) for text in row.says]
    return [f"{what}: {want!r} wanted, {got!r} given" for what, want, got in seen if want != got]
