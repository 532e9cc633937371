"""A table of two runways."""

from __future__ import annotations

from collections.abc import Sequence

from tests.adapters.samples import Samples

RUNWAYS_HEADER = (
    '"id","airport_ref","airport_ident","length_ft","width_ft","surface","lighted","closed",'
    '"le_ident","le_latitude_deg","le_longitude_deg","le_elevation_ft","le_heading_degT",'
    '"le_displaced_threshold_ft","he_ident","he_latitude_deg","he_longitude_deg",'
    '"he_elevation_ft","he_heading_degT","he_displaced_threshold_ft"'
)
RUNWAYS_ROWS = (
    (
        '1,2,"UMMS",12139,197,"CON",1,0,"13","53.893","28.007",665,131.4,,'
        '"31","53.871","28.049",670,311.4,'
    ),
    '3,4,"00AK",2500,40,"GRVL",0,0,"N",,,,,,"S",,,,,',
)


def runways_pages() -> Sequence[bytes]:
    """One with thresholds, one without coordinates."""
    return ("\n".join((RUNWAYS_HEADER, *RUNWAYS_ROWS, "")).encode(),)


SAMPLES: Samples = {"ourairports": runways_pages}
