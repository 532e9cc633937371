"""Which sources are asked here, and by what facts: what the operator says of them.

`HOME/sources.toml` has a table for each source that needs a word::

    [readsb_local]
    url = "http://192.168.1.20/tar1090"     # where your own receiver answers

    [airplaneslive]
    agreed = "mail of 2026-01-02"           # which agreement lets you ask it

    [adsbfi]
    on = false                              # never ask it

    [roof]                                  # one more of a make that is known
    like = "readsb_local"
    url = "http://192.168.1.21/tar1090"
    attribution = "receiver on the roof"

Nothing here asks anybody anything.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from adapters._contract import Adapter
from schemas.sources import Source
from service.errors import BadInput
from service.secret_files import NoSecret, read_secrets
from service.settings import Settings
from service.source_words import KEY, UNSTATED, Words, keeps_secrets


@dataclass(frozen=True, slots=True)
class Setup:
    """The sources as they are here."""

    adapters: Mapping[str, Adapter]
    """By key, with what the operator corrected. All of them: one that is off can still read what
    it once sent."""
    off: Mapping[str, str]
    """By key, for each source that must not be asked: why, as a sentence."""
    secrets: Mapping[str, Mapping[str, str]] = field(repr=False)
    """By key, for each source that needs secrets and may be asked."""


def set_up(settings: Settings, adapters: Mapping[str, Adapter]) -> Setup:
    """The sources, corrected by `HOME/sources.toml`, with their secrets.

    Raises `BadInput` when that file says something we do not understand: a correction that is
    passed over in silence would be worse than none.
    """
    path = settings.sources_file
    said = {key: Words.read(path, key, table) for key, table in _tables(path).items()}
    made = {key: _like(words, adapters) for key, words in said.items() if key not in adapters}
    here: dict[str, Adapter] = {}
    off: dict[str, str] = {}
    secrets: dict[str, Mapping[str, str]] = {}
    for key, adapter in sorted({**adapters, **made}.items()):
        words = said.get(key) or Words.read(path, key, {})
        if "like" in words.said and key in adapters:
            raise words.wrong("is a source of its own; `like` is for one more of the same make")
        here[key] = _corrected(adapter, words)
        source = here[key].source
        why = _why_off(source, words)
        if not why and source.secrets:
            try:
                secrets[key] = read_secrets(source.secrets, settings.secrets_folder)
            except NoSecret as error:
                why = str(error)
        if why:
            off[key] = why
    return Setup(MappingProxyType(here), MappingProxyType(off), MappingProxyType(secrets))


def _tables(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is no text in UTF-8.") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path} cannot be read: {error}.") from error


def _like(words: Words, adapters: Mapping[str, Adapter]) -> Adapter:
    """One more source of the make of a known one, under a key of its own.

    It has the terms of whoever runs it, which we do not know: nothing of it is passed on. Whoever
    it shares receivers with, it shares them still.
    """
    said, offered = words.said, ", ".join(sorted(adapters))
    if "like" not in said:
        raise BadInput(f"{words.path}: there is no source {words.key!r}. There are: {offered}.")
    if not KEY.fullmatch(words.key):
        raise words.wrong("is no key: small letters, digits and _, beginning with a letter")
    model = adapters.get(said["like"])
    if model is None:
        raise words.wrong(f"is like no source there is; there are: {offered}")
    if _is_file_only(model.source):
        raise words.wrong(f"cannot be like {said['like']!r}, which is read from files")
    for name in ("url", "attribution"):
        if name not in said:
            raise words.wrong(f"is one more source, so it must say its {name}")
    terms = replace(
        model.source.terms,
        licence="as agreed with whoever runs it",
        personal_only=True,
        may_redistribute=False,
        note="",
    )
    source = replace(model.source, key=words.key, title=words.key, terms=terms, open_archive=False)
    return _changed(model, source=source)


def _corrected(adapter: Adapter, words: Words) -> Adapter:
    source, said = adapter.source, words.said
    if "url" in said and _is_file_only(source):
        raise words.wrong("is read from files that you hand over; it has no url")
    if "independence_group" in said and _is_file_only(source):
        raise words.wrong("holds files of many origins, so it has no one independence_group")
    if "independence_group" in said and source.independence_group != UNSTATED:
        raise words.wrong(
            f"shares its receivers with {source.independence_group!r}; that is no setting, because"
            " two sources that share receivers are one witness"
        )
    facts: dict[str, Any] = {
        name: said[name] for name in ("title", "independence_group") if name in said
    }
    if "url" in said:
        facts["url"] = said["url"].rstrip("/")
    if "lag_h" in said:
        facts["lag"] = timedelta(hours=said["lag_h"])
    for part, names in _PARTS.items():
        changed = {name: said[name] for name in names if name in said}
        if changed:
            facts[part] = replace(getattr(source, part), **changed)
    corrected = replace(source, **facts)
    reach = corrected.reach
    if reach.first_day and reach.last_day and reach.first_day > reach.last_day:
        raise words.wrong("ends before it begins: last_day must not come before first_day")
    for name in ("url", "token_url"):
        if source.secrets and name in said and not keeps_secrets(said[name]):
            raise words.wrong(f"is handed a secret, so {name} must begin with https://")
    more: dict[str, Any] = {}
    if "token_url" in said:
        access = getattr(adapter, "access", None)
        if not hasattr(access, "token_url"):
            raise words.wrong("needs no token, so it has no token_url")
        more["access"] = replace(cast(Any, access), token_url=said["token_url"])
    if corrected == source and not more:
        return adapter
    return _changed(adapter, source=corrected, **more)


_PARTS = {
    "terms": ("attribution",),
    "pace": ("requests_per_s", "burst", "daily_credits"),
    "reach": ("first_day", "last_day", "days_back"),
}


def _changed(adapter: Adapter, **fields: Any) -> Adapter:
    assert is_dataclass(adapter)
    return cast(Adapter, replace(adapter, **fields))


def _is_file_only(source: Source) -> bool:
    """A live source without an address waits for one; any other is fed with files."""
    return not source.url and source.kind != "live"


def _why_off(source: Source, words: Words) -> str:
    """Why a source must not be asked, secrets aside; empty = it may be."""
    where = words.path
    if words.said.get("on") is False:
        return f"Switched off in {where}."
    if _is_file_only(source):
        return "It is never asked: it is read from files that you hand over (`tailcheck import`)."
    if not source.url:
        return f'It has no address yet: write [{source.key}] and url = "http://…" into {where}.'
    if source.terms.needs_agreement and "agreed" not in words.said:
        note = f"{source.terms.note} " if source.terms.note else ""
        return (
            f"Its terms ask for an agreement. {note}When you have it, write [{source.key}] and"
            f' agreed = "which one" into {where}.'
        )
    return ""
