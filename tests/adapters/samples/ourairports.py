"""A table of runways and one of airports."""

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


AIRPORTS_HEADER = (
    '"id","ident","type","name","latitude_deg","longitude_deg","elevation_ft","continent",'
    '"iso_country","iso_region","municipality","scheduled_service","icao_code","iata_code",'
    '"gps_code","local_code","home_link","wikipedia_link","keywords"'
)
AIRPORTS_ROWS = (
    (
        '6396,"UMMS","large_airport","Minsk National Airport",53.888071,28.039964,670,"EU","BY",'
        '"BY-MI","Minsk","yes","UMMS","MSQ","UMMS",,"https://airport.by/",'
        '"https://en.wikipedia.org/wiki/Minsk_National_Airport","Minsk 2"'
    ),
    (
        '315697,"BY-0014","small_airport","Lipki Air Base",53.913545,27.708775,,"EU","BY","BY-MI",'
        ',"no",,,"UMMI",,,,"УММИ, Липки"'
    ),
    (
        '6605,"01MD","seaplane_base","Annapolis Seaplane Base",38.999199,-76.456001,,"NA","US",'
        '"US-MD","Annapolis","no",,,"01MD","01MD",,,'
    ),
    (
        '6624,"01TA","closed","Thirty Thirty Matlock Office Center Helistop",32.694867,-97.115964,'
        '630,"NA","US","US-TX","Arlington","no",,,,,,,"01TA"'
    ),
)


def airports_pages() -> Sequence[bytes]:
    """Of several kinds, with and without elevation."""
    return ("\n".join((AIRPORTS_HEADER, *AIRPORTS_ROWS, "")).encode(),)


def pages() -> Sequence[bytes]:
    """Both tables."""
    return (*runways_pages(), *airports_pages())


SAMPLES: Samples = {"ourairports": pages}
