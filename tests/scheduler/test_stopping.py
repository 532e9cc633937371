"""Being told to stop, by another thread or by a signal in the middle of anything."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from service.scheduler.stopping import Stopped, Stopping

STORM = """
import os, signal
from service.scheduler.stopping import Stopping

for _ in range(8):
    stopping = Stopping()
    signal.signal(signal.SIGUSR1, stopping.tell_from_signal)
    real, first = stopping._told.wait, [True]

    def wait(seconds=None):
        # A signal comes after the look at the flag, just before the wait begins: another thread
        # takes it, as the system may have it, so that no call of the main thread is broken off.
        if first.pop() if first else False:
            os.kill(os.getpid(), signal.SIGUSR1)
        return real(seconds)

    stopping._told.wait = wait
    stopping.wait()
    assert stopping()
print("ended")
"""


def test_a_signal_just_before_waiting_stops_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", STORM], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout) == (0, "ended\n"), done.stderr


def test_a_sleep_is_broken_off() -> None:
    stopping = Stopping()
    threading.Timer(0.05, stopping.tell).start()
    with pytest.raises(Stopped):
        stopping.sleep(600)
    assert stopping()


def test_a_sleep_that_is_not_broken_off_ends() -> None:
    stopping = Stopping()
    stopping.sleep(0.01)
    assert not stopping()


def test_a_signal_ends_the_wait_and_lets_go_of_whoever_sleeps() -> None:
    stopping = Stopping()
    stopping.tell_from_signal(15, None)
    assert stopping()
    stopping.wait()
    with pytest.raises(Stopped):
        stopping.sleep(600)
