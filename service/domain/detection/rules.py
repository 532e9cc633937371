"""The numbers that detection rests on, each with its unit and where it comes from.

Change a number here and `RULES_VERSION` in `service.domain.detection.detect` with it: answers
name the rules they were derived by.
"""

from __future__ import annotations

FT_PER_HPA = 27.3
"""Height of one hectopascal near sea level (ICAO standard atmosphere); DESIGN §10."""
STANDARD_HPA = 1013.25

# --- when a track hangs together ----------------------------------------------------------------

GAP_S = 300.0
"""A silence longer than this ends a segment, in the air and on the ground alike. readsb itself
splits at 5 minutes. A parked aircraft may be silent for hours, and that is a gap too: what is not
heard is not known to be standing still."""
V_MAX_KT = 800.0
"""No civil aircraft moves faster over the ground: 717 kt is the record, in a 200 kt jet stream."""
V_SPARE = 1.35
"""How much faster than it was ever heard an aircraft may have been while it was not heard."""
V_FLOOR_KT = 250.0
"""... but never held to less than this."""
STEP_SLACK_NM = 0.6
"""Position noise and latency of a few seconds, in one step between two fixes."""
STEP_SPARE = 1.6
"""A step may be this much longer than the reported speed makes it."""
REACH_SLACK_NM = 5.0
"""Between two stretches: receivers' clocks differ by half a minute in merged feeds, and two fixes
closer than this never contradict each other (`service.domain.verdict.reachability`)."""
NODE_GAP_S = 120.0
"""Where a track is cut into stretches to find which of them hang together."""
MOVING_KT = 30.0
"""Faster than this a position that repeats itself is frozen, not parked."""
STUCK_S = 30.0
STUCK_FIXES = 6
"""A velocity repeated to the last bit for so long, in so many steps ..."""
STUCK_SHARE = 0.5
"""... is stuck when the way flown is below this share of what it says."""
STUCK_LOOK_S = 15.0
"""How fast such a row moves is told by where it is so long before and after."""
FROZEN_NM = 1.0
"""Frozen for longer than it takes to fly this is worth a mark; shorter is a repeat."""
STRAY_NM = 2.0
STRAY_CLOCK_S = 40.0
"""A fix on an unchanged course lies no farther from between its neighbours than this, plus what it
flies in this time: multilateration errs by a mile and a half (one sigma of its worst), clocks of
merged feeds by half a minute."""
STRAY_TURN_DEG = 20.0
HIGH_FT = 20_000.0
SLOW_HIGH_KT = 100.0
"""Above HIGH_FT an aeroplane stalls at twice this."""
CRUISE_FT = 32_000.0
SLOW_CRUISE_KT = 150.0
"""Above CRUISE_FT nothing flies slower than 380 kt through the air, nor into more than 200 kt of
wind."""
FAST_KT = 250.0
"""Flown faster than this at some time: a jet or a big turboprop, no balloon and no glider."""
FEW_FIXES = 5
"""Up to so many fixes off the track within FEW_S are a jump; more are a stretch."""
FEW_S = 180.0
TWO_AIRCRAFT_S = 600.0
"""Two sound tracks that alternate for longer than this are two aircraft on one address."""
TWO_AIRCRAFT_FIXES = 20
DRIFT_NM = 4.0
"""Position and dead reckoning may part by this, plus DRIFT_SHARE of the way, by honest error."""
DRIFT_SHARE = 0.03
CONTEST_S = 10_800.0
"""How far around an impossible jump its two sides are doubted, when neither proves itself."""
ANCHOR_S = 1_200.0
"""A side proves itself by coming to a runway so soon after (before) the jump: no time to be drawn
away unseen."""

# --- integrity ----------------------------------------------------------------------------------

NIC_MIN = 5
"""Containment radius 1 NM (DO-260B); gpsjam.org-style jamming shows as NIC 0."""
NAC_P_MIN = 5
"""95 % of positions within 0.5 NM (DO-260B)."""
LOW_RUN_FIXES = 3
LOW_RUN_S = 30.0
"""So many fixes of low integrity in a row, for so long, make a stretch of their own."""

# --- heights ------------------------------------------------------------------------------------

QNH_RANGE_HPA = (940.0, 1060.0)
"""Settings outside it are no pressure at sea level anywhere."""
QNH_STANDARD_HPA = 0.6
"""So close to 1013.25 it may be the standard setting of a flight level, not the field's QNH."""
QNH_SOON_S = 120.0
"""A setting said so soon after holds for the rows before it too."""
QNH_SIGMA_FT = 70.0
GEOMETRIC_SIGMA_FT = 200.0
"""GPS error, geoid between table points, antenna."""
PRESSURE_SIGMA_FT = 450.0
"""QNH stands 12 hPa off standard, one sigma, world-wide; the tails are heavier than that."""
PRESSURE_RANGE_FT = (-1_150.0, 1_850.0)
"""Pressure altitude minus height, from QNH 1050 to 950, and a little."""
DISAGREE_FT = 900.0
"""Corrected and geometric height so far apart: the setting is not the field's."""
SPIKE_FT = 400.0
"""A single altitude this far off both neighbours, beyond SPIKE_FPS, is a decoding error."""
SPIKE_FPS = 250.0

# --- on the ground ------------------------------------------------------------------------------

ROLL_KT = 80.0
"""A ground flag above this is a landing or take-off roll, or an error; DESIGN §10."""
TAXI_KT = 40.0
"""Slower than this on the ground is taxiing or standing."""
TAXI_NM = 4.5
"""From a stand to the farthest runway end of the largest airports."""
HOVERS_KT = 60.0
HOVER_KT = 12.0
"""In the air slower than HOVERS_KT next to the ground: a helicopter may be, and then only what is
slower than HOVER_KT stands on it."""
STOPPED_KT = 30.0
"""A landing is a full stop when it came below this; a touch-and-go does not."""
ROLL_MAX_S = 75.0
ROLL_MAX_NM = 3.5
"""A flagged roll longer than either is no roll: the flag lies."""
BLIP_S = 15.0
BLIP_FIXES = 3
BLIP_FT = 150.0
"""An airborne stretch this short and level, between ground fixes, is a bounce or an error."""
HOP_KT = 45.0
HOP_FAST_KT = 80.0
"""Slower than this and level throughout, it never flew, however long it claims to; the second for
jets, which take off at more than 100 kt."""
STEP_SOUND_S = 30.0
"""An air-to-ground change counts as seen when the step over it is no longer; DESIGN §6."""
TIED_STEP_S = 60.0
"""Steps of a continuous track in or out."""
FLAG_HEIGHT_FT = 500.0
"""A ground flag with a known height this far off the field is wrong ..."""
FLAG_SIGMAS = 4.0
"""... beyond so many sigmas of that height."""
CLIMB_FPS = 100.0
"""The steepest way between the ground and an airborne neighbour: 6,000 ft/min."""
SINK_FPS = 25.0
"""The usual one: 1,500 ft/min."""
STEEP_FT_NM = 800.0
"""As steep as an aeroplane climbs off a runway: 13 %."""
FIELD_HEIGHT_FT = 200.0
"""Slow and near field elevation, without a flag: within this, when the height is corrected."""
PARKED_SPREAD_FT = 75.0
"""Pressure altitude of a parked aircraft stays this close to its median: three 25 ft steps."""
TAXIED_NM = 0.15
"""Moved at least so far over the ground, fix by fix: tied to where it stands."""
SEEN_FIXES = 3
SEEN_S = 60.0
"""Three fixes or more over a minute or more; DESIGN §6."""
SPAN_TIMES = 240
SPAN_STEP_S = 30.0
"""Times kept of one ground span: one in so many seconds, and no more than so many."""
MOVED_NM = 1.5
"""On the ground on both sides of a silence and this far apart: it flew meanwhile."""

# --- where: which airport -----------------------------------------------------------------------

STRIP_NM = 1.0
"""From the nearest runway to the farthest stand."""
REFERENCE_NM = 1.2
"""From the reference point to a stand, where runways are unknown."""
REFERENCE_ROLL_NM = 3.6
"""... and to a runway's far end: thresholds lie up to 6 km away (DESIGN §5)."""
RIVAL_SHARE = 2.0
"""Another airport that is not so many times farther fits as well."""
APPROACH_NM = 40.0
"""How far from the airport an aircraft is still looked at as arriving or leaving."""
ALIGNED_NM = 14.0
"""Longest final approach."""
DESCENT_FT_NM = 318.0
"""3 degrees; DESIGN §10 measured about 330."""
CLIMB_FT_NM = 480.0
"""DESIGN §10 measured about 500."""
BIG_FIELD_FT = 4_000.0
"""Runway length that a jet needs at the least."""
JET_FIELD_FT = 6_000.0
"""... and that one of airline size usually has."""
CLEAR_MARGIN = 3.0
"""Log-likelihood by which an airport must beat every other one to be named: 20 to 1."""
HIGH_MARGIN_FT = 2_500.0
"""... and by one more for each so many feet above the field, when it is in line with no runway."""
STOP_MARGIN = 3.0
"""The same for a stop, where two independent fits are added up."""
RIVAL_MARGIN = 5.0
"""Airports that come closer than this are named as rivals ..."""
RIVALS = 8
"""... but no more than so many, the best ones."""
NOT_ALIGNED = -7.0
"""Log-likelihood of being in line with no runway, against being in line with one: seldom does an
aircraft fly a runway's centreline, at the right height, by chance."""
NO_AIRPORT = -10.5
"""Log-likelihood of "no airport at all", against which every airport has to stand."""

# --- lost low, found low, stopped ---------------------------------------------------------------

LOW_FT = 10_000.0
"""Above the field: lost or found higher than this, nothing is said of a landing or take-off."""
NEAR_GROUND_FT = 700.0
"""Lower than this it need not be descending (climbing) to be landing (leaving)."""
TREND_S = 90.0
TREND_FPM = 250.0
"""Descending (climbing) on average over the last (first) TREND_S."""
RUNWAY_FT = 250.0
"""Followed to the runway: at most this high over it, twice that by bare pressure altitude; in line
with it ..."""
STOP_SPEED_SHARE = 0.5
"""A stop fits a silence when the implied speed is below this share of cruise; DESIGN §10."""
STOP_MIN_S = 900.0
"""Shorter than this a silence around the lowest point is an approach and a climb-out."""
OPEN_END_S = 1_800.0
"""Past the estimated touchdown, how long a landing that nobody saw may still have taken."""
RUNWAY_NM = 0.75
"""... and so close to the threshold (for a take-off: to the runway)."""
DIVE_FT_NM = 850.0
DIVE_LEAST_FPM = 1_500.0
"""Steeper than 8 degrees, and no helicopter settling: no approach to anything."""
DIVE_FPM = -3_500.0
CRASH_HEIGHT_FT = 5_000.0
CRASH_S = 15.0
"""Going down faster than DIVE_FPM so low, or so few seconds from the ground: no landing begins
like this (a stabilised approach sinks at less than 1,000 ft/min)."""

# --- passes and coverage ------------------------------------------------------------------------

PASS_NM = 4.0
PASS_FT = 3_000.0
OVERHEAD_NM = 3.0
"""Within PASS_NM and PASS_FT it is near; closer than OVERHEAD_NM to the reference point it is over
the airport. A verdict's airport is a disc of 4 NM (`service.domain.verdict.reachability`)."""
STRIP_PASS_FT = 1_500.0
STRIP_PASS_NM = 1.5
"""The same for small fields, which lie everywhere below small aircraft."""
GO_AROUND_FT = 1_500.0
LOW_PASS_FT = 1_000.0
DIP_FT = 600.0
DIP_RISE_FT = 300.0
VISIT_S = 180.0
"""A pass ends when the aircraft has been away or high for this long."""
BUSY_S = 480.0
"""Around a take-off or landing, other fields below the path are not passes."""
HEARD_NM = 5.0
HEARD_FT = 1_000.0
"""`schemas.movements.Heard`."""

# --- emergencies --------------------------------------------------------------------------------

EMERGENCY_HELD_S = 60.0
"""A code that is in force for less was dialled past, or garbled. Setting one takes seconds; traces
say the code every fourth fix or so."""
EMERGENCY_SILENT_S = 3_600.0
"""A code is not taken to be in force over a silence longer than this."""
EMERGENCY_NEAR_S = 60.0
"""A fix that is nearer than this says where it was."""
