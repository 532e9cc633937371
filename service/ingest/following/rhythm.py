"""How often a live source is asked, and when what it showed is worked out: pure rules.

Asking: an aircraft that is near to a movement is asked for often, one that stands or is silent
once a minute. Not more seldom than that: a live reply lists whoever had a position within the last
minute, so anything longer would leave holes in which nobody looked.

Working out: a derivation that differs supersedes the former one and both are kept, so it is made
when something has come to an end, not with every poll. While an aircraft is low and in the air it
is put off: a track that ends there because it is still being flown would read as lost from sight.
One that has just taken off and climbs is not coming down, so its take-off is worked out; and an
emergency that it squawks waits for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from schemas.records import Track
from schemas.sources import Pace
from service.domain.detection.emergencies import CODES
from service.domain.detection.rules import EMERGENCY_HELD_S

NEAR_S: Final = 10.0
"""In the air below `HIGH_FT`, climbing or descending, just landed, or rolling."""
CRUISE_S: Final = 20.0
TRAFFIC_S: Final = 30.0
"""Somebody is low in the circle round a watched airport."""
CALM_S: Final = 55.0
"""Standing, silent, or nobody there: just under the minute for which replies list a position."""

SILENT_S: Final = 300.0
LATELY_S: Final = 600.0
HIGH_FT: Final = 20_000.0
LOW_FT: Final = 10_000.0
LEVEL_FPM: Final = 500.0
STANDING_KT: Final = 2.0

FOLLOWED_EVERY_S: Final = 900.0
OTHERS_EVERY_S: Final = 3_600.0
"""Of those who are only in a circle; and of the followed while nothing can have happened."""
TAKEN_OFF_S: Final = 90.0
LANDED_S: Final = 150.0
"""So long after leaving or touching the ground, the change is worked out. A landing is certain once
it was slow on the ground for a minute, which takes a roll-out and a poll longer: told before, it
would be told twice."""

REMAINING: Final = "x-rate-limit-remaining"

_US: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """An aircraft as it was last heard. NaN = not said."""

    t_us: int
    on_ground: bool
    alt_baro_ft: float
    gs_kt: float
    rate_fpm: float
    air_us: int | None
    """When it was last heard in the air."""
    changed_us: int
    """Since when it has been in the air, or on the ground; at first, when it was first heard."""
    has_changed: bool = False
    """It was heard to leave the ground, or to touch it."""
    emergency_us: int | None = None
    """Since when it has squawked an emergency; None = it does not."""

    @property
    def climbs(self) -> bool:
        """In the air and climbing: whatever ends there does not read as a landing."""
        return not self.on_ground and self.rate_fpm >= LEVEL_FPM

    @property
    def emergency_held(self) -> bool:
        """Whether it has squawked an emergency for long enough to be one."""
        since_us = self.emergency_us
        return since_us is not None and self.t_us - since_us >= EMERGENCY_HELD_S * _US

    @property
    def low(self) -> bool:
        """In the air, and near enough to the ground to be coming or going."""
        if self.on_ground:
            return False
        descending = self.alt_baro_ft < HIGH_FT and self.rate_fpm < -LEVEL_FPM
        return not self.alt_baro_ft >= LOW_FT or descending


def heard(track: Track, before: Last | None) -> Last | None:
    """The state after these fixes, in the order of time; None only when there never was one."""
    squawks = sorted(track.squawks)
    for i in np.argsort(track.t_us, kind="stable"):
        t_us, on_ground = int(track.t_us[i]), bool(track.on_ground[i])
        if before is not None and t_us <= before.t_us:
            continue
        emergency_us = before.emergency_us if before is not None else None
        while squawks and squawks[0][0] <= t_us:
            said_us, code = squawks.pop(0)
            if code not in CODES:
                emergency_us = None
            elif emergency_us is None:
                emergency_us = said_us
        air_us = before.air_us if before is not None else None
        same = before is not None and before.on_ground == on_ground
        before = Last(
            t_us=t_us,
            on_ground=on_ground,
            alt_baro_ft=float(track.alt_baro_ft[i]),
            gs_kt=float(track.gs_kt[i]),
            rate_fpm=float(track.rate_fpm[i]),
            air_us=air_us if on_ground else t_us,
            changed_us=before.changed_us if same and before is not None else t_us,
            has_changed=before is not None and (before.has_changed or not same),
            emergency_us=emergency_us,
        )
    return before


def pause_s(last: Last | None, now_us: int) -> float:
    """How long after a poll a followed aircraft is asked for again."""
    if last is None or now_us - last.t_us > SILENT_S * _US:
        return CALM_S
    if not last.on_ground:
        cruises = last.alt_baro_ft >= HIGH_FT and not abs(last.rate_fpm) >= LEVEL_FPM
        return CRUISE_S if cruises else NEAR_S
    just_landed = last.air_us is not None and now_us - last.air_us <= LATELY_S * _US
    return NEAR_S if just_landed or last.gs_kt > STANDING_KT else CALM_S


def traffic_pause_s(last: Last, now_us: int) -> float:
    """The same, for an aircraft that is only somewhere in a watched airport's circle."""
    return TRAFFIC_S if last.low and now_us - last.t_us <= CALM_S * _US * 2 else CALM_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What of an aircraft no derivation has seen yet."""

    since_us: int
    """When it was last worked out; at first, when it was first heard."""
    first_us: int | None
    """The first fix that waits; None = none does."""
    on_ground: bool | None = None
    """As the last derivation left it."""
    emergency_us: int | None = None
    """The emergency that the last derivation saw."""

    def told(self, last: Last, now_us: int) -> Pending:
        """After a derivation."""
        return Pending(
            since_us=now_us,
            first_us=None,
            on_ground=last.on_ground,
            emergency_us=last.emergency_us if last.emergency_held else None,
        )

    def more(self, first_us: int) -> Pending:
        """After other fixes."""
        waits = first_us if self.first_us is None else min(first_us, self.first_us)
        return replace(self, first_us=waits)


def settled(pending: Pending, last: Last, now_us: int, *, followed: bool) -> bool:
    """Whether it is time to work out what the aircraft did."""
    if pending.first_us is None:
        return False
    if now_us - last.t_us >= SILENT_S * _US:
        return True
    if last.emergency_held and last.emergency_us != pending.emergency_us:
        return True
    waited_s = (now_us - pending.since_us) / _US
    stands = last.on_ground and pending.on_ground is True
    known = pending.on_ground
    changed = last.has_changed if known is None else known != last.on_ground
    settles_s = LANDED_S if last.on_ground else TAKEN_OFF_S
    is_settled = now_us - last.changed_us >= settles_s * _US
    if changed and not is_settled:  # what is worked out now would only be told again, and better
        return waited_s >= OTHERS_EVERY_S
    if followed and changed and last.climbs:
        return True
    if not followed or last.low or stands:
        return waited_s >= OTHERS_EVERY_S
    if changed:
        return True
    return waited_s >= FOLLOWED_EVERY_S


class Credits:
    """Spreads what a source allows a day over the day."""

    def __init__(self, pace: Pace) -> None:
        self._daily = pace.daily_credits
        self._left: int | None = None
        self._spent = 1

    def told(self, headers: Mapping[str, str]) -> None:
        """Learn from a reply how many are left, and so what a request takes."""
        said = {name.lower(): value for name, value in headers.items()}
        left = said.get(REMAINING, "")
        if not (left.isascii() and left.isdecimal() and len(left) < 10):
            return
        if self._left is not None and int(left) < self._left:
            self._spent = self._left - int(left)
        self._left = int(left)

    def pause_s(self, requests: int, now: datetime) -> float:
        """The shortest pause between rounds of so many requests with which the credits last: those
        that the source says are left until midnight UTC, else a day's over a day."""
        if self._daily is None:
            return 0.0
        day = timedelta(days=1)
        if self._left is None:
            return day.total_seconds() * requests / max(1, self._daily)
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return (midnight + day - now).total_seconds() * requests * self._spent / max(1, self._left)
