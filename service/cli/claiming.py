"""`tailcheck claim`: what a text claims about aircraft, read and judged."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from schemas.judging import ClaimOrigin, JudgedClaim, Result
from service.ask.claim_words import claim_text
from service.ask.claims import judge_text
from service.ask.typed import parse_date
from service.cli.common import Format, TextOrJson, open_desk, settings, told
from service.errors import BadInput

EXIT_OF_RESULT: Final[dict[Result, int]] = {
    "holds": 0,
    "fits": 0,
    "cannot_tell": 3,
    "does_not_fit": 1,
    "refuted": 1,
    "impossible": 1,
}
MOST_BYTES: Final = 256 << 10
"""A longer file is no article."""


def claim(
    published: Annotated[
        str,
        typer.Option(help='Date of publication: "yesterday" is counted from it.', metavar="DATE"),
    ],
    file: Annotated[
        str, typer.Argument(help="The text, UTF-8; - is standard input.", metavar="[FILE|-]")
    ] = "-",
    answer: Annotated[
        list[str] | None,
        typer.Option(help="Answer to a question of the reading.", metavar="FIELD=VALUE"),
    ] = None,
    publisher: Annotated[
        str, typer.Option(help="Whose text it is: his own reports are no evidence for it.")
    ] = "",
    url: Annotated[str, typer.Option(help="Where it was published; likewise.")] = "",
    form: Format = TextOrJson.TEXT,
) -> None:
    """What does this text claim, and how much of it do the data bear out?

    Exit code: 0 all holds or fits, 1 something does not, 3 can't tell or asked back, 2 a mistake
    in what was given. The text is kept nowhere.
    """
    with told():
        day = parse_date(published)
        answers = _answers(answer or [])
        text = _text(file)
        judged = judge_text(
            open_desk(settings()),
            text,
            day,
            answers=answers,
            origin=ClaimOrigin(publisher=publisher.strip(), url=url.strip()),
        )
        if form is TextOrJson.JSON:
            sys.stdout.buffer.write(msgspec.json.encode(judged) + b"\n")
        else:
            sys.stdout.buffer.write(claim_text(judged, text).encode("utf-8") + b"\n")
        raise typer.Exit(exit_of(judged))


def exit_of(judged: JudgedClaim) -> int:
    """As `tailcheck check` ends; what waits for an answer cannot be told."""
    code = EXIT_OF_RESULT[judged.result] if judged.result is not None else 3
    is_open = judged.reading is not None and bool(judged.reading.questions)
    return 3 if is_open and code == 0 else code


def _answers(given: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise BadInput(f"{one[:80]!r} is no answer; write it as FIELD=VALUE.")
        if name.strip() in found:
            raise BadInput(f"{name.strip()[:80]!r} is answered twice.")
        found[name.strip()] = value
    return found


def _text(file: str) -> str:
    try:
        if file == "-":
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"The file cannot be read: {error.strerror or error}.") from error
    if len(content) > MOST_BYTES:
        raise BadInput(f"A text has at most {MOST_BYTES >> 10} KiB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("The file is no text in UTF-8.") from error
