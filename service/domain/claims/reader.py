"""From a text to its reading: `Reader(airports).read(text, published)`. Nothing is judged here."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from schemas.claims import (
    MAX_TEXT,
    AircraftRead,
    ClaimLanguage,
    Leg,
    OutOfReach,
    Read,
    Reading,
    ReadingChoice,
    ReadingQuestion,
    Unread,
)
from service.domain.airports.table import Airports
from service.domain.claims.asking import Asker
from service.domain.claims.cast import Cast, Character
from service.domain.claims.found import Found, find, within
from service.domain.claims.legs import drafts_of
from service.domain.claims.places import Places
from service.domain.claims.scenes import Scene, scenes_of
from service.domain.claims.telling import Scrap, Told, told_by
from service.domain.claims.text import Piece, language_of
from service.domain.claims.types import read_type
from service.domain.claims.verbs import beyond_reach_in, is_denied
from service.errors import BadInput

IN_FIELDS = "Say it in fields instead: aircraft, airport, date."
_QUESTION = re.compile(r"\?[\"'”»)]*$")


class Reader:
    """Reads texts by one table of airports; learns their names on first use and keeps them."""

    def __init__(self, airports: Airports) -> None:
        self._places = Places(airports)

    def read(self, text: str, published: date) -> Reading:
        """What a text in English, Russian, Belarusian or Ukrainian says about aircraft.

        `published` is the date that "yesterday" is counted from. Everything read is marked on the
        text; `questions` must be answered (in fields) before what they concern is judged. The same
        text gives the same reading.

        Raises:
            BadInput: the text is longer than `MAX_TEXT` characters.
        """
        if len(text) > MAX_TEXT:
            raise BadInput(
                f"The text has {len(text):,} characters; at most {MAX_TEXT:,} are read. "
                "Give the sentences that speak of the aircraft."
            )
        language = language_of(text)
        if language is None:
            return _foreign(text, published)
        return _Reading(find(text, published, self._places), published, self._places).result(
            language
        )


def _foreign(text: str, published: date) -> Reading:
    whole = Piece(start=0, end=len(text))
    why = "Only English, Russian, Belarusian and Ukrainian are read here."
    question = ReadingQuestion(field="text", text=f"{why} {IN_FIELDS}")
    unread = (Unread(mark=whole.mark(text), why=why),) if text.strip() else ()
    return Reading(published=published, language=None, questions=(question,), unread=unread)


class _Reading:
    """One text while it is read."""

    def __init__(self, found: Found, published: date, places: Places) -> None:
        self._found = found
        self._published = published
        self._cast = Cast.of(found)
        self._asker = Asker(text=found.text, published=published, places=places)
        self._tellings: dict[int, list[Told]] = {id(c): [] for c in self._cast.characters}
        self._scraps: list[Scrap] = []
        self._told_in: set[int] = set()

    def result(self, language: ClaimLanguage) -> Reading:
        for index in range(len(self._found.sentences)):
            self._hear(index)
        aircraft = tuple(
            self._aircraft(character, index)
            for index, character in enumerate(self._cast.characters)
        )
        if not aircraft:
            self._asker.ask("text", f"No aircraft is named in the text. {IN_FIELDS}", None)
        elif not any(one.legs for one in aircraft):
            self._asker.ask(
                "text",
                f"No flight of a named aircraft is told in a way that is read here. {IN_FIELDS}",
                None,
            )
        return Reading(
            published=self._published,
            language=language,
            aircraft=aircraft,
            out_of_reach=self._out_of_reach(),
            questions=tuple(self._asker.questions),
            unread=self._unread(),
        )

    # --- sentences ------------------------------------------------------------------------------

    def _hear(self, index: int) -> None:
        sentence = self._found.sentences[index]
        scenes = scenes_of(self._found, index)
        said = self._found.text[sentence.start : sentence.end]
        refusal = ""
        if _QUESTION.search(said):
            refusal = "A question claims nothing."
        elif is_denied(self._found.text, sentence):
            refusal = "The sentence speaks of something that is denied."
        before: tuple[Character, ...] = ()
        for scene in scenes:
            whom, why = self._cast.whom(scene, before)
            before = whom
            self._listen(scene, whom, refusal or _not_told(scene) or why)

    def _listen(self, scene: Scene, whom: tuple[Character, ...], why: str) -> None:
        if not whom or why:
            if whom or scene.subjects:
                self._scraps.append(
                    Scrap(piece=scene.verb, why=why or "Whom this tells of is not said.")
                )
            return
        if scene.verb.kind == "length":
            self._take_length(scene, whom)
            return
        told, scraps = told_by(self._found, scene)
        self._scraps.extend(scraps)
        self._told_in.add(scene.sentence)
        for character in whom:
            self._tellings[id(character)].extend(told)

    def _take_length(self, scene: Scene, whom: tuple[Character, ...]) -> None:
        tellings = self._tellings[id(whom[0])] if len(whom) == 1 else []
        if not tellings or len(scene.durations) != 1:
            self._scraps.append(
                Scrap(piece=scene.verb, why="Which flight took so long is not clear.")
            )
            return
        last = tellings[-1]
        self._asker.used.append(scene.verb)
        tellings[-1] = replace(last, flight_time=scene.durations[0])

    # --- aircraft -------------------------------------------------------------------------------

    def _aircraft(self, character: Character, index: int) -> AircraftRead:
        text, where = self._found.text, f"aircraft[{index}]"
        tellings = self._tellings[id(character)]
        name: Read[str] | None = None
        if character.name is not None:
            self._asker.used.append(character.name)
            options = character.name.options
            if len(options) == 1:
                name = Read(value=options[0], mark=character.name.mark(text))
            else:
                choices = (ReadingChoice(value=option, text=option) for option in options)
                said = text[character.name.start : character.name.end]
                self._asker.ask(
                    f"{where}.aircraft",
                    f"“{said}” can be read in several ways.",
                    character.name,
                    *choices,
                )
        elif tellings:
            self._asker.ask(
                f"{where}.aircraft",
                "Only the type of this aircraft is said; which one it was, its registration tells.",
                character.type_piece,
            )
        drafts, lengths = drafts_of(tellings)
        self._scraps.extend(
            Scrap(piece=d, why="Not for certain the length of a flight.") for d in lengths
        )
        legs: list[Leg] = []
        before: Read[date] | None = None
        for number, draft in enumerate(drafts):
            legs.append(self._asker.leg(draft, f"{where}.legs[{number}]", before))
            before = legs[-1].on or before
        return AircraftRead(
            name=name,
            named_by=None if character.name is None else character.name.by,
            type_code=self._type(character),
            legs=tuple(legs),
        )

    def _type(self, character: Character) -> Read[str] | None:
        if character.type_piece is None:
            return None
        self._asker.used.append(character.type_piece)
        return read_type(self._found.text, character.type_piece, character.type_codes)

    # --- what was not read ----------------------------------------------------------------------

    def _out_of_reach(self) -> tuple[OutOfReach, ...]:
        named = []
        for index, sentence in enumerate(self._found.sentences):
            subjects = within(self._found.subjects, sentence)
            craft = [s for s in subjects if s.kind in ("named", "type", "craft")]
            names = within((*self._found.aircraft, *self._found.types), sentence)
            if not (craft or names) or not self._cast.characters:
                continue
            for words, why in beyond_reach_in(self._found.text, sentence):
                piece = words if index in self._told_in else sentence
                named.append(OutOfReach(mark=piece.mark(self._found.text), why=why))
        return tuple(named)

    def _unread(self) -> tuple[Unread, ...]:
        text = self._found.text
        reached = [(one.mark.start, one.mark.end) for one in self._out_of_reach()]
        found: list[tuple[Piece, str]] = [(s.piece, s.why) for s in self._scraps]
        run: list[Piece] = []
        for index, sentence in enumerate(self._found.sentences):
            if any(start == sentence.start and end == sentence.end for start, end in reached):
                found += _run(run)
                continue
            if within((p for p in self._asker.used), sentence) or any(
                sentence.holds(s.piece) for s in self._scraps
            ):
                found += _run(run)
                found += self._left_of(sentence, told=index in self._told_in)
                continue
            run.append(sentence)
        found += _run(run)
        marks = dict.fromkeys((piece.start, piece.end, why) for piece, why in found)
        return tuple(
            Unread(mark=Piece(start=start, end=end).mark(text), why=why)
            for start, end, why in sorted(marks)
        )

    def _left_of(self, sentence: Piece, *, told: bool) -> list[tuple[Piece, str]]:
        taken = [*self._asker.used, *(s.piece for s in self._scraps)]
        left = [
            p for p in within(self._found.items, sentence) if not any(p.meets(t) for t in taken)
        ]
        why = (
            "It goes with nothing that was read."
            if told
            else "Nothing was read from this sentence that it belongs to."
        )
        return [(piece, why) for piece in left]


def _run(sentences: list[Piece]) -> list[tuple[Piece, str]]:
    if not sentences:
        return []
    whole = Piece(start=sentences[0].start, end=sentences[-1].end)
    sentences.clear()
    return [(whole, "Nothing is told here of a flight of a named aircraft.")]


def _not_told(scene: Scene) -> str:
    if scene.verb.denied:
        return "The text says that this did not happen."
    if scene.verb.planned or any(d.ahead for d in scene.dates):
        return "A plan, a habit or a possibility is no claim about what happened."
    return ""
