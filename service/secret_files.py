"""Secrets that sources need, each in a file of its own name that nobody else may read.

It suits what hands secrets to services: systemd's credentials (`LoadCredential`), Docker's and
Kubernetes' secrets. A secret is never a setting: the environment is inherited, listed and logged.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

MAX_BYTES: Final = 8_192
_SECRET: Final = re.compile(r"[!-~](?:[ -~]*[!-~])?", re.ASCII)
"""One line of what may stand in a header."""


class NoSecret(Exception):
    """There is no secret to be had; `str()` says why, as a sentence."""


def read_secrets(names: Sequence[str], folder: Path) -> Mapping[str, str]:
    """The secrets of these names. Raises `NoSecret` for the first that is not to be had."""
    return MappingProxyType({name: _read(folder / name) for name in names})


def _read(path: Path) -> str:
    try:
        # Not held up by a pipe; looked at and read through one descriptor, so it is one file.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError as error:
        raise NoSecret(
            f"It needs a secret: write it into {path}, readable by you alone (`chmod 600`)."
        ) from error
    except OSError as error:
        raise NoSecret(f"Its secret {path} cannot be read: {error.strerror or error}.") from error
    with open(descriptor, "rb") as file:  # noqa: PTH123  (a descriptor has no path)
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise NoSecret(f"Its secret {path} is no file.")
        if _is_open_to_others(about):
            raise NoSecret(
                f"Its secret {path} can be read by other users of this machine: run `chmod 600` on"
                " it, and consider whether the secret should be exchanged for a new one."
            )
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise NoSecret(f"Its secret {path} is longer than {MAX_BYTES} bytes.")
    text = content.decode("ascii", "replace").strip()
    if not text:
        raise NoSecret(f"Its secret {path} is empty.")
    if not _SECRET.fullmatch(text):
        raise NoSecret(f"Its secret {path} must be one line of plain ASCII characters.")
    return text


def _is_open_to_others(about: os.stat_result) -> bool:
    """Others may not get at it. A group may where root said so: systemd and Kubernetes hand a
    service its credentials as root's files, readable by an entry for its user or group. Windows
    says nothing of it in a file's mode."""
    if os.name != "posix":
        return False
    closed = stat.S_IRWXO if about.st_uid == 0 else stat.S_IRWXO | stat.S_IRWXG
    return bool(about.st_mode & closed)
