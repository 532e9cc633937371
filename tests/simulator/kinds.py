"""Aircraft kinds: how fast, how high, how steep. Round figures of real types."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The envelope one aircraft is flown in; speeds are true airspeeds at sea level, kt."""

    name: str
    type_code: str
    """ICAO type designator."""
    cruise_kt: float
    """True airspeed in cruise."""
    cruise_ft: tuple[float, float]
    """Usual cruise altitudes above sea level."""
    terminal_kt: float
    """Below 10,000 ft."""
    approach_kt: float
    """Over the threshold; the take-off speed is a little more."""
    roll_nm: float
    """Take-off roll at sea level."""
    climb_ft_nm: float
    descent_ft_nm: float = 318.0
    """3 degrees."""
    turn_nm: float
    """Usual turn radius in the terminal area."""
    final_nm: tuple[float, float]
    """How long the straight final approach is."""
    runway_ft: float
    """Least length."""
    legs_nm: tuple[float, float]
    wind_kt: float
    """How much the wind at cruise altitude may add or take."""
    has_flag: float = 1.0
    """Share of such aircraft whose transponder says when it is on the ground."""
    vertical: bool = False
    """Takes off and lands without a runway."""


JETS = tuple(
    Kind(
        name="jet",
        type_code=code,
        cruise_kt=cruise,
        cruise_ft=(29000.0, 41000.0),
        terminal_kt=250.0,
        approach_kt=approach,
        roll_nm=0.75,
        climb_ft_nm=550.0,
        turn_nm=1.6,
        final_nm=(5.0, 14.0),
        runway_ft=runway,
        legs_nm=(60.0, reach),
        wind_kt=110.0,
    )
    for code, cruise, approach, runway, reach in (
        ("B738", 450.0, 140.0, 6000.0, 1800.0),
        ("A320", 447.0, 137.0, 6000.0, 1800.0),
        ("B77W", 488.0, 148.0, 9000.0, 5000.0),
        ("T204", 445.0, 135.0, 7500.0, 1600.0),
        ("E190", 440.0, 128.0, 5500.0, 1200.0),
        ("GLF6", 490.0, 115.0, 5000.0, 4000.0),
    )
)
TURBOPROPS = tuple(
    Kind(
        name="turboprop",
        type_code=code,
        cruise_kt=cruise,
        cruise_ft=(14000.0, 25000.0),
        terminal_kt=200.0,
        approach_kt=110.0,
        roll_nm=0.5,
        climb_ft_nm=450.0,
        turn_nm=1.0,
        final_nm=(4.0, 8.0),
        runway_ft=3900.0,
        legs_nm=(30.0, 500.0),
        wind_kt=60.0,
    )
    for code, cruise in (("AT76", 275.0), ("DH8D", 350.0), ("B350", 300.0))
)
PISTONS = tuple(
    Kind(
        name="piston",
        type_code=code,
        cruise_kt=cruise,
        cruise_ft=(2500.0, 9500.0),
        terminal_kt=cruise,
        approach_kt=approach,
        roll_nm=0.2,
        climb_ft_nm=450.0,
        turn_nm=0.35,
        final_nm=(0.9, 3.0),
        runway_ft=2000.0,
        legs_nm=(3.0, 200.0),
        wind_kt=20.0,
        has_flag=0.6,
    )
    for code, cruise, approach in (("C172", 110.0, 62.0), ("SR22", 165.0, 78.0))
)
HELICOPTERS = tuple(
    Kind(
        name="helicopter",
        type_code=code,
        cruise_kt=cruise,
        cruise_ft=(1000.0, 4000.0),
        terminal_kt=cruise,
        approach_kt=12.0,
        roll_nm=0.02,
        climb_ft_nm=700.0,
        descent_ft_nm=500.0,
        turn_nm=0.3,
        final_nm=(0.8, 2.0),
        runway_ft=0.0,
        legs_nm=(3.0, 120.0),
        wind_kt=15.0,
        has_flag=0.4,
        vertical=True,
    )
    for code, cruise in (("EC35", 130.0), ("R44", 100.0))
)
KINDS = {k.type_code: k for k in (*JETS, *TURBOPROPS, *PISTONS, *HELICOPTERS)}
