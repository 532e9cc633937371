"""What code that is not ours may touch while it sends a message: public machines, and those that
are allowed; no file, no program, no other machine of our network.

Chat services are reached by apprise's plugins: some two hundred, each with its own way to connect,
some willing to read a file or fetch a template that the URL names. They cannot all be read, so
what they do is watched where it happens: Python tells its audit hooks (PEP 578) of every
connection, opened file, started program and thread before it is made, and a hook may refuse.
It holds for the thread that is inside the fence only, and is no jail for hostile code: it keeps
ordinary code from being led astray by a URL.
"""

from __future__ import annotations

import mimetypes
import os
import site
import socket
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from service.notify.addresses import Address, read_address

_TO_ADDRESS: Final = frozenset(("socket.connect", "socket.sendto", "socket.sendmsg"))
_NEVER: Final = frozenset(
    (
        *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork"),
        *("os.forkpty", "os.startfile", "pty.spawn", "ctypes.dlopen"),
        # A thread would be outside of the fence. Python 3.11 does not tell of them.
        *("_thread.start_new_thread", "_thread.start_joinable_thread"),
    )
)
_HARMLESS: Final = frozenset(
    os.path.realpath(path)
    for path in (
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        *site.getsitepackages(),
        *mimetypes.knownfiles,
        *("/etc/ssl", "/etc/pki", "/usr/lib/ssl", "/usr/share/zoneinfo"),
    )
)
"""What may be read: Python's own modules and data, certificates, time zones."""


class Fence:
    """What one thread may touch."""

    def __init__(self, may_dial: Callable[[Address], bool]) -> None:
        self._may_dial = may_dial
        self.refused = ""
        """What was refused last, as a sentence; the code inside may have kept it to itself."""

    def look(self, event: str, args: tuple[object, ...]) -> None:
        """Raises PermissionError for what may not be."""
        if event in _TO_ADDRESS:
            if not self._is_fine(args[0], args[1]):
                self._refuse("It leads to an address that is not of a public machine.")
        elif event == "open":
            if not _is_harmless(args[0], args[2]):
                self._refuse("It wants to use a file of this machine.")
        elif event in _NEVER:
            self._refuse("It wants to start a program or a thread on this machine.")

    def _is_fine(self, sock: object, to: object) -> bool:
        if getattr(sock, "family", None) not in {socket.AF_INET, socket.AF_INET6}:
            return False
        if to is None:  # it is connected already, and was looked at then
            return True
        address = read_address(str(to[0])) if isinstance(to, tuple) and to else None
        return address is not None and self._may_dial(address)

    def _refuse(self, why: str) -> None:
        self.refused = why
        raise PermissionError(why)


class _Here(threading.local):
    fence: Fence | None = None


_here: Final = _Here()
_installing: Final = threading.Lock()
_installed = False


@contextmanager
def fenced(fence: Fence) -> Iterator[None]:
    """This thread is inside the fence meanwhile."""
    _install()
    _here.fence = fence
    try:
        yield
    finally:
        _here.fence = None


def _install() -> None:
    """Once for the process: a hook cannot be taken out again. Outside of a fence it does
    nothing."""
    global _installed  # noqa: PLW0603
    with _installing:
        if not _installed:
            sys.addaudithook(_hook)
            _installed = True


def _hook(event: str, args: tuple[object, ...]) -> None:
    fence = _here.fence
    if fence is not None:
        fence.look(event, args)


def _is_harmless(path: object, flags: object) -> bool:
    if isinstance(path, int):  # it is open already
        return True
    if not isinstance(path, str | bytes | os.PathLike) or not isinstance(flags, int):
        return False
    if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
        return False
    real = os.path.realpath(os.fsdecode(path))
    return any(real == root or real.startswith(root + os.sep) for root in _HARMLESS)
