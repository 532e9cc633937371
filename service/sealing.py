"""Sealing what tells whom somebody follows, with a key that lies outside of the database.

Without a key, things are stored as they are, marked so; with one, they are encrypted and
authenticated (Fernet: AES-128-CBC, HMAC-SHA-256), and what must be found again is found by a keyed
hash. A key that is exchanged for another stays readable as the former one until all is sealed anew.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Final, TypeVar

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from service.errors import StorageError

T = TypeVar("T")

KEY_NAME: Final = "watch_key"
FORMER_KEY_NAME: Final = "watch_key_former"
"""Files among the secrets. `tailcheck keys seal` makes a key."""

_OPEN: Final = b"\x00"
_SEALED: Final = b"\x01"
_HASH_BYTES: Final = 16


class Sealer:
    """Seals values and opens them."""

    def __init__(self, key: str = "", former: str = "") -> None:
        """`key` and `former` as `new_key` makes them; empty = none.

        Raises:
            StorageError: one of them is no such key.
        """
        self._fernets = [_fernet(text) for text in (key, former) if text]
        self._hash_key = hashlib.sha256(b"tailcheck blind\x00" + key.encode()).digest()
        self._keyed = bool(key)

    @property
    def is_keyed(self) -> bool:
        """Whether there is a key at all."""
        return self._keyed

    def seal(self, value: object) -> bytes:
        """The value, sealed; msgspec must know how to encode it."""
        plain = msgspec.msgpack.encode(value)
        if not self._keyed:
            return _OPEN + plain
        return _SEALED + self._fernets[0].encrypt(plain)

    def open(self, sealed: bytes, kind: type[T]) -> T:
        """The value as it was.

        Raises:
            StorageError: it was sealed with a key that is not here, or was tampered with.
        """
        return msgspec.msgpack.decode(self._opened(bytes(sealed)), type=kind)

    def is_current(self, sealed: bytes) -> bool:
        """Whether it is sealed as `seal` would do it now; else it is to be sealed anew."""
        if not self._keyed:
            return bytes(sealed[:1]) == _OPEN
        if bytes(sealed[:1]) != _SEALED:
            return False
        try:
            self._fernets[0].decrypt(bytes(sealed[1:]))
        except InvalidToken:
            return False
        return True

    def blind(self, *parts: str) -> bytes:
        """16 bytes by which the parts are found again, and which do not tell them to whoever lacks
        the key. Without a key anybody who guesses them can find them."""
        text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
        if not self._keyed:
            return hashlib.blake2b(text, digest_size=_HASH_BYTES).digest()
        return hmac.digest(self._hash_key, text, "sha256")[:_HASH_BYTES]

    def _opened(self, sealed: bytes) -> Any:
        if sealed[:1] == _OPEN:
            return sealed[1:]
        for fernet in self._fernets:
            try:
                return fernet.decrypt(sealed[1:])
            except InvalidToken:
                continue
        raise StorageError(
            "Watches are sealed with a key that is not here, or were tampered with: put the key"
            f" into `{KEY_NAME}` among the secrets (TAILCHECK_SECRETS_DIR)."
        )


def new_key() -> str:
    """A key for `Sealer`: 256 random bits."""
    return Fernet.generate_key().decode("ascii")


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError as error:
        raise StorageError(
            f"What lies in `{KEY_NAME}` is no key: `tailcheck keys seal` makes one."
        ) from error


PLAIN: Final = Sealer()
"""Seals nothing: there is no key."""
