"""Which aircraft a text tells of, and which of them "the plane" and "it" mean.

"The plane" is the one aircraft of the text so far, or the one of this sentence and the one before;
"it" only the one just spoken of. Anything else is left unread: a leg of the wrong aircraft is worse
than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from service.domain.claims.aircraft import AircraftName
from service.domain.claims.found import Found
from service.domain.claims.scenes import Scene
from service.domain.claims.subjects import Subject, is_between
from service.domain.claims.text import Piece


@dataclass(slots=True, kw_only=True, eq=False)
class Character:
    """One aircraft of the text, as far as it has been read."""

    name: AircraftName | None
    type_piece: Piece | None = None
    type_codes: tuple[str, ...] = ()
    first: int
    """Where it is first spoken of."""


@dataclass(slots=True, kw_only=True)
class Cast:
    """All aircraft of a text, and who was spoken of in which sentence."""

    found: Found
    characters: list[Character] = field(default_factory=list)
    of_name: dict[int, Character] = field(default_factory=dict)
    """By the index of the mention in `Found.aircraft`."""
    of_type: dict[int, Character] = field(default_factory=dict)
    spoken: dict[int, list[Character]] = field(default_factory=dict)
    """By sentence: who was named or meant in it, in order."""
    others: set[int] = field(default_factory=set)
    """Sentences that speak of another aircraft, not named."""

    @classmethod
    def of(cls, found: Found) -> Cast:
        """Everybody who is named, by registration, address or type alone."""
        cast = cls(found=found)
        cast._take_names()
        cast._take_types()
        cast.characters.sort(key=lambda one: one.first)
        for index, sentence in enumerate(found.sentences):
            for subject in found.subjects:
                if sentence.holds(subject) and subject.kind == "other":
                    cast.others.add(index)
            for i, name in enumerate(found.aircraft):
                if sentence.holds(name):
                    cast._speak(index, cast.of_name[i])
            for i, piece in enumerate(found.types):
                if sentence.holds(piece) and i in cast.of_type:
                    cast._speak(index, cast.of_type[i])
        return cast

    def _speak(self, sentence: int, one: Character) -> None:
        self.spoken.setdefault(sentence, []).append(one)

    def _take_names(self) -> None:
        by_options: dict[tuple[str, ...], Character] = {}
        previous: tuple[AircraftName, Character] | None = None
        for index, name in enumerate(self.found.aircraft):
            one = by_options.get(name.options)
            if one is None and previous is not None and self._is_address_of(previous[0], name):
                one = previous[1]
            if one is None:
                one = Character(name=name, first=name.start)
                self.characters.append(one)
            by_options[name.options] = one
            self.of_name[index] = one
            previous = (name, one)

    def _is_address_of(self, one: AircraftName, other: AircraftName) -> bool:
        """ "RA-64523 (14FC0B)" is one aircraft."""
        return one.by != other.by and is_between(self.found.text, one, other)

    def _take_types(self) -> None:
        for index, piece in enumerate(self.found.types):
            codes = self.found.type_codes[index]
            one = self._beside(piece) or self._of_that_type(piece, codes)
            if one is None:
                one = Character(name=None, type_piece=piece, type_codes=codes, first=piece.start)
                self.characters.append(one)
            elif one.type_piece is None:
                one.type_piece, one.type_codes = piece, codes
            self.of_type[index] = one

    def _beside(self, piece: Piece) -> Character | None:
        text = self.found.text
        for index, name in enumerate(self.found.aircraft):
            if is_between(text, piece, name) or _names_its_type(text, name, piece):
                return self.of_name[index]
        return None

    def _of_that_type(self, piece: Piece, codes: tuple[str, ...]) -> Character | None:
        before = self.found.text[max(0, piece.start - 40) : piece.start]
        if _ANOTHER.search(before):
            return None
        alike = [c for c in self.characters if set(c.type_codes) & set(codes)]
        if len(alike) == 1:
            return alike[0] if not _ONE_OF.search(before) or alike[0].name is None else None
        named = [c for c in self.characters if c.name is not None]
        alone = len(named) == 1 and not named[0].type_codes and len(self.characters) == 1
        if alone and (piece.start < named[0].first or _THE.search(before)):
            return named[0]
        return None

    def whom(
        self, scene: Scene, previous: tuple[Character, ...]
    ) -> tuple[tuple[Character, ...], str]:
        """The aircraft that a scene tells of, or () and why not. `previous` = those of the scene
        before it in the same sentence."""
        if scene.carried and not scene.subjects:
            told = previous or self._of_last_sentence(scene)
            return (
                (told, "") if told else ((), scene.why_nobody or "Whom this tells of is not said.")
            )
        met: list[Character] = []
        for subject in scene.subjects:
            one, why = self._meant(subject, scene)
            if one is None:
                return (), why
            if one not in met:
                met.append(one)
                self._speak(scene.sentence, one)
        return tuple(met), scene.why_nobody

    def _of_last_sentence(self, scene: Scene) -> tuple[Character, ...]:
        here = self._before_in_sentence(scene.sentence, scene.verb.start)
        last = here or _distinct(self.spoken.get(scene.sentence - 1, []))
        return tuple(last) if len(last) == 1 and scene.sentence - 1 not in self.others else ()

    def _before_in_sentence(self, sentence: int, at: int) -> list[Character]:
        names = [
            self.of_name[i]
            for i, n in enumerate(self.found.aircraft)
            if self.found.sentences[sentence].holds(n) and n.end <= at
        ]
        types = [
            self.of_type[i]
            for i, t in enumerate(self.found.types)
            if self.found.sentences[sentence].holds(t) and t.end <= at and i in self.of_type
        ]
        return _distinct([*names, *types])

    def _meant(self, subject: Subject, scene: Scene) -> tuple[Character | None, str]:
        if subject.kind == "named":
            return self.of_name[subject.index], ""
        if subject.kind == "type":
            return self.of_type[subject.index], ""
        if subject.kind == "other":
            return None, "Another aircraft than the named one is spoken of."
        here = self._before_in_sentence(scene.sentence, subject.start) or _distinct(
            one
            for one in self.spoken.get(scene.sentence, [])
            if one.first < subject.start
            and not any(
                self.of_name[i] is one
                and n.start > subject.start
                and self.found.sentences[scene.sentence].holds(n)
                for i, n in enumerate(self.found.aircraft)
            )
        )
        recent = here or _distinct(self.spoken.get(scene.sentence - 1, []))
        if subject.kind == "pronoun":
            return self._by_pronoun(subject, scene, recent, bool(here))
        so_far = [c for c in self.characters if c.first < subject.start]
        since = max(
            (i for i, told in self.spoken.items() if told and i <= scene.sentence), default=-1
        )
        if any(since <= i <= scene.sentence for i in self.others):
            return (
                None,
                "Another aircraft is spoken of as well; which of them is meant is not clear.",
            )
        if len(so_far) == 1 and not any(i <= scene.sentence for i in self.others):
            return so_far[0], ""
        if len(recent) == 1:
            return recent[0], ""
        return None, _NOT_CLEAR if so_far else "The aircraft is not named before this."

    def _by_pronoun(
        self, subject: Subject, scene: Scene, recent: list[Character], here: bool
    ) -> tuple[Character | None, str]:
        if len(recent) != 1 or (not here and scene.sentence - 1 in self.others):
            return None, _NOT_CLEAR
        said = self.found.text[subject.start : subject.end]
        if not said.isascii() and not here and self._speaks_of_somebody(scene.sentence - 1):
            return None, "It may be the aircraft or somebody spoken of in the sentence before."
        return recent[0], ""

    def _speaks_of_somebody(self, sentence: int) -> bool:
        """Whether a sentence has a name in it that is no place, no type and no aircraft."""
        piece = self.found.sentences[sentence]
        known = (
            *self.found.places,
            *self.found.aircraft,
            *self.found.types,
            *self.found.dates,
            *self.found.times,
        )
        for match in re.finditer(
            r"(?<=[\s«(])[A-ZА-ЯЁІЇЄЎ][\w’'-]+", self.found.text[piece.start : piece.end]
        ):
            start = piece.start + match.start()
            if not any(one.start <= start < one.end for one in known):
                return True
        return False


_NOT_CLEAR = "Which aircraft is meant is not clear."
_ANOTHER = re.compile(
    r"(?:another|second|other|друг\w+|втор\w+|инш\w+|інш\w+|ещё\sодин|еще\sодин|ще\sодин|яшчэ\sадзін)\s$",
    re.IGNORECASE,
)
_ONE_OF = re.compile(r"(?<!\w)(?:a|an|one)\s(?:[\w-]+\s)?$", re.IGNORECASE)
_THE = re.compile(r"(?<!\w)(?:the|this)\s(?:[\w-]+\s)?$", re.IGNORECASE)


def _distinct(ones: Iterable[Character]) -> list[Character]:
    found: list[Character] = []
    for one in ones:
        if not any(one is other for other in found):
            found.append(one)
    return found


_ITS_TYPE = re.compile(
    r"[\s,(«]*(?:—|–|-|is|was|это|гэта|це)?\s*(?:это|гэта|це)?\s*(?:a|an|the)?\s*[«\"(]?",
    re.IGNORECASE,
)


def _names_its_type(text: str, name: Piece, piece: Piece) -> bool:
    """ "RA-64523, a Tu-214", "RA-64523 is a Tu-214", «RA-64523 — это Ту-214»."""
    return name.end <= piece.start and _ITS_TYPE.fullmatch(text[name.end : piece.start]) is not None
