"""What the embedded airport table lacks or has wrong: a small table of our own, facts only.

Every correction names the wrong position it replaces and is applied only while the table still
says that, so that a mended table is never spoilt again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.places import Airport

OWN_VERSION = "1"
"""Counts up with every change below; part of the reference version that verdicts name."""

CLOSED_FIELDS: tuple[Airport, ...] = (
    Airport(
        ident="UMMM", name="Minsk-1 Airport", city="Minsk", country="BY",
        lat=53.8644, lon=27.5397, elevation_ft=748.0, zone="Europe/Minsk", closed=True,
    ),
    Airport(
        ident="EDDI", name="Berlin-Tempelhof Airport", city="Berlin", country="DE",
        lat=52.4736, lon=13.4017, elevation_ft=164.0, zone="Europe/Berlin",
        iata="THF", closed=True,
    ),
    Airport(
        ident="VHHX", name="Kai Tak Airport", city="Hong Kong", country="HK",
        lat=22.3286, lon=114.1942, elevation_ft=28.0, zone="Asia/Hong_Kong",
        aliases=("VHXX",), closed=True,
    ),
    Airport(
        ident="KDVX", name="Stapleton International Airport", city="Denver", country="US",
        lat=39.7611, lon=-104.8919, elevation_ft=5333.0, zone="America/Denver", closed=True,
    ),
    Airport(
        ident="SEQU", name="Old Mariscal Sucre International Airport", city="Quito", country="EC",
        lat=-0.1411, lon=-78.4881, elevation_ft=9228.0, zone="America/Guayaquil", closed=True,
    ),
)  # fmt: skip
"""Closed before the table was made, and still named by press texts. Their IATA codes are left
out where another airport bears them today (MHP, HKG, DEN, UIO)."""

ALSO_CLOSED = frozenset({"EDDT", "FADN", "LGAT", "UKCC", "UKCW", "UMMB", "URRR"})
"""In the table, as if they were open."""

ALIASES: Mapping[str, tuple[str, ...]] = {
    "EDDB": ("SXF",),
    "KDJT": ("KPBI",),
    "LUKK": ("KIV",),
    "UACC": ("TSE", "UACT"),
    "UCFM": ("FRU",),
    "UKFF": ("URFF",),
    "URFB": ("UKFB",),
}
"""Codes an airport had before, or has in other tables."""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A reference point that is wrong in the table."""

    wrong: tuple[float, float]
    right: tuple[float, float]
    moved: bool = True
    """The table describes another place, so its elevation is wrong too."""
    elevation_ft: float | None = None
    """At the right place, where it moved; None = unknown there."""
    name: str = ""
    """The right name, where that changed too."""


_MINUTES_READ_AS_DECIMALS: Mapping[str, tuple[float, float, float, float]] = {
    "EBAW": (51.1122, 4.2737, 51.1894, 4.4603),
    "EBBE": (50.4528, 4.4601, 50.7578, 4.7669),
    "EBBL": (51.1006, 5.2812, 51.1683, 5.4700),
    "EBBR": (50.5405, 4.2904, 50.9014, 4.4844),
    "EBBX": (49.533, 5.1326, 49.8917, 5.2239),
    "EBCI": (50.2736, 4.271, 50.4600, 4.4528),
    "EBCV": (50.3433, 3.4952, 50.5758, 3.8311),
    "EBDT": (51.0005, 5.0345, 51.0014, 5.0625),
    "EBFN": (51.0525, 2.391, 51.0903, 2.6528),
    "EBFS": (50.1436, 4.3845, 50.2433, 4.6458),
    "EBKT": (50.4907, 3.1233, 50.8186, 3.2092),
    "EBLG": (50.3811, 5.2634, 50.6364, 5.4428),
    "EBMB": (50.5405, 4.2904, 50.9014, 4.4844),
    "EBOS": (51.1156, 2.5144, 51.1989, 2.8622),
    "EBSU": (50.0203, 5.2624, 50.0342, 5.4400),
    "EBUL": (51.0839, 3.2832, 51.1442, 3.4756),
    "EBWE": (51.2339, 4.5733, 51.3942, 4.9592),
    "ELLX": (49.3724, 6.1216, 49.6233, 6.2044),
    "UMMB": (53.57, 27.39, 53.9605, 27.6506),
    "VANM": (18.593978, 73.041295, 18.9944, 73.0703),
}
"""The table has 50°54'05" as 50.5405: Brussels stands 41 km from where it is. Wrong latitude and
longitude, then the right ones. The runways that OurAirports has for these fields bear it out."""

MISPLACED: Mapping[str, Misplaced] = {
    **{
        ident: Misplaced((wrong_lat, wrong_lon), (lat, lon), moved=False)
        for ident, (wrong_lat, wrong_lon, lat, lon) in _MINUTES_READ_AS_DECIMALS.items()
    },
    # The table still has the field that the code belonged to before it moved, or a rough guess.
    "DTTG": Misplaced((33.8769, 10.1033), (33.7337, 9.9192)),
    "HALA": Misplaced((7.067, 38.5), (7.1013, 38.3965), elevation_ft=5663.0),
    "HCME": Misplaced((7.917, 49.8), (8.1041, 49.8200), elevation_ft=880.0),
    "LGLR": Misplaced((39.65628, 22.34), (39.6503, 22.4655), elevation_ft=241.0),
    "SCTN": Misplaced((-42.9328, -72.6991), (-42.7813, -72.8346), elevation_ft=72.0),
    "SPGM": Misplaced((-9.133, -75.95), (-9.2894, -76.0051), elevation_ft=2146.0),
    "UTAV": Misplaced((39.0833, 63.6133), (38.9307, 63.5639), elevation_ft=630.0),
    "WASS": Misplaced(
        (-0.92636, 131.121),
        (-0.8952, 131.2855),
        elevation_ft=10.0,
        name="Domine Eduard Osok Airport",
    ),
    "ZGOW": Misplaced(
        (23.4269, 116.762), (23.5520, 116.5035), name="Jieyang Chaoshan International Airport"
    ),
    "ZPPP": Misplaced(
        (24.9924, 102.744),
        (25.1019, 102.9292),
        elevation_ft=6903.0,
        name="Kunming Changshui International Airport",
    ),
    "ZWKC": Misplaced((41.7181, 82.9869), (41.6776, 82.8728)),
}

MISELEVATED: Mapping[str, tuple[float, float]] = {
    "LRBV": (127.0, 1735.0),
    "SEQM": (9200.0, 7841.0),
    "ZULS": (13136.0, 11713.0),
}
"""Elevations that are wrong in the table, and the right ones, in ft."""
