"""Airports and countries as people type them, for "only there"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

from service.domain.airports.names import key_of
from service.domain.airports.table import Airports
from service.errors import AmbiguousAirport, BadInput, Choice, UnknownAirport

ISO: Final = "iso:"
"""Before the two letters of a country, where an airport's ident could stand as well."""


def place_of(airports: Airports, typed: str) -> str:
    """An airport's ident, or a country as ``iso:BY``.

    Two letters are a country first. A name that a country shares with an airport or a city
    (Singapore, Georgia) comes back as a choice.

    Raises:
        BadInput: it is neither (`UnknownAirport`), or may be several (`AmbiguousAirport`).
    """
    text = " ".join(typed.split())
    if text.lower().startswith(ISO):
        return ISO + _coded(text[len(ISO) :].strip().upper(), text)
    if text.upper() in country_names():
        return ISO + text.upper()
    country = _by_name().get(key_of(text))
    if country is None:
        return airports.resolve(text).ident
    try:
        airport = airports.resolve(text)
        there: tuple[Choice, ...] = (Choice(code=airport.ident, text=airport.name),)
    except AmbiguousAirport as error:
        there = error.choices
    except UnknownAirport:
        return ISO + country
    whole = Choice(code=ISO + country, text=f"all of {country_names()[country]}")
    listed = "; ".join(f"{choice.code} = {choice.text}" for choice in (whole, *there))
    raise AmbiguousAirport(
        f"“{text[:80]}” is a country, and may be an airport. Ask by code: {listed}.",
        (whole, *there),
    )


@lru_cache(maxsize=1)
def country_names() -> Mapping[str, str]:
    """Every country's English name by its ISO 3166 code, as the time zone database lists them."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line[:1] not in ("", "#"))
    return {code: name for code, name, *_ in rows}


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, str]:
    return {key_of(name): code for code, name in country_names().items()}


def _coded(code: str, typed: str) -> str:
    if code not in country_names():
        raise BadInput(
            f"“{typed[:80]}” is no country; write the two letters of ISO 3166, as {ISO}BY."
        )
    return code
