"""Finding an airport by its name or its city, as typed, Latin or Cyrillic.

Everything is compared by a key: lower case, Latin, no accents, no punctuation, and without the
words that every airport has ("airport", "international", "аэропорт"). A name is known by its key,
and also without its city: *London Heathrow Airport* is "london heathrow" and "heathrow". A city
is known by its key and by each of its parts: *Arnavutköy, Istanbul* is also "istanbul".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from anyascii import anyascii
from rapidfuzz import fuzz, process

from schemas.places import Airport
from service.domain.airports.exonyms import AIRPORTS, ALSO_SERVE, CITIES_CYRILLIC, CITIES_LATIN

_EVERYDAY_WORDS = """
    airport airfield aerodrome airpark airstrip international intl regional municipal national
    air base airbase afb field the of
    aeroport aeroporta aeroporto aeropuerto aerodrom aerodromo aeraport aeradrom flughafen
    flugplatz lotnisko letiste letisko repuloter havalimani havaalani luchthaven lufthavn flygplats
    mezhdunarodnyy mezhdunarodnyi natsionalnyy gorod goroda imeni
"""
_EVERYDAY = frozenset(_EVERYDAY_WORDS.split())
_POINTING_WORDS = "north south east west central main new old city town county island lake n s e w"
_POINTERS = frozenset([*_POINTING_WORDS.split(), "1", "2", "3"])
"""What may be left of a name without its city, and names nothing by itself."""
_PRIVATE_STRIP_LANDS = ("US", "CA")
_SUGGEST_FROM = 84.0
"""Likeness (0 to 100) from which a misspelt name is worth suggesting."""
_MAX_SUGGESTED = 5


def key_of(text: str) -> str:
    """Lower-case Latin words without accents and punctuation, "saint" shortened."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    latin = anyascii(plain).lower().replace("'", "")
    words = re.findall("[a-z0-9]+", latin)
    return " ".join("st" if word in ("saint", "sankt") else word for word in words)


def _typed_key(text: str) -> str:
    """As typed, only case, hyphens and ё folded: the key of the exonym tables."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(re.findall(r"\w+", plain))


def _without_everyday_words(key: str) -> str:
    return " ".join(word for word in key.split() if word not in _EVERYDAY)


_SOUNDS = (
    ("shch", "q"), ("sch", "q"), ("zh", "j"), ("kh", "h"), ("ts", "c"), ("tz", "c"), ("ch", "x"),
    ("sh", "w"), ("iy", "i"), ("yy", "i"), ("ij", "i"), ("ye", "e"), ("yo", "o"), ("io", "o"),
    ("yu", "u"), ("iu", "u"), ("ya", "a"), ("ia", "a"), ("ie", "e"), ("y", "i"),
)  # fmt: skip


def _sound_key(key: str) -> str:
    """What transliterations of one Cyrillic name have in common (Yeysk, Eysk; Zhukovsky, -iy)."""
    for spelled, sound in _SOUNDS:
        key = key.replace(spelled, sound)
    return re.sub(r"(.)\1", r"\1", key)


def _is_cyrillic(text: str) -> bool:
    return any("Ѐ" <= c <= "ӿ" for c in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class CityGroup:
    """A city that several airports serve, by its IATA city code."""

    code: str
    name: str
    country: str
    """ISO 3166 alpha-2."""
    idents: tuple[str, ...]


class NameIndex:
    """All names and cities of a table of airports; built on first use, then only read."""

    def __init__(self, airports: Sequence[Airport], city_groups: Iterable[CityGroup] = ()) -> None:
        self._airports = airports
        self._idents = {airport.ident: index for index, airport in enumerate(airports)}
        self._full: dict[str, list[int]] = {}
        self._short: dict[str, list[int]] = {}
        self._in_city: dict[tuple[str, str], set[int]] = {}
        for index, airport in enumerate(airports):
            name = key_of(airport.name)
            cities = _city_keys(airport.city)
            self._full.setdefault(name, []).append(index)
            for key in _name_keys(name, cities):
                self._short.setdefault(key, []).append(index)
            for city in cities:
                self._serves(city, airport.country, index)
        for group in city_groups:
            for ident in group.idents:
                self._serves(key_of(group.name), group.country, self._idents.get(ident))
        for place, idents in ALSO_SERVE.items():
            city, _, country = place.partition("/")
            for ident in idents.split():
                self._serves(key_of(city), country, self._idents.get(ident))

    def _serves(self, city: str, country: str, index: int | None) -> None:
        if index is not None:
            self._short.setdefault(city, []).append(index)
            self._in_city.setdefault((city, country), set()).add(index)

    def exact(self, text: str) -> tuple[int, ...]:
        """Airports whose name or city this is, spelling by spelling; exonyms included."""
        typed = _typed_key(text)
        key = key_of(text)
        short = _without_everyday_words(key)
        for spelled in (typed, _bare(typed)):
            if (index := self._exonym_airports.get(spelled)) is not None:
                return (index,)
        if key != short and key in self._full:
            return self._meant(self._full[key], text)
        found = set(self._exonym_cities.get(_bare(typed), ()))
        if not (found and _is_cyrillic(text)):
            found.update(self._short.get(short, ()))
        return self._meant(found, text)

    def find(self, text: str) -> tuple[int, ...]:
        """Like `exact`, then by sound for what was typed in Cyrillic, then by single words."""
        if found := self.exact(text):
            return found
        key = _without_everyday_words(key_of(text))
        if not key:
            return ()
        if _is_cyrillic(text):
            found = self._meant(self._by_sound.get(_sound_key(key), ()), text)
        holders = [self._by_word.get(word, frozenset()) for word in key.split()]
        return found or self._meant(frozenset.intersection(*holders), text)

    def suggest(self, text: str) -> tuple[int, ...]:
        """Airports whose name or city comes close; for a hint, never for an answer."""
        key = _without_everyday_words(key_of(text))
        if len(key) < 3:
            return ()
        close = process.extract(
            _sound_key(key),
            self._sounds,
            scorer=fuzz.ratio,
            processor=None,
            score_cutoff=_SUGGEST_FROM,
            limit=_MAX_SUGGESTED,
        )
        return tuple({index for sound, _, _ in close for index in self._by_sound[sound]})

    def _meant(self, found: Iterable[int], text: str) -> tuple[int, ...]:
        """Without private strips, unless nothing else has the name and it is typed in full.

        In the United States and Canada thousands of strips without an ICAO or IATA code lie near
        a town or bear a family name. Whoever names a town means none of them, and "Минске" is a
        case of Minsk, not Minske Field in Minnesota. By code they are always found.
        """
        every = sorted(set(found))
        known = tuple(index for index in every if not _is_private_strip(self._airports[index]))
        in_full = " " in key_of(text) and not _is_cyrillic(text)
        if in_full and not any(self._airports[index].iata for index in every):
            return tuple(every)
        return known

    @cached_property
    def _exonym_airports(self) -> dict[str, int]:
        found = ((name, self._idents.get(ident)) for name, ident in AIRPORTS.items())
        return {_typed_key(name): index for name, index in found if index is not None}

    @cached_property
    def _exonym_cities(self) -> dict[str, frozenset[int]]:
        reached: dict[str, frozenset[int]] = {}
        for name, place in (*CITIES_CYRILLIC.items(), *CITIES_LATIN.items()):
            city, _, country = place.partition("/")
            reached[_typed_key(name)] = frozenset(self._in_city.get((key_of(city), country), ()))
        return reached

    @cached_property
    def _by_sound(self) -> dict[str, tuple[int, ...]]:
        sounds: dict[str, set[int]] = {}
        for key, found in self._short.items():
            sounds.setdefault(_sound_key(key), set()).update(found)
        return {sound: tuple(sorted(found)) for sound, found in sounds.items()}

    @cached_property
    def _sounds(self) -> list[str]:
        return sorted(self._by_sound)

    @cached_property
    def _by_word(self) -> dict[str, frozenset[int]]:
        words: dict[str, set[int]] = {}
        for index, airport in enumerate(self._airports):
            for word in key_of(f"{airport.name} {airport.city}").split():
                words.setdefault(word, set()).add(index)
        return {word: frozenset(found) for word, found in words.items()}


def _bare(typed: str) -> str:
    """Typed words without the everyday ones, compared by their Latin key."""
    return " ".join(word for word in typed.split() if key_of(word) not in _EVERYDAY)


def _city_keys(city: str) -> set[str]:
    parts = {key_of(city), *(key_of(part) for part in re.split("[,/(]", city))}
    return {part for part in parts if part}


def _name_keys(name: str, cities: set[str]) -> set[str]:
    short = _without_everyday_words(name)
    keys = {short}
    for city in cities:
        rest = f" {short} ".replace(f" {city} ", " ").strip()
        if rest and not set(rest.split()) <= _POINTERS:
            keys.add(rest)
    return keys - {""}


def _is_private_strip(airport: Airport) -> bool:
    return (
        not airport.iata
        and airport.country in _PRIVATE_STRIP_LANDS
        and any(c.isdecimal() for c in airport.ident)
    )
