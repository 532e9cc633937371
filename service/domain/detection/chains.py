"""Impossible jumps: which parts of a track hang together, and which of them is the aircraft.

A track that holds an impossible step is cut into stretches. The chain of stretches, each within
reach of the one before, that has most fixes is the body of the track. What is left over is judged:

    a few fixes                          a jump
    impossible to reach and to leave     spoofed: the body went on where it should have
    slow at cruise level, or climbing    spoofed: no aeroplane does that
      while standing still
    parted from its own reported speed   spoofed: drawn away bit by bit, then back in one jump
      and course until the jump
    a jump without a way back, and only  the other side is spoofed
      one side soon comes to a runway
    a jump without a way back            nobody can tell: neither side is leaned on
    taking turns for long, far apart     two aircraft on one address: both are kept, and conflict

The rule "drop a fix only when leaving it out is sane" of DESIGN §10, for one fix or a thousand.
"""

from __future__ import annotations

import numpy as np

from schemas.records import Bool, Float32, Int64
from service.domain.detection import rules
from service.domain.detection.deadreckoning import drifted_rows
from service.domain.detection.fields import Fields
from service.domain.detection.fixes import Fixes
from service.domain.detection.jumps import Judge, Nodes, Torn, best_chain
from service.domain.detection.strays import strays
from service.domain.geo import distance_nm


def untangle(fixes: Fixes, fields: Fields) -> Torn | None:
    """Takes a track apart where it cannot be one aircraft's; None where it can."""
    if len(fixes) < 2:
        return None
    v_kt = top_speed_kt(fixes.gs_kt)
    impossible = _impossible(fixes, v_kt)
    stray = strays(fixes)
    impossible[stray - 1] = impossible[stray] = True
    odd = _odd(fixes)
    if not impossible.any() and not odd.any():
        return None
    drifted = drifted_rows(fixes, np.flatnonzero(impossible))
    nodes = _nodes(fixes, impossible, odd, drifted)
    spikes = _spikes(fixes, nodes, impossible, stray, v_kt)
    on_chain = best_chain(fixes, nodes, spikes, v_kt)
    return Judge(fixes, fields, nodes, spikes, on_chain, v_kt).torn()


def top_speed_kt(gs_kt: Float32) -> float:
    """The speed that nothing unheard is held to exceed: `V_SPARE` times the fastest heard."""
    fastest = float(np.fmax.reduce(gs_kt)) if len(gs_kt) else float("nan")
    if not fastest > 0.0:
        return rules.V_MAX_KT
    return min(max(rules.V_SPARE * fastest, rules.V_FLOOR_KT), rules.V_MAX_KT)


def _impossible(fixes: Fixes, v_kt: float) -> Bool:
    """Steps longer than the aircraft could fly: by its reported speed over up to two minutes, by
    the speed bound over more."""
    step_s, step_nm, gs = fixes.step_s, fixes.step_nm, fixes.gs_kt
    by_speed = np.maximum(gs[1:], gs[:-1]) * np.float32(rules.STEP_SPARE / 3600.0) * step_s
    slow = (step_nm > rules.STEP_SLACK_NM + by_speed) & (step_s <= rules.NODE_GAP_S)
    bound = rules.REACH_SLACK_NM + np.fmax(by_speed, v_kt / 3600.0 * step_s)
    bad: Bool = slow | (step_nm > bound) | _taxies_too_fast(fixes)
    long = np.flatnonzero(bad & (step_nm > 60.0))
    if len(long):
        lat, lon = fixes.track.lat, fixes.track.lon
        exact = distance_nm(lat[long], lon[long], lat[long + 1], lon[long + 1])
        bad[long] = exact > bound[long]
    return bad


def _taxies_too_fast(fixes: Fixes) -> Bool:
    """Steps from ground to ground, of any length up to a gap, that no jet taxies (a helicopter
    may have hopped)."""
    ground, gs = fixes.on_ground, fixes.gs_kt
    bad: Bool = ground[1:] & ground[:-1] & (fixes.step_nm > rules.STEP_SLACK_NM)
    steps = np.flatnonzero(bad)
    if len(steps):
        taxi_kt = np.maximum(np.fmax(gs[steps], gs[steps + 1]), np.float32(rules.STOPPED_KT))
        seconds = fixes.step_s[steps]
        way_nm = rules.STEP_SLACK_NM + taxi_kt * seconds / 3600.0
        fast = np.count_nonzero(gs > np.float32(rules.FAST_KT)) >= rules.SEEN_FIXES
        bad[steps] = fast & (seconds <= rules.GAP_S) & (fixes.step_nm[steps] > way_nm)
    return bad


def _odd(fixes: Fixes) -> Bool:
    """Fixes that no aeroplane makes: slow at cruise level, by one that is known to be fast."""
    track = fixes.track
    odd: Bool = (track.alt_baro_ft > np.float32(rules.HIGH_FT)) & (
        track.gs_kt < np.float32(rules.SLOW_CRUISE_KT)
    )
    if odd.any():
        if not bool((track.gs_kt > rules.FAST_KT).any()):
            odd[:] = False  # a balloon, a glider in wave
        odd &= (track.alt_baro_ft > rules.CRUISE_FT) | (track.gs_kt < rules.SLOW_HIGH_KT)
    return odd


def _nodes(fixes: Fixes, impossible: Bool, odd: Bool, drifted: Bool) -> Nodes:
    """Cuts at impossible steps, at silences, and where a drift begins or ends. A stretch that is
    odd for the most part is odd altogether: below cruise level the same lie only looks better."""
    cut = impossible | (fixes.step_s > rules.NODE_GAP_S) | (drifted[1:] != drifted[:-1])
    first = np.concatenate(([0], np.flatnonzero(cut) + 1))
    last = np.concatenate((first[1:] - 1, [len(fixes) - 1]))
    mostly = 2 * np.add.reduceat(odd.astype(np.int64), first) > last - first + 1
    nodes = Nodes(first, last, mostly | drifted[first])
    _climbing_on_the_spot(fixes, nodes)
    return nodes


def _climbing_on_the_spot(fixes: Fixes, nodes: Nodes) -> None:
    """Marks stretches odd in which altitude changes by thousands of feet over one place."""
    track = fixes.track
    for k in np.flatnonzero(nodes.fixes >= rules.FEW_FIXES).tolist():
        rows = slice(int(nodes.first[k]), int(nodes.last[k]) + 1)
        alt = track.alt_baro_ft[rows]
        if np.isnan(alt).all():
            continue
        spread = float(np.nanmax(alt) - np.nanmin(alt))
        if spread > 2_000.0 and float(np.ptp(track.lat[rows])) < 0.02:
            east = np.ptp(track.lon[rows]) * np.cos(np.radians(track.lat[rows.start]))
            nodes.odd[k] |= bool(east < 0.02) and _rises_too_fast(fixes, rows, spread)


def _rises_too_fast(fixes: Fixes, rows: slice, spread_ft: float) -> bool:
    """A helicopter can climb over one place, but not fast and not without ever moving."""
    seconds = float(fixes.t_s[rows.stop - 1] - fixes.t_s[rows.start])
    return spread_ft > 3_000.0 or seconds <= 0.0 or spread_ft / seconds * 60.0 > 1_000.0


def _spikes(fixes: Fixes, nodes: Nodes, impossible: Bool, stray: Int64, v_kt: float) -> Bool:
    """Stretches of a few fixes that do not belong: an impossible step in and out, and none
    without them; or an impossible step on one side and nothing at all on the other."""
    count = len(nodes.first)
    spikes = np.zeros(count, np.bool_)
    if count < 2:
        return spikes
    torn_in = np.concatenate(([False], impossible[nodes.first[1:] - 1]))
    torn_out = np.concatenate((torn_in[1:], [False]))
    silent = np.concatenate(([True], fixes.step_s[nodes.first[1:] - 1] > rules.GAP_S, [True]))
    few = nodes.fixes <= rules.FEW_FIXES
    before = np.concatenate(([0], nodes.fixes[:-1]))
    after = np.concatenate((nodes.fixes[1:], [0]))
    spikes |= few & torn_out & silent[:-1] & (after > nodes.fixes)
    spikes |= few & torn_in & silent[1:] & (before > nodes.fixes)
    inner = np.flatnonzero(few & torn_in & torn_out)
    a, b = nodes.last[inner - 1], nodes.first[inner + 1]
    track, t_s, gs = fixes.track, fixes.t_s, fixes.gs_kt
    apart = distance_nm(track.lat[a], track.lon[a], track.lat[b], track.lon[b])
    speed = np.maximum(gs[a], gs[b]) * np.float32(rules.STEP_SPARE)
    speed = np.where(np.isnan(speed) | (t_s[b] - t_s[a] > rules.NODE_GAP_S), v_kt, speed)
    spikes[inner[apart <= rules.STEP_SLACK_NM + speed * (t_s[b] - t_s[a]) / 3600.0]] = True
    # Of two in a row, the second is judged by what is left without the first.
    spikes[1:] &= ~(spikes[:-1] & spikes[1:])
    astray = np.isin(nodes.first, stray)
    _judge_in_turn(fixes, nodes, few & torn_in & torn_out, astray, spikes)
    return spikes


def _judge_in_turn(fixes: Fixes, nodes: Nodes, torn: Bool, astray: Bool, spikes: Bool) -> None:
    """Brief stretches one after another, an impossible step between each and the next: those that
    the last good one leads to are good, when the good ones lead on to what follows. More than a
    few bad ones may be another aircraft."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], torn.view(np.int8), [0])))).tolist()
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start < 2:
            continue
        good = int(nodes.last[start - 1])
        odd: list[bool] = []
        for k in range(start, stop):
            here = int(nodes.first[k])
            odd.append(astray.item(k) or not _reported_way(fixes, good, here))
            good = good if odd[-1] else int(nodes.last[k])
        brief = int(nodes.fixes[start:stop][odd].sum()) <= rules.FEW_FIXES
        if brief and _reported_way(fixes, good, int(nodes.first[stop])):
            spikes[start:stop] = odd


def _reported_way(fixes: Fixes, a: int, b: int) -> bool:
    """Whether the reported speeds make the way from one row to another."""
    track, gs = fixes.track, fixes.gs_kt
    speed = max(gs.item(a), gs.item(b)) * rules.STEP_SPARE
    way_nm = rules.STEP_SLACK_NM + speed * float(fixes.t_s[b] - fixes.t_s[a]) / 3600.0
    apart = float(distance_nm(track.lat[a], track.lon[a], track.lat[b], track.lon[b]))
    return apart <= way_nm
