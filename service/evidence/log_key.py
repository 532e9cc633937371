"""The key that heads of the log are signed with: `log_key`, a file among the secrets.

It is never in the database: whoever can rewrite that must not be able to sign it anew. It is made
when the first head is; where no file can be made there (secrets that are handed in), or the one
there cannot be used, heads stay unsigned and the reason is told. Once heads are signed, all are:
a key that is gone is not replaced in silence.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.log import LogHead
from service.errors import StorageError
from service.evidence.log_notes import key_bytes, raw
from service.secret_files import NoSecret, read_secrets

KEY_NAME: Final = "log_key"


class WrongKey(StorageError):
    """The key that signed the log is not the one that is here."""

    code = "log-key"


@dataclass(frozen=True, slots=True)
class LogKey:
    """The key, or why there is none."""

    private: Ed25519PrivateKey | None
    why_none: str = ""


def key_for(folder: Path | None, last: LogHead | None, *, new_key: bool = False) -> LogKey:
    """What the next head is signed with, after `last`; the file is made if none was ever used.

    `new_key`: the one that is here counts, or a new one, whoever signed before.

    Raises:
        WrongKey: heads were signed, and the key that signed them is not here.
    """
    signed = last is not None and bool(last.public_key)
    found = read_key(folder)
    if found.private is None and (not signed or new_key) and _is_absent(folder):
        assert folder is not None
        found = _made(folder)
    if signed and not new_key:
        assert last is not None
        if found.private is None:
            raise WrongKey(
                f"No head of the log is made, because those before were signed. {found.why_none}"
                f" {_NEW}"
            )
        must_be_ours(last, found)
    return found


def must_be_ours(last: LogHead, key: LogKey) -> None:
    """The head was signed with our key, if it was signed and there is one here.

    Raises:
        WrongKey: it was signed with another.
    """
    if key.private is None or not last.public_key:
        return
    if key_bytes(last.public_key) != raw(key.private.public_key()):
        raise WrongKey(
            f"The newest head of the log, number {last.number}, was not signed with the key in"
            f" `{KEY_NAME}` among the secrets: either the key was exchanged, or whoever wrote to"
            f" the database signed the log anew. {_NEW}"
        )


def new_key() -> str:
    """A key as its file holds it: 256 random bits."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def read_key(folder: Path | None) -> LogKey:
    """The key that is here, without making one."""
    if folder is None:
        return LogKey(None, "There is no folder for secrets.")
    try:
        text = read_secrets((KEY_NAME,), folder)[KEY_NAME]
    except NoSecret as error:
        return LogKey(None, str(error))
    try:
        seed = base64.b64decode(text, validate=True)
        return LogKey(Ed25519PrivateKey.from_private_bytes(seed))
    except (binascii.Error, ValueError):
        return LogKey(None, f"What lies in `{KEY_NAME}` among the secrets is no key.")


_NEW: Final = (
    f"Put the right `{KEY_NAME}` back; if it is lost, or was exchanged on purpose, begin with the"
    " one that is there now by `tailcheck log head --new-key`."
)


def _is_absent(folder: Path | None) -> bool:
    return folder is not None and not os.path.lexists(folder / KEY_NAME)


def _made(folder: Path) -> LogKey:
    """A new key in its file; if another process was quicker, that one's."""
    text = f"{new_key()}\n".encode()
    path = folder / KEY_NAME
    draft = folder / f".{KEY_NAME}.{secrets.token_hex(8)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123  (a descriptor has no path)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)  # never over another key, and never half of one
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        return LogKey(None, f"{path} cannot be made: {error.strerror or error}.")
    return read_key(folder)
