"""Files that sites hand out, made by hand: registries, tables, tracks."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping
from typing import Any

TAR1090DB = """\
14FC0B;RA-64523;T204;10;TUPOLEV Tu-214;2011;ROSSIYA SPECIAL FLIGHT DETACHMENT;
14FC0C;RA-64524;T204;10;TUPOLEV Tu-214;;;
15FC0C;RA-64524;T204;10;TUPOLEV Tu-214;;;
AC671B;N899DN;B739;00;BOEING 737-900;2015;DELTA AIR LINES INC;
AE1234;;C130;10;LOCKHEED C-130;1988;;
A00001;N1;GLF4;0001;GULFSTREAM "IV";1989;FAA, AVS-100;
"""
PLANE_ALERT = """\
$ICAO,$Registration,$Operator,$Type,$ICAO Type,#CMPG,$Tag 1,$#Tag 2,$#Tag 3,Category,$#Link
14FC0B,RA-64523,Russian FSB,Tupolev Tu-214VPU,T204,Gov,VIP,Command Post,Moscow,Governments,x
10166,SU-BRR,Egyptian Air Force,CASA C-295 M,C295,Mil,Cargo,Airlift,Sky,Other Air Forces,x
03E35F,????,United States Navy,Northrop F-5N,F5,Mil,Aggressor,Viper,Deck,United States Navy,x
"""
AIRCRAFT_DB = """\
"icao24","registration","manufacturericao","manufacturername","model","typecode","serialnumber",\
"linenumber","icaoaircrafttype","operator","operatorcallsign","operatoricao","operatoriata",\
"owner","testreg","registered","reguntil","status","built","firstflightdate","seatconfiguration",\
"engines","modes","adsb","acars","notes","categoryDescription"
"","","","","","","","","","","","","","","","","","","","","","","false","false","false","",""
"14fc0b","RA-64523","","Tupolev","Tu-214VPU","T204","44524023","","L2J","","","","","Rossiya, SLO",\
"","","","","","","","","false","false","false","",""
"4b1803","HB-JCS","BOMBARDIER","Bombardier","CS300","BCS3","55010","","L2J","Swiss","SWISS","SWR",\
"LX","Swiss Intl","","","","","","","","","false","false","false","",""
"""
AIRCRAFT_DB_DATED = """\
'icao24','timestamp','acars','adsb','built','categoryDescription','country','engines',\
'firstFlightDate','firstSeen','icaoAircraftClass','lineNumber','manufacturerIcao',\
'manufacturerName','model','modes','nextReg','notes','operator','operatorCallsign',\
'operatorIata','operatorIcao','owner','prevReg','regUntil','registered','registration','selCal',\
'serialNumber','status','typecode','vdl'
'14fc0b','2020-06-01 00:00:00',0,0,'','','Russia','','','','L2J','','','Tupolev','Tu-214',0,'','',\
'','','','','Special ''Rossiya'', SLO','','','','RA-64523','','44524023','','T204',0
'400f9c','2020-06-01 00:00:00',0,0,'','','UK','','','','L1P','','','Piper','PA-28',0,'','',\
'','','','','','','','','','','28-123','','P28A',0
"""
MASTER = """\
N-NUMBER,SERIAL NUMBER,MFR MDL CODE,ENG MFR MDL,YEAR MFR,TYPE REGISTRANT,NAME,STREET,STREET2,\
CITY,STATE,ZIP CODE,REGION,COUNTY,COUNTRY,LAST ACTION DATE,CERT ISSUE DATE,CERTIFICATION,\
TYPE AIRCRAFT,TYPE ENGINE,STATUS CODE,MODE S CODE,FRACT OWNER,AIR WORTH DATE,OTHER NAMES(1),\
OTHER NAMES(2),OTHER NAMES(3),OTHER NAMES(4),OTHER NAMES(5),EXPIRATION DATE,UNIQUE ID,KIT MFR,\
 KIT MODEL,MODE S CODE HEX,
899DN,31936                         ,13802GB,52345,2015,3,DELTA AIR LINES INC        ,1 ROAD,,\
ATLANTA,GA,30320,7,121,US,20230105,20150403,1T,5,5 ,V ,53063433, ,20150403,,,,,,20300430,\
01100001,,,AC671B    ,
512WB,66-1099                       ,1152015,41514,1966,1,EXAMPLE OWNER LLC          ,1 ROAD,,\
AUSTIN,TX,78701,2,453,US,20231201,20201115,1N,4,1 ,V ,        , ,19660601,,,,,,20260101,\
00123456,,,          ,
"""
DEREG = """\
N-NUMBER,SERIAL-NUMBER,MFR-MDL-CODE,STATUS-CODE,NAME,STREET-MAIL,STREET2-MAIL,CITY-MAIL,\
STATE-ABBREV-MAIL,ZIP-CODE-MAIL,ENG-MFR-MDL,YEAR-MFR,CERTIFICATION,REGION,COUNTY-MAIL,\
COUNTRY-MAIL,AIR-WORTH-DATE,CANCEL-DATE,MODE-S-CODE,INDICATOR-GROUP,EXP-COUNTRY,LAST-ACT-DATE,\
CERT-ISSUE-DATE,STREET-PHYSICAL,STREET2-PHYSICAL,CITY-PHYSICAL,STATE-ABBREV-PHYSICAL,\
ZIP-CODE-PHYSICAL,COUNTY-PHYSICAL,COUNTRY-PHYSICAL,OTHER-NAMES(1),OTHER-NAMES(2),\
OTHER-NAMES(3),OTHER-NAMES(4),OTHER-NAMES(5),KIT MFR, KIT MODEL,MODE S CODE HEX,
100EX ,560-0001  ,3070032,13,OLD OWNER LLC ,2 OAK AVE , ,DENVER ,CO,80014 ,52001,2001,1T,3,031,\
US,20010101,20150601,50004001, , ,20150601,20050101, , , , , , , , , , , , , , ,A00801 ,
"""


def registration_zip(master: str = MASTER, dereg: str | None = DEREG) -> bytes:
    """The FAA's zip."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ACFTREF.txt", "CODE,MFR,MODEL,\n13802GB,BOEING,737-932ER,\n")
        archive.writestr("MASTER.txt", "\ufeff" + master)
        if dereg is not None:
            archive.writestr("DEREG.txt", dereg)
    return held.getvalue()


RUNWAYS = (
    '"id","airport_ref","airport_ident","length_ft","width_ft","surface","lighted","closed",'
    '"le_ident","le_latitude_deg","le_longitude_deg","le_elevation_ft","le_heading_degT",'
    '"le_displaced_threshold_ft","he_ident","he_latitude_deg","he_longitude_deg",'
    '"he_elevation_ft","he_heading_degT","he_displaced_threshold_ft"\n'
    '1,2,"UMMS",12139,197,"CON",1,0,"13","53.893","28.007",665,131.4,,"31","53.871","28.049",670,'
    "311.4,\n"
)
AIRPORTS = """\
"id","ident","type","name","latitude_deg","longitude_deg","elevation_ft","continent","iso_country",\
"iso_region","municipality","scheduled_service","icao_code","iata_code","gps_code","local_code",\
"home_link","wikipedia_link","keywords"
6396,"UMMS","large_airport","Minsk National Airport",53.888071,28.039964,670,"EU","BY","BY-MI",\
"Minsk","yes","UMMS","MSQ","UMMS",,"https://airport.by/",\
"https://en.wikipedia.org/wiki/Minsk_National_Airport","Minsk 2"
315697,"BY-0014","small_airport","Lipki Air Base",53.913545,27.708775,,"EU","BY","BY-MI",,"no",,,\
"UMMI",,,,"УММИ, Липки"
319606,"BY-0021","heliport","Drozdy Heliport",53.9506,27.5053,703,"EU","BY","BY-MI","Drozdy","no",\
,,,"H213",,,"Х213, Дрозды"
"""
FLIGHT_LIST = (
    "callsign,number,icao24,registration,typecode,origin,destination,firstseen,lastseen,day,"
    "latitude_1,longitude_1,altitude_1,latitude_2,longitude_2,altitude_2\n"
    "RSD010,,14fc0b,RA-64523,T204,UUWW,UMMS,2020-08-18 13:02:11+00:00,2020-08-18 14:15:40+00:00,"
    "2020-08-18 00:00:00+00:00,55.58,37.25,304.8,53.91,28.05,411.48\n"
)


def hand_made() -> dict[str, bytes]:
    """By ``site/path``."""
    return {
        "tar1090db/aircraft.csv.gz": gzip.compress(TAR1090DB.encode(), mtime=0),
        "plane_alert_db/plane-alert-db.csv": PLANE_ALERT.encode(),
        "opensky_aircraftdb/aircraftDatabase.csv": AIRCRAFT_DB.encode(),
        "opensky_aircraftdb/aircraft-database-complete-2020-08.csv": AIRCRAFT_DB_DATED.encode(),
        "faa/ReleasableAircraft.zip": registration_zip(),
        "ourairports/airports.csv": AIRPORTS.encode(),
        "ourairports/runways.csv": RUNWAYS.encode(),
        "opensky_flightlist/files/flightlist_20200801_20200831.csv.gz": gzip.compress(
            FLIGHT_LIST.encode(), mtime=0
        ),
    }


def looked_up() -> Mapping[str, Mapping[str, str]]:
    """What the single look-ups know."""
    return {
        "14fc0b": {
            "registration": "RA-64523",
            "type_code": "T204",
            "maker": "Tupolev",
            "type": "Tu-214VPU",
            "owner": "Rossiya",
        },
        "ac671b": {
            "registration": "N899DN",
            "type_code": "B739",
            "maker": "Boeing",
            "type": "737 932ER",
            "owner": "Delta Air Lines",
        },
    }


def opensky_track(flight: Mapping[str, Any]) -> dict[str, Any]:
    """The waypoints of a flight from Vnukovo to Minsk, whatever its times; the key is misspelt."""
    start, end = flight["firstSeen"], flight["lastSeen"]
    way = [(55.5915, 37.2615), (55.4, 35.0), (54.8, 32.0), (54.2, 29.5), (53.8825, 28.0307)]
    heights = [None, 8_000.0, 10_050.0, 3_500.0, None]
    return {
        "icao24": flight["icao24"],
        "calllsign": flight["callsign"],
        "startTime": start,
        "endTime": end,
        "path": [
            [start + (end - start) * i // 4, lat, lon, height, 262.0, height is None]
            for i, ((lat, lon), height) in enumerate(zip(way, heights, strict=True))
        ],
    }
