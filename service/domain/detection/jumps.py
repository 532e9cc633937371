"""What the parts of a track are that do not hang together; see `chains` in this room."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from schemas.movements import Mark
from schemas.records import Bool, Int64, Rejected
from service.domain.detection import rules
from service.domain.detection.anchors import anchors
from service.domain.detection.fields import Fields
from service.domain.detection.fixes import Doubt, Fixes
from service.domain.geo import distance_nm

_LOOK_BACK = 300
"""Stretches that one stretch is tried against; more only in tracks that are nothing but noise."""
_ODD_WEIGHT = 0.02
_WEIGHT_CAP = 30
_FAR_NM = 10.0


@dataclass(frozen=True, slots=True)
class Torn:
    """A track that did not hang together, taken apart."""

    bodies: tuple[Fixes, ...]
    """The body first. Others are the far side of a jump that nobody can settle, or a second
    aircraft; their fixes carry `Doubt.CONTESTED`."""
    stretches: tuple[tuple[Fixes, tuple[Mark, ...]], ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Nodes:
    """Stretches without an impossible step or a long silence in them: first and last row."""

    first: Int64
    last: Int64
    odd: Bool

    @property
    def fixes(self) -> Int64:
        return self.last - self.first + 1


def best_chain(fixes: Fixes, nodes: Nodes, spikes: Bool, v_kt: float) -> Bool:
    """The chain of mutually reachable stretches with most fixes, as a mask over stretches."""
    track, t_s = fixes.track, fixes.t_s
    # Capped: many pieces that fit together weigh more than one long piece that does not.
    weight = np.minimum(nodes.fixes, _WEIGHT_CAP) * np.where(nodes.odd, _ODD_WEIGHT, 1.0)
    weight[spikes] = -1.0
    count = len(weight)
    best = weight.astype(np.float64)
    before = np.full(count, -1, np.int64)
    for k in range(1, count):
        low = max(0, k - _LOOK_BACK)
        ends = nodes.last[low:k]
        start = nodes.first[k]
        apart = distance_nm(track.lat[ends], track.lon[ends], track.lat[start], track.lon[start])
        within = apart <= rules.REACH_SLACK_NM + v_kt * (t_s[start] - t_s[ends]) / 3600.0
        gain = np.where(within, best[low:k], -1.0)
        j = len(gain) - 1 - int(np.argmax(gain[::-1]))
        if gain[j] > 0.0:
            best[k] += gain[j]
            before[k] = low + j
    on_chain = np.zeros(count, np.bool_)
    k = int(np.argmax(best))
    while k >= 0:
        on_chain[k] = True
        k = int(before[k])
    return on_chain


class Judge:
    """Decides what each part that is not on the chain is."""

    def __init__(
        self,
        fixes: Fixes,
        fields: Fields,
        nodes: Nodes,
        spikes: Bool,
        on_chain: Bool,
        v_kt: float,
    ) -> None:
        self.fixes = fixes
        self.fields = fields
        self.nodes = nodes
        self.spikes = spikes
        self.on_chain = on_chain
        self.v_kt = v_kt
        self.kept = np.repeat(on_chain, nodes.fixes)
        """Rows of the body."""
        self.contested = np.zeros(len(fixes), np.bool_)
        """Rows on either side of a jump of which nobody can tell the true side."""
        self.far_sides: list[Int64] = []
        self.shown: dict[Mark, list[Int64]] = {}
        """Rows that are not the aircraft's, by what they are."""
        self.counts: dict[str, int] = {}

    def torn(self) -> Torn:
        """The track taken apart."""
        for k in np.flatnonzero(self.spikes).tolist():
            self._jumped(self._rows(k, k))
        groups = self._groups()
        other = self._second_aircraft(groups)
        if other is not None:
            return self._two_aircraft(other)
        # On the chain and odd all the same: nothing better was there.
        for k in np.flatnonzero(self.on_chain & self.nodes.odd).tolist():
            self._spoofed(self._rows(k, k))
        for first, last in groups:
            self._judge(first, last)
        all_ = self.fixes
        if self.contested.any():
            doubt = all_.doubt | self.contested.astype(np.uint8) * np.uint8(Doubt.CONTESTED)
            all_ = replace(all_, doubt=doubt)
        bodies = (all_.take(self.kept), *(all_.take(rows) for rows in self.far_sides))
        stretches = tuple(
            (self.fixes.take(np.sort(np.concatenate(rows))), (mark,))
            for mark, rows in self.shown.items()
        )
        return Torn(bodies, stretches, self._rejected())

    def _groups(self) -> list[tuple[int, int]]:
        """First and last node of each run of nodes off the chain that hang together."""
        groups: list[tuple[int, int]] = []
        nodes, before = self.nodes, -2
        for k in np.flatnonzero(~self.on_chain & ~self.spikes).tolist():
            whole = all(self.spikes[before + 1 : k]) and before >= 0
            if whole and self._reaches(int(nodes.last[before]), int(nodes.first[k])):
                groups[-1] = (groups[-1][0], k)
            else:
                groups.append((k, k))
            before = k
        return groups

    def _rows(self, first: int, last: int) -> Int64:
        """Rows of some consecutive nodes, without the spikes among them."""
        nodes = [k for k in range(first, last + 1) if first == last or not self.spikes[k]]
        return np.concatenate(
            [np.arange(int(self.nodes.first[k]), int(self.nodes.last[k]) + 1) for k in nodes]
        )

    def _judge(self, first: int, last: int) -> None:
        """One run of stretches off the chain, by how it meets the chain on either side."""
        rows = self._rows(first, last)
        t_s = self.fixes.t_s
        odd_fixes = int(self.nodes.fixes[first : last + 1][self.nodes.odd[first : last + 1]].sum())
        before = self._chain_row(rows[0], -1)
        after = self._chain_row(rows[-1], 1)
        torn_in = before is not None and not self._reaches(before, int(rows[0]))
        torn_out = after is not None and not self._reaches(int(rows[-1]), after)
        if len(rows) <= rules.FEW_FIXES and t_s[rows[-1]] - t_s[rows[0]] <= rules.FEW_S:
            self._jumped(rows)
        elif (torn_in and torn_out) or 2 * odd_fixes > len(rows):
            self._spoofed(rows)
        else:
            self._contest(rows, after_it=torn_out)

    def _chain_row(self, row: int, way: int) -> int | None:
        """The nearest row of the chain before (-1) or after (1) a row."""
        chain = np.flatnonzero(self.kept)
        k = int(np.searchsorted(chain, row)) - (way < 0)
        return int(chain[k]) if 0 <= k < len(chain) else None

    def _reaches(self, a: int, b: int) -> bool:
        track, t_s = self.fixes.track, self.fixes.t_s
        apart = float(distance_nm(track.lat[a], track.lon[a], track.lat[b], track.lon[b]))
        hours = float(t_s[b] - t_s[a]) / 3600.0
        return apart <= rules.REACH_SLACK_NM + self.v_kt * hours

    def _jumped(self, rows: Int64) -> None:
        self._count("a jump away from the track and back", len(rows))
        if len(rows) >= rules.LOW_RUN_FIXES:
            self.shown.setdefault("jump", []).append(rows)

    def _spoofed(self, rows: Int64) -> None:
        self._count("a stretch that cannot be this aircraft", len(rows))
        self.kept[rows] = False
        self.shown.setdefault("spoof_suspected", []).append(rows)

    def _contest(self, rows: Int64, *, after_it: bool) -> None:
        """One impossible jump, and no way back: the side that soon comes to a runway is believed.
        Else neither is, from the jump back to the last time that side was on a runway.

        `after_it`: the jump leads from `rows` to the chain; else from the chain to `rows`.
        """
        beside = self._other_side(rows, after_it=after_it)
        t_s = self.fixes.t_s
        jump_s = float(t_s[rows[-1]] if after_it else t_s[rows[0]])
        doubted: list[Int64] = []
        proven: list[bool] = []
        for side in (rows, beside):
            tied = anchors(self.fixes, side, self.fields)
            away = np.abs(t_s[tied] - jump_s)
            nearest = float(away.min()) if len(tied) else np.inf
            proven.append(nearest <= rules.ANCHOR_S)
            doubted.append(side[np.abs(t_s[side] - jump_s) < nearest])
        here, there = proven
        if there and not here:
            self._spoofed(rows)
        elif here and not there:
            self._spoofed(beside)
            self.kept[rows] = True
        else:
            self._count(
                "beside an impossible jump: one side is false, and nothing tells which",
                sum(len(side) for side in doubted),
            )
            for side in doubted:
                self.contested[side] = True
            self.far_sides.append(rows)

    def _other_side(self, rows: Int64, *, after_it: bool) -> Int64:
        """The body's rows on the other side of the jump, as far as they hang on it: up to the
        next silence of half an hour, or for `CONTEST_S`."""
        t_s = self.fixes.t_s
        chain = np.flatnonzero(self.kept)
        if after_it:
            side = chain[chain > rows[-1]]
            away = t_s[side] - t_s[rows[-1]]
        else:
            side = chain[chain < rows[0]][::-1]
            away = t_s[rows[0]] - t_s[side]
        silent = np.abs(np.diff(t_s[side], prepend=t_s[side[:1]])) > rules.OPEN_END_S
        reach = int(np.argmax(silent)) if silent.any() else len(side)
        near = side[:reach]
        return np.sort(near[away[:reach] <= rules.CONTEST_S])

    def _second_aircraft(self, groups: list[tuple[int, int]]) -> Int64 | None:
        """Rows off the chain that are a sound track of their own: long, far away, taking turns."""
        if len(groups) < 3:
            return None
        off = np.flatnonzero(~self.on_chain & ~self.nodes.odd & ~self.spikes)
        if int(self.nodes.fixes[off].sum()) < rules.TWO_AIRCRAFT_FIXES:
            return None
        own = Nodes(self.nodes.first[off], self.nodes.last[off], self.nodes.odd[off])
        chain = off[best_chain(self.fixes, own, np.zeros(len(off), np.bool_), self.v_kt)]
        rows = np.concatenate([self._rows(int(k), int(k)) for k in chain])
        turns = 1 + int((np.diff(chain) > 1).sum())
        t_s, track = self.fixes.t_s, self.fixes.track
        if (
            turns < 3
            or len(rows) < rules.TWO_AIRCRAFT_FIXES
            or t_s[rows[-1]] - t_s[rows[0]] < rules.TWO_AIRCRAFT_S
        ):
            return None
        body = np.flatnonzero(self.kept)
        beside = body[np.clip(np.searchsorted(body, rows), 0, len(body) - 1)]
        apart = distance_nm(track.lat[rows], track.lon[rows], track.lat[beside], track.lon[beside])
        at_once = np.abs(t_s[rows] - t_s[beside]) <= rules.NODE_GAP_S
        return rows if 2 * int((at_once & (apart > _FAR_NM)).sum()) >= len(rows) else None

    def _two_aircraft(self, other: Int64) -> Torn:
        """Both are kept: the verdict finds them in conflict. Neither proves anything."""
        everything = replace(
            self.fixes, doubt=self.fixes.doubt | np.uint8(Doubt.CONTESTED | Doubt.TWO)
        )
        rest = ~self.kept
        rest[other] = False
        if rest.any():
            self._count("a jump away from the track and back", int(rest.sum()))
        self._count("two aircraft under one address", len(other))
        return Torn((everything.take(self.kept), everything.take(other)), (), self._rejected())

    def _count(self, why: str, fixes: int) -> None:
        self.counts[why] = self.counts.get(why, 0) + fixes

    def _rejected(self) -> tuple[Rejected, ...]:
        return tuple(Rejected(why=why, count=count) for why, count in self.counts.items())
