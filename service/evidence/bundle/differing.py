"""Versions: those an answer was made with, those that are here, and what a difference means."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import TZPATH

from service.domain.detection.detect import RULES_VERSION as DETECTION
from service.domain.verdict.judge import RULES_VERSION as VERDICT
from service.evidence.bundle.parts import FORMAT, OtherUnit, UnitDoc, Versions


def versions_here(*, verdict_rules: str = VERDICT, reference: str) -> Versions:
    """What an answer that is given now is made with."""
    return Versions(
        format=FORMAT,
        tailcheck=package_version("tailcheck"),
        verdict_rules=verdict_rules,
        detection_rules=DETECTION,
        reference=reference,
        time_zones=time_zones(),
        python=platform.python_version(),
    )


def differences(made_with: Versions, units: Sequence[UnitDoc | OtherUnit]) -> list[str]:
    """A sentence for each version that is another one here, and may give another answer. The
    release of Python is named with the others only: alone it changes nothing."""
    here = versions_here(reference=made_with.reference)
    found = []
    for what, then, now in (
        ("This bundle's format", made_with.format, here.format),
        ("Tailcheck", made_with.tailcheck, here.tailcheck),
        ("The rules of the verdict", made_with.verdict_rules, here.verdict_rules),
        ("The time zones", made_with.time_zones, here.time_zones),
    ):
        if then != now:
            found.append(f"{what}: it was made with {then!r}, here is {now!r}.")
    rules = sorted({unit.rules_version for unit in units} - {here.detection_rules})
    if rules:
        found.append(
            f"The rules of detection: it was made with {', '.join(map(repr, rules))},"
            f" here is {here.detection_rules!r}."
        )
    tables = sorted({unit.reference_version for unit in units} - {made_with.reference})
    if tables:
        found.append(
            "The airport tables: part of it was derived with others than the answer was given"
            f" with ({'; '.join(tables)})."
        )
    if found and made_with.python != here.python:
        found.append(f"Python: it was made with {made_with.python}, here is {here.python}.")
    return found


def package_version(name: str) -> str:
    """``0`` where it is not installed as a package."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "0"


@cache
def time_zones() -> str:
    """The release of the time zone database that `zoneinfo` reads: this machine's, else the one
    that came as a package."""
    for folder in TZPATH:
        for name in ("+VERSION", "tzdata.zi"):
            try:
                first = (Path(folder) / name).read_text(encoding="ascii").split("\n", 1)[0]
            except (OSError, UnicodeDecodeError):
                continue
            return first.removeprefix("# version ").strip()[:40]
        if (Path(folder) / "UTC").exists():
            return "of the machine"
    return package_version("tzdata")
