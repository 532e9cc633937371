"""Height above mean sea level, as well as the track lets us know it.

Pressure altitude is off by the weather: about 27 ft for every hectopascal between QNH and 1013.25,
1,700 ft in a deep low. Best first (DESIGN §10): pressure altitude corrected by the crew's QNH;
geometric altitude minus the geoid; bare pressure altitude. Each comes with its one-sigma error, and
every rule that asks "how high above the field?" asks "how surely?" with it.
"""

from __future__ import annotations

import numpy as np

from schemas.records import Bool, Float32, Float64, Int32
from service.domain.detection import rules
from service.domain.detection.geoid import CELL_FT

_NAN = np.float32(np.nan)
_QNH = np.float32(rules.QNH_SIGMA_FT)
_GEOMETRIC = np.float32(rules.GEOMETRIC_SIGMA_FT)
_PRESSURE = np.float32(rules.PRESSURE_SIGMA_FT)
_MIDDLE_HPA = np.float32(sum(rules.QNH_RANGE_HPA) / 2.0)
_HALF_HPA = np.float32((rules.QNH_RANGE_HPA[1] - rules.QNH_RANGE_HPA[0]) / 2.0)


def msl_ft(
    alt_baro_ft: Float32, alt_geom_ft: Float32, qnh_hpa: Float32, cell: Int32
) -> tuple[Float32, Float32]:
    """Best height above mean sea level of each fix, and its one-sigma error, ft.

    NaN where no altitude is said. Bare pressure altitude shows as `PRESSURE_SIGMA_FT`.
    `cell`: where each fix lies, see `service.domain.detection.cells`.
    """
    off_hpa = qnh_hpa - np.float32(rules.STANDARD_HPA)
    set_to_field = (np.abs(qnh_hpa - _MIDDLE_HPA) <= _HALF_HPA) & (
        np.abs(off_hpa) > np.float32(rules.QNH_STANDARD_HPA)
    )
    corrected = np.where(set_to_field, alt_baro_ft + off_hpa * np.float32(rules.FT_PER_HPA), _NAN)
    by_geoid = alt_geom_ft - CELL_FT[cell]
    agree = np.abs(corrected - by_geoid) <= np.float32(rules.DISAGREE_FT)
    geometric = ~(agree | np.isnan(by_geoid))
    height = np.where(geometric, by_geoid, corrected)
    sigma = np.where(geometric, _GEOMETRIC, _QNH)
    bare = np.isnan(height)
    return np.where(bare, alt_baro_ft, height), np.where(bare, _PRESSURE, sigma)


def without_spikes(alt_ft: Float32, t_s: Float64) -> Float32:
    """Altitudes with single wrong ones taken out (NaN): far off both neighbours, which agree.

    Infinities and altitudes no aircraft reaches go too.
    """
    absurd = np.abs(alt_ft - np.float32(48_750.0)) > np.float32(51_250.0)
    if absurd.any():
        alt_ft = np.where(absurd, _NAN, alt_ft)
    unsaid = np.isnan(alt_ft)
    values = alt_ft[~unsaid] if unsaid.any() else alt_ft
    change = np.abs(values[1:] - values[:-1])
    if len(values) < 3:
        return alt_ft
    steep = np.flatnonzero(change > np.float32(rules.SPIKE_FT))
    if not len(steep):
        return alt_ft
    said = np.flatnonzero(~unsaid)
    allowed = rules.SPIKE_FT + rules.SPIKE_FPS * (t_s[said[steep + 1]] - t_s[said[steep]])
    keep = change[steep] > allowed
    steep, allowed = steep[keep], allowed[keep]
    # A spike is steep on both sides, and without it nothing is.
    both = np.flatnonzero(steep[1:] - steep[:-1] == 1)
    across = np.abs(values[steep[both + 1] + 1] - values[steep[both]])
    bad = steep[both + 1][across <= allowed[both] + allowed[both + 1]].tolist()
    # At the very ends there is one neighbour only; the next one tells which of the two is off.
    last = len(values) - 2
    if len(steep) and steep[0] == 0 and not (len(steep) > 1 and steep[1] == 1):
        bad.append(0)
    if len(steep) and steep[-1] == last and not (len(steep) > 1 and steep[-2] == last - 1):
        bad.append(last + 1)
    if not bad:
        return alt_ft
    cleaned = alt_ft.copy()
    cleaned[said[bad]] = _NAN
    return cleaned


def said_soon(qnh_hpa: Float32, asking: Bool, t_s: Float64) -> Float32:
    """QNH of the rows that ask for it and do not say it, from the next row that does, up to
    `QNH_SOON_S` later."""
    unsaid = np.isnan(qnh_hpa)
    quiet = np.flatnonzero(unsaid & asking)
    if not len(quiet) or unsaid.all():
        return qnh_hpa
    said = np.flatnonzero(~unsaid)
    k = np.searchsorted(said, quiet)
    quiet, k = quiet[k < len(said)], k[k < len(said)]
    following = said[k]
    soon = t_s[following] - t_s[quiet] <= rules.QNH_SOON_S
    filled = qnh_hpa.copy()
    filled[quiet[soon]] = qnh_hpa[following[soon]]
    return filled
