"""The simulated world's places: real airports, with runways laid out roughly as they are.

Positions and field elevations are those of the real airports (rounded); each runway is given by
its designator, true heading, length, and where its middle lies from the reference point. Around
every airport that is flown to, the embedded table's other fields within 25 NM stand as rivals.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import airportsdata
import numpy as np

from schemas.places import Airport, RunwayEnd
from schemas.records import Float64
from tests.simulator.sphere import bearing_deg, distance_nm, distances_nm, offset

FT_PER_NM = 6076.115

# ident, IATA, country, lat, lon, elevation ft, zone, then runways as
# designator:true heading:length ft:middle ahead of the reference point:middle right of it (NM)
TABLE = """
EHAM AMS NL 52.3086 4.7639 -11 Europe/Amsterdam 18:183:12467:0:-2.6 09:87:11329:0:0.5
EHRD RTM NL 51.9569 4.4372 -15 Europe/Amsterdam 06:58:7218:0:0
EHLE LEY NL 52.4603 5.5272 -13 Europe/Amsterdam 05:52:8858:0:0
EGLL LHR GB 51.4706 -0.4619 83 Europe/London 09L:90:12799:0:-0.38 09R:90:12008:0:0.38
EGKK LGW GB 51.1481 -0.1903 202 Europe/London 08:77:10879:0:0
EGLC LCY GB 51.5053 0.0553 19 Europe/London 09:93:4948:0:0
EGGW LTN GB 51.8747 -0.3683 526 Europe/London 07:78:7087:0:0
EGSS STN GB 51.885 0.235 348 Europe/London 04:44:10003:0:0
EGLF FAB GB 51.2758 -0.7763 238 Europe/London 06:63:8005:0:0
LFPG CDG FR 49.0128 2.55 392 Europe/Paris 08L:86:13829:0:-0.8 09R:86:8858:0:0.8
LFPB LBG FR 48.9694 2.4414 218 Europe/Paris 07:66:9843:0:0
LFPO ORY FR 48.7253 2.3594 291 Europe/Paris 06:63:11975:0:0
LSZH ZRH CH 47.4647 8.5492 1416 Europe/Zurich 16:154:12139:0:0 14:137:10827:0:1
LSGG GVA CH 46.2381 6.109 1411 Europe/Zurich 04:45:12795:0:0
LOWI INN AT 47.2602 11.344 1906 Europe/Vienna 08:78:6562:0:0
LPMA FNC PT 32.6979 -16.7745 191 Europe/Lisbon 05:53:9111:0:0
LTFM IST TR 41.2753 28.752 325 Europe/Istanbul 17L:173:13451:0:0.6 16R:173:12303:0:-0.6
OLBA BEY LB 33.8209 35.4884 87 Asia/Beirut 03:32:12467:0:0 16:164:10663:0:-0.5
LLBG TLV IL 32.0114 34.8867 135 Asia/Jerusalem 08:77:13327:0:0 12:120:10210:0:0
LLHA HFA IL 32.8094 35.0431 28 Asia/Jerusalem 16:160:4324:0:0
LCLK LCA CY 34.8751 33.6249 8 Asia/Nicosia 04:43:9823:0:0
UUWW VKO RU 55.5915 37.2615 685 Europe/Moscow 06:59:9843:0:0 01:14:10039:0:0.3
UUDD DME RU 55.4088 37.9063 588 Europe/Moscow 14L:138:12448:0:-0.5 14R:138:11483:0:0.5
UUEE SVO RU 55.9726 37.4146 622 Europe/Moscow 06C:73:11647:0:0 06R:73:12139:0:0.4
UUBW ZIA RU 55.5533 38.15 377 Europe/Moscow 12:124:17700:0:0
UMMS MSQ BY 53.8825 28.0307 670 Europe/Minsk 13:131:12139:0:0
EFHK HEL FI 60.3172 24.9633 179 Europe/Helsinki 04:47:11483:0:0.4 15:152:9518:0:-0.6
OMDB DXB AE 25.2528 55.3644 34 Asia/Dubai 12L:122:14600:0:-0.2 12R:122:13124:0:0.1
OMSJ SHJ AE 25.3286 55.5172 111 Asia/Dubai 12:122:13320:0:0
OMDW DWC AE 24.8967 55.1614 114 Asia/Dubai 12:121:14764:0:0
HAAB ADD ET 8.9779 38.7993 7630 Africa/Addis_Ababa 07:74:12467:0:0
SKBO BOG CO 4.7016 -74.1469 8361 America/Bogota 13L:128:12467:0:-0.4 13R:128:12467:0:0.4
SLLP LPB BO -16.5133 -68.1923 13355 America/La_Paz 10:92:13124:0:0
SLVR VVI BO -17.6448 -63.1354 1224 America/La_Paz 16:157:11483:0:0
SPZO CUZ PE -13.5357 -71.9388 10860 America/Lima 10:96:11146:0:0
ZUDC DCY CN 29.3231 100.0533 14472 Asia/Shanghai 15:150:13780:0:0
ZULS LXA CN 29.2978 90.9119 13136 Asia/Shanghai 09:93:13123:0:0
MMMX MEX MX 19.4363 -99.0721 7316 America/Mexico_City 05:57:12966:0:0.1 05L:57:12795:0:-0.1
MMTO TLC MX 19.3371 -99.566 8466 America/Mexico_City 15:157:13780:0:0
FAOR JNB ZA -26.1337 28.2423 5558 Africa/Johannesburg 03L:32:14495:0:-0.5 03R:32:11155:0:0.5
FALA HLA ZA -25.9385 27.9261 4517 Africa/Johannesburg 07:74:9981:0:0
SAEZ EZE AR -34.8222 -58.5358 67 America/Argentina/Buenos_Aires 11:107:10827:0:0
SABE AEP AR -34.5592 -58.4156 18 America/Argentina/Buenos_Aires 13:128:7054:0:0
SBGR GRU BR -23.4356 -46.4731 2459 America/Sao_Paulo 10:73:12140:0:0
SBSP CGH BR -23.6261 -46.6564 2631 America/Sao_Paulo 17:148:6365:0:0
KJFK JFK US 40.6399 -73.7787 13 America/New_York 04L:31:12079:0:-0.5 13R:121:14511:0:0.6
KLGA LGA US 40.7772 -73.8726 20 America/New_York 04:31:7001:0:0 13:121:7003:0:0
KEWR EWR US 40.6925 -74.1687 17 America/New_York 04L:26:11000:0:0 11:95:6726:0:0
KTEB TEB US 40.8501 -74.0608 8 America/New_York 01:355:7000:0:0.1 06:48:6013:0:0
KGEG GEG US 47.619 -117.5352 2385 America/Los_Angeles 03:44:11002:0:0 08:88:8199:0:0
KSKA SKA US 47.6151 -117.6558 2462 America/Los_Angeles 05:68:13899:0:0
KSFF SFF US 47.6829 -117.3224 1956 America/Los_Angeles 04:55:5499:0:0
KELP ELP US 31.8073 -106.3764 3961 America/Denver 04:50:12020:0:0 08:90:9025:0:0.5
KBIF BIF US 31.8495 -106.3801 3946 America/Denver 03:40:13554:0:0
KMSP MSP US 44.882 -93.2218 841 America/Chicago 12R:119:10000:0:0.4 04:46:11006:0:0
KSTP STP US 44.9346 -93.0604 705 America/Chicago 14:144:6491:0:0
KDEN DEN US 39.8617 -104.6732 5433 America/Denver 16L:180:12000:1:1.2 08:90:12000:-1.5:0
KASE ASE US 39.2219 -106.8682 7837 America/Denver 15:161:8006:0:0
KLXV LXV US 39.2195 -106.3164 9933 America/Denver 16:164:6400:0:0
KSFO SFO US 37.6188 -122.3754 13 America/Los_Angeles 10L:117:11870:0:0 01:27:8650:0:-0.3
KOAK OAK US 37.7213 -122.2212 9 America/Los_Angeles 12:130:10520:0:0.5
KSQL SQL US 37.5119 -122.2495 5 America/Los_Angeles 12:136:2600:0:0
KPAO PAO US 37.4611 -122.115 6 America/Los_Angeles 13:144:2443:0:0
KHWD HWD US 37.6589 -122.1217 52 America/Los_Angeles 10:117:5694:0:0
KSEA SEA US 47.4499 -122.3118 432 America/Los_Angeles 16L:180:11901:0:0.2 16R:180:8500:0:-0.2
KBFI BFI US 47.53 -122.3019 21 America/Los_Angeles 14:150:10007:0:0
KRNT RNT US 47.4931 -122.2157 32 America/Los_Angeles 16:172:5382:0:0
KLAX LAX US 33.9425 -118.408 127 America/Los_Angeles 06:83:8926:0:-0.4 07:83:12923:0:0.4
KSMO SMO US 34.0158 -118.4513 169 America/Los_Angeles 03:43:3500:0:0
KBOS BOS US 42.3629 -71.0064 19 America/New_York 04:35:10006:0:0 09:93:7001:0:0
KDCA DCA US 38.8514 -77.0377 14 America/New_York 01:357:7169:0:0 15:144:5204:0:0
PHNL HNL US 21.3178 -157.9203 13 Pacific/Honolulu 08:90:12312:0:0
PADK ADK US 51.8836 -176.6425 19 America/Adak 05:54:7790:0:0
NFFN NAN FJ -17.7554 177.443 59 Pacific/Fiji 02:31:10739:0:0
NFNM TVU FJ -16.6906 -179.877 60 Pacific/Fiji 08:97:3120:0:0
NGFU FUN TV -8.525 179.196 0 Pacific/Funafuti 05:50:5000:0:0
NSFA APW WS -13.83 -172.008 58 Pacific/Apia 08:92:9843:0:0
NZAA AKL NZ -37.0081 174.792 23 Pacific/Auckland 05:70:11926:0:0
VRMM MLE MV 4.1917 73.5292 7 Indian/Maldives 18:180:11155:0:0
TNCM SXM SX 18.041 -63.1089 13 America/Lower_Princes 10:96:7546:0:0
TFFJ SBH BL 17.9044 -62.8436 49 America/St_Barthelemy 10:95:2119:0:0
WSSS SIN SG 1.3502 103.994 22 Asia/Singapore 02L:23:13123:0:-0.5 02C:23:13123:0:0.5
WSSL XSP SG 1.4169 103.868 36 Asia/Singapore 03:32:6024:0:0
VHHH HKG HK 22.3089 113.915 28 Asia/Hong_Kong 07L:73:12467:0:0.4 07R:73:12467:0:-0.4
YSSY SYD AU -33.9461 151.177 21 Australia/Sydney 16R:168:12999:0:0 07:73:8301:0:0.4
YSBK BWU AU -33.9244 150.988 29 Australia/Sydney 11:118:4642:0:0
RJTT HND JP 35.5523 139.78 35 Asia/Tokyo 16:157:9843:0:0 05:42:8202:0:0.8
RJAA NRT JP 35.7647 140.386 141 Asia/Tokyo 16:151:13123:0:0
PAFA FAI US 64.8154 -147.8567 439 America/Anchorage 02:28:11800:0:0
"""

TRUE_ELEVATION_FT = {"ZULS": 11713.0}
"""Where the table is wrong about the field's elevation, as the real table is."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a flight begins, ends or passes: an airport with one landing direction, or a spot."""

    lat: float
    lon: float
    """Where the aircraft parks, or touches down without a runway."""
    elevation_ft: float
    """The true one."""
    airport: str | None = None
    """None = off any airport."""
    end: RunwayEnd | None = None
    """None = vertical landing: a helicopter, or a spot in the field."""


@dataclass(frozen=True, slots=True)
class World:
    """All airports the detection is told about, and those among them that are flown to."""

    airports: tuple[Airport, ...]
    flown: tuple[Airport, ...]
    """The first ones of `airports`: they all have runways."""
    lat: Float64
    lon: Float64
    """Reference points of all `airports`."""
    distance_nm: Float64
    """Between flown airports, [n, n]."""

    def index(self, ident: str) -> int:
        """Position among `airports`."""
        return next(i for i, a in enumerate(self.airports) if a.ident == ident)

    def nearest(self, lat: float, lon: float) -> tuple[Airport, float]:
        """The nearest airport of the table and how far its reference point is, NM."""
        d = distances_nm(lat, lon, self.lat, self.lon)
        i = int(np.argmin(d))
        return self.airports[i], float(d[i])


def true_elevation_ft(airport: Airport) -> float:
    """The field's elevation as it is on the ground, whatever the table says."""
    return TRUE_ELEVATION_FT.get(airport.ident, airport.elevation_ft or 0.0)


def runway_ends(
    lat: float,
    lon: float,
    elevation_ft: float,
    *,
    name: str,
    heading_deg: float,
    length_ft: float,
    ahead_nm: float = 0.0,
    right_nm: float = 0.0,
) -> tuple[RunwayEnd, RunwayEnd]:
    """Both landing directions of a runway whose middle lies `ahead` and `right` of a point."""
    mid = offset(lat, lon, heading_deg, ahead_nm, right_nm)
    half = length_ft / FT_PER_NM / 2.0
    low = offset(*mid, heading_deg, -half, 0.0)
    high = offset(*mid, heading_deg, half, 0.0)
    number = int(name[:2])
    other = f"{(number + 17) % 36 + 1:02d}" + {"L": "R", "R": "L", "C": "C", "": ""}[name[2:]]
    along = bearing_deg(*low, *high)
    back = bearing_deg(*high, *low)
    return (
        RunwayEnd(
            name=name,
            lat=low[0],
            lon=low[1],
            heading_deg=along,
            length_ft=length_ft,
            elevation_ft=elevation_ft,
        ),
        RunwayEnd(
            name=other,
            lat=high[0],
            lon=high[1],
            heading_deg=back,
            length_ft=length_ft,
            elevation_ft=elevation_ft,
        ),
    )


def _flown() -> Iterator[Airport]:
    for line in TABLE.strip().splitlines():
        ident, iata, country, lat_s, lon_s, elevation_s, zone, *runways = line.split()
        lat, lon, elevation_ft = float(lat_s), float(lon_s), float(elevation_s)
        ends: list[RunwayEnd] = []
        for runway in runways:
            name, heading, length, ahead, right = runway.split(":")
            ends.extend(
                runway_ends(
                    lat,
                    lon,
                    elevation_ft,
                    name=name,
                    heading_deg=float(heading),
                    length_ft=float(length),
                    ahead_nm=float(ahead),
                    right_nm=float(right),
                )
            )
        yield Airport(
            ident=ident,
            name=ident,
            city=ident,
            country=country,
            lat=lat,
            lon=lon,
            elevation_ft=elevation_ft,
            zone=zone,
            iata=iata,
            runways=tuple(ends),
        )


def _neighbours(flown: tuple[Airport, ...], radius_nm: float) -> Iterator[Airport]:
    """Real fields around, every second one with a short runway of its own."""
    lat = np.array([a.lat for a in flown])
    lon = np.array([a.lon for a in flown])
    known = {a.ident for a in flown}
    for ident, row in sorted(airportsdata.load("ICAO").items()):
        if ident in known:
            continue
        if float(distances_nm(row["lat"], row["lon"], lat, lon).min()) > radius_nm:
            continue
        seed = sum(map(ord, ident))
        runways: tuple[RunwayEnd, ...] = ()
        if seed % 2:
            number = seed % 18 + 1
            runways = runway_ends(
                row["lat"],
                row["lon"],
                row["elevation"],
                name=f"{number:02d}",
                heading_deg=number * 10.0,
                length_ft=2000.0 + seed % 40 * 100.0,
            )
        yield Airport(
            ident=ident,
            name=row["name"],
            city=row["city"],
            country=row["country"],
            lat=row["lat"],
            lon=row["lon"],
            elevation_ft=row["elevation"],
            zone=row["tz"],
            iata=row["iata"],
            runways=runways,
        )


@lru_cache(maxsize=1)
def world() -> World:
    """The one world all simulated aircraft live in."""
    flown = tuple(_flown())
    airports = flown + tuple(_neighbours(flown, 25.0))
    lat = np.array([a.lat for a in airports])
    lon = np.array([a.lon for a in airports])
    n = len(flown)
    between = distances_nm(lat[:n, None], lon[:n, None], lat[None, :n], lon[None, :n])
    return World(airports=airports, flown=flown, lat=lat, lon=lon, distance_nm=between)


def parking(airport: Airport, end: RunwayEnd, u: float) -> tuple[float, float]:
    """A stand of the airport, `u` in 0..1: between the reference point and the runway."""
    toward = bearing_deg(airport.lat, airport.lon, end.lat, end.lon)
    away = distance_nm(airport.lat, airport.lon, end.lat, end.lon)
    side = 0.15 if math.sin(u * 50.0) > 0 else -0.15
    return offset(airport.lat, airport.lon, toward, min(0.5, away * 0.5) * u, side)
