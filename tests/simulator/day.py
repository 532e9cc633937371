"""One simulated aircraft-day: recipe and seed in, track and truth out."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from schemas.records import Float64, Track, Via
from tests.simulator.faults import spoil
from tests.simulator.kinds import KINDS, Kind
from tests.simulator.plan import Plan, make
from tests.simulator.receiver import Fixes, receive
from tests.simulator.recipe import Recipe, draw
from tests.simulator.truth import Truth

SOURCE = "simulated"
CAPTURE = "5" * 64
FIRST_DAY = date(2024, 1, 1)
_VIA_WORDS = {
    Via.ADSB: "adsb_icao",
    Via.MLAT: "mlat",
    Via.TISB: "tisb_icao",
    Via.ADSC: "adsc",
    Via.MODE_S: "mode_s",
    Via.OTHER: "other",
}


@dataclass(frozen=True, slots=True, repr=False)
class Day:
    """What happened, what was received of it, and how to make the very same again."""

    seed: int
    recipe: Recipe
    start: datetime
    """00:00 UTC of its first day."""
    plan: Plan
    fixes: Fixes
    icao24: str

    @property
    def truth(self) -> Truth:
        """What really happened."""
        return self.plan.truth

    @property
    def kind(self) -> Kind:
        """The aircraft's kind."""
        return KINDS[self.recipe.type_code]

    def __repr__(self) -> str:
        return self.remake

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How Hypothesis shows it in a falsifying example."""
        printer.text(self.remake)

    @property
    def remake(self) -> str:
        """The one line that makes it again."""
        return f"simulate({self.seed}, {self.recipe!r})"


def simulate(seed: int, recipe: Recipe | None = None) -> Day:
    """The day of a seed; without a recipe the seed draws that too. The same seed, the same day."""
    rng = np.random.default_rng([20180818, seed])
    if recipe is None:
        recipe = draw(rng)
    start = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC)
    start += timedelta(days=seed % 730)
    plan = make(recipe, start.timestamp(), rng)
    fixes = spoil(receive(plan, recipe, rng), plan, recipe, rng)
    return Day(
        seed=seed,
        recipe=recipe,
        start=start,
        plan=plan,
        fixes=fixes,
        icao24=f"{0x400000 + seed % 0x100000:06x}",
    )


def _said(plan: Plan, fixes: Fixes) -> tuple[tuple[int, str], ...]:
    """Callsigns as the fixes carry them."""
    if not len(fixes):
        return ()
    last = float(fixes.t_s.max())
    return tuple((round(t * 1e6), name) for t, name in plan.callsigns if t <= last)


def _us(t_s: Float64) -> Any:
    return np.round(t_s * 1e6).astype(np.int64)


def to_track(day: Day) -> Track:
    """The fixes as a `Track`, rows as received."""
    f = day.fixes
    n = len(f)
    return Track(
        icao24=day.icao24,
        source=SOURCE,
        captures=(CAPTURE,),
        t_us=_us(f.t_s),
        lat=f.lat.copy(),
        lon=f.lon.copy(),
        alt_baro_ft=f.alt_baro_ft.astype(np.float32),
        alt_geom_ft=f.alt_geom_ft.astype(np.float32),
        on_ground=f.on_ground.copy(),
        gs_kt=f.gs_kt.astype(np.float32),
        track_deg=f.track_deg.astype(np.float32),
        rate_fpm=f.rate_fpm.astype(np.float32),
        flags=f.flags.copy(),
        via=f.via.copy(),
        nic=f.nic.astype(np.int8),
        nac_p=f.nac_p.astype(np.int8),
        sil=f.sil.astype(np.int8),
        qnh_hpa=f.qnh_hpa.astype(np.float32),
        capture=np.zeros(n, np.uint16),
        row=np.arange(n, dtype=np.int32),
        callsigns=_said(day.plan, f),
    )


def to_trace_json(day: Day) -> bytes:
    """The fixes as readsb writes a day's trace file: gzipped JSON, 14 columns, details on some."""
    f = day.fixes
    base = day.start.timestamp()

    def number(x: float, digits: int = 1) -> float | None:
        return None if np.isnan(x) else round(float(x), digits)

    callsigns = _said(day.plan, f)
    rows: list[list[Any]] = []
    for i in range(len(f)):
        details: dict[str, Any] | None = None
        if i % 4 == 0:
            said = [name for t, name in callsigns if t <= f.t_s[i] * 1e6]
            details = {
                "type": _VIA_WORDS[Via(int(f.via[i]))],
                "flight": (said or [""])[-1].ljust(8),
            }
            for key, value in (("nic", f.nic[i]), ("nac_p", f.nac_p[i]), ("sil", f.sil[i])):
                if value >= 0:
                    details[key] = int(value)
            if not np.isnan(f.qnh_hpa[i]):
                details["nav_qnh"] = round(float(f.qnh_hpa[i]), 1)
        rows.append(
            [
                round(float(f.t_s[i]) - base, 2),
                round(float(f.lat[i]), 6),
                round(float(f.lon[i]), 6),
                "ground" if f.on_ground[i] else number(f.alt_baro_ft[i]),
                number(f.gs_kt[i]),
                number(f.track_deg[i]),
                int(f.flags[i]),
                number(f.rate_fpm[i]),
                details,
                _VIA_WORDS[Via(int(f.via[i]))],
                number(f.alt_geom_ft[i]),
                None,
                None,
                None,
            ]
        )
    page = {
        "icao": day.icao24,
        "r": f"SIM-{day.seed}",
        "t": day.recipe.type_code,
        "version": "simulated",
        "timestamp": base,
        "trace": rows,
    }
    return gzip.compress(json.dumps(page).encode(), mtime=0)
