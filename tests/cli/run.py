"""Running the real command in a home of its own: in this process, or in one of its own.

Most tests ask what a command does and says, not how it starts: starting takes longer than all else.
What hangs on the process itself (signals, streams, a clean environment) runs in a new one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from service.cli import COMMANDS, build


def tailcheck(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`tailcheck WORDS…`, in this process, with no setting but the home."""
    ours = {name: None for name in os.environ if name.startswith("TAILCHECK_")}
    env = {**ours, "TAILCHECK_HOME": str(home), "COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}
    asked = [word for word in words[:1] if word in COMMANDS]
    done = CliRunner(env=env).invoke(build(asked or COMMANDS), list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


def tailcheck_process(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own, with nothing of the caller's environment but a path."""
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *words],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TAILCHECK_HOME": str(home)},
        check=False,
        timeout=300,
    )
