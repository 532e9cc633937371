"""Names that no transliteration reaches: what press texts of the region call foreign places.

Facts in plain tables. Keys are written as people write them; `service.domain.airports.names` folds
case, hyphens and ё. Values of the city table are "city/country" as the airport table has them,
so that an exonym reaches every airport of that city and of no namesake.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

MOVED_CODES: Mapping[str, tuple[date, str]] = {
    "BKK": (date(2006, 9, 28), "VTBD"),
    "BLR": (date(2008, 5, 24), "VOBG"),
    "DOH": (date(2014, 5, 27), "OTBD"),
    "DUR": (date(2010, 5, 1), "FADN"),
    "HYD": (date(2008, 3, 23), "VOHY"),
    "IST": (date(2019, 4, 6), "LTBA"),
    "NAT": (date(2014, 5, 31), "SBNT"),
    "ROV": (date(2017, 12, 7), "URRR"),
    "UIO": (date(2013, 2, 20), "SEQU"),
}
"""IATA codes that went to a new airport: since when, and which airport had it before."""


def _table(lines: str) -> dict[str, str]:
    """``name, name = value`` on each line."""
    rows = (line.split(" = ") for line in lines.strip().splitlines())
    return {name.strip(): value.strip() for names, value in rows for name in names.split(",")}


ALSO_SERVE: Mapping[str, str] = _table("""
    Bamako/ML = GABS
    Basel/CH = LFSB
    Belgrade/RS = LYBT
    Dubai/AE = OMDW
    Florence/IT = LIRQ
    Goa/IN = VOGO VOGA
    Milan/IT = LIME
    Moscow/RU = UUBW
    Naples/IT = LIRN
    New York/US = KEWR KTEB
    Rome/IT = LIRA
    Turin/IT = LIMF
    Venice/IT = LIPZ LIPH
    Washington/US = KBWI
    Yaroslavl/RU = UUDL
""")
"""Airports that people mean by a city although the table puts them in another place, or writes
the city another way."""

CITIES_CYRILLIC: Mapping[str, str] = _table("""
    Минск, Мінск, Менск = Minsk/BY
    Брест, Брэст = Brest/BY
    Гродно, Гродна = Hrodna/BY
    Гомель = Gomel/BY
    Витебск, Віцебск = Vitebsk/BY
    Могилев, Магілёў = Mogilev/BY
    Барановичи, Баранавічы = Baranavichi/BY
    Бобруйск, Бабруйск = Babruisk/BY
    Москва, Масква = Moscow/RU
    Санкт-Петербург, Петербург, Питер, СПб, Ленинград, Пецярбург = St. Petersburg/RU
    Ростов-на-Дону, Ростов = Rostov-on-Don/RU
    Нижний Новгород, Горький = Nizhny Novgorod/RU
    Великий Новгород, Новгород = Novgorod/RU
    Минеральные Воды, Минводы = Mineralnyye Vody/RU
    Петропавловск-Камчатский = Petropavlovsk-Kamchatsky/RU
    Комсомольск-на-Амуре = Komsomolsk-on-Amur/RU
    Архангельск = Arkhangelsk/RU
    Екатеринбург, Свердловск = Yekaterinburg/RU
    Благовещенск = Blagoveschensk/RU
    Орёл = Orel/RU
    Тверь = Tver/RU
    Ярославль = Yaroslavl/RU
    Жуковский = Zhukovsky/RU
    Улан-Удэ = Ulan Ude/RU
    Набережные Челны, Нижнекамск = Nizhnekamsk/RU
    Киев, Київ, Кіеў = Kyiv/UA
    Харьков, Харків = Kharkiv/UA
    Львов, Львів = Lviv/UA
    Одесса, Одеса = Odesa/UA
    Днепр, Дніпро, Днепропетровск = Dnipro/UA
    Запорожье, Запоріжжя = Zaporizhzhia/UA
    Николаев, Миколаїв = Mykolaiv/UA
    Винница, Вінниця = Vinnitsa/UA
    Луганск, Луганськ = Luhansk/UA
    Донецьк = Donetsk/UA
    Черновцы, Чернівці = Chernivtsi/UA
    Ивано-Франковск, Івано-Франківськ = Ivano-Frankivsk/UA
    Житомир = Zhytomyr/UA
    Ровно, Рівне = Rivne/UA
    Кривой Рог, Кривий Ріг = Kryvyi Rih/UA
    Симферополь, Сімферополь = Simferopol/UA
    Севастополь = Sevastopol/UA
    Кишинев, Кишинэу, Кішынёў = Chișinău/MD
    Тирасполь = Tiraspol/MD
    Вильнюс, Вільнюс, Вільня = Vilnius/LT
    Каунас, Ковно = Kaunas/LT
    Рига = Riga/LV
    Таллин, Таллинн = Tallinn/EE
    Ереван = Yerevan/AM
    Тбилиси = Tbilisi/GE
    Баку = Baku/AZ
    Нахичевань = Nakhchivan/AZ
    Алматы, Алма-Ата = Almaty/KZ
    Астана, Нур-Султан = Astana/KZ
    Ташкент = Tashkent/UZ
    Самарканд = Samarkand/UZ
    Бишкек = Bishkek/KG
    Душанбе = Dushanbe/TJ
    Ашхабад, Ашгабат = Ashgabat/TM
    Варшава = Warsaw/PL
    Краков = Kraków/PL
    Гданьск = Gdansk/PL
    Жешув = Rzeszow/PL
    Прага = Prague/CZ
    Карловы Вары = Karlovy Vary/CZ
    Братислава = Bratislava/SK
    Будапешт = Budapest/HU
    Бухарест = Bucharest/RO
    София = Sofia/BG
    Белград = Belgrade/RS
    Загреб = Zagreb/HR
    Любляна = Ljubljana/SI
    Сараево = Sarajevo/BA
    Подгорица = Podgorica/ME
    Тиват = Tivat/ME
    Скопье = Skopje/MK
    Афины = Athens/GR
    Салоники = Thessaloniki/GR
    Ларнака = Larnaca/CY
    Пафос = Paphos/CY
    Никосия = Nicosia/CY
    Вена, Відень, Вена = Vienna/AT
    Зальцбург = Salzburg/AT
    Инсбрук = Innsbruck/AT
    Цюрих, Цюріх = Zurich/CH
    Женева = Geneva/CH
    Базель = Basel/CH
    Берн = Bern/CH
    Берлин, Берлін = Berlin/DE
    Мюнхен = Munich/DE
    Франкфурт, Франкфурт-на-Майне = Frankfurt am Main/DE
    Кёльн = Cologne/DE
    Гамбург = Hamburg/DE
    Дюссельдорф = Düsseldorf/DE
    Лейпциг = Leipzig/DE
    Штутгарт = Stuttgart/DE
    Баден-Баден = Baden-Baden/DE
    Париж = Paris/FR
    Ницца = Nice/FR
    Лион = Lyon/FR
    Марсель = Marseille/FR
    Страсбург = Strasbourg/FR
    Лондон = London/GB
    Брюссель = Brussels/BE
    Льеж = Liège/BE
    Амстердам = Amsterdam/NL
    Люксембург = Luxembourg/LU
    Копенгаген = Copenhagen/DK
    Стокгольм = Stockholm/SE
    Осло = Oslo/NO
    Хельсинки, Гельсинки = Helsinki/FI
    Рейкьявик = Reykjavik/IS
    Дублин = Dublin/IE
    Рим = Rome/IT
    Милан = Milan/IT
    Венеция = Venice/IT
    Флоренция = Florence/IT
    Неаполь = Naples/IT
    Турин = Turin/IT
    Болонья = Bologna/IT
    Мадрид = Madrid/ES
    Барселона = Barcelona/ES
    Малага = Málaga/ES
    Лиссабон = Lisbon/PT
    Стамбул, Константинополь = Istanbul/TR
    Анкара = Ankara/TR
    Анталья, Анталия = Antalya/TR
    Измир = Izmir/TR
    Трабзон = Trabzon/TR
    Тель-Авив = Tel Aviv/IL
    Каир = Cairo/EG
    Шарм-эль-Шейх = Sharm el-Sheikh/EG
    Хургада = Hurghada/EG
    Дамаск = Damascus/SY
    Латакия = Latakia/SY
    Алеппо, Халеб = Aleppo/SY
    Бейрут = Beirut/LB
    Амман = Amman/JO
    Багдад = Baghdad/IQ
    Тегеран = Tehran/IR
    Дубай, Дубаи = Dubai/AE
    Абу-Даби = Abu Dhabi/AE
    Шарджа = Sharjah/AE
    Доха = Doha/QA
    Эр-Рияд = Riyadh/SA
    Джидда = Jeddah/SA
    Маскат = Muscat/OM
    Кувейт, Эль-Кувейт = Kuwait City/KW
    Кабул = Kabul/AF
    Исламабад = Islamabad/PK
    Дели, Нью-Дели = New Delhi/IN
    Мумбаи, Бомбей = Mumbai/IN
    Пекин = Beijing/CN
    Шанхай = Shanghai/CN
    Гонконг = Hong Kong/HK
    Урумчи = Urumqi/CN
    Харбин = Harbin/CN
    Пхеньян = Pyongyang/KP
    Сеул = Seoul/KR
    Токио = Tokyo/JP
    Улан-Батор = Ulan Bator/MN
    Бангкок = Bangkok/TH
    Пхукет = Phuket/TH
    Сингапур = Singapore/SG
    Ханой = Hanoi/VN
    Хошимин = Ho Chi Minh City/VN
    Джакарта = Jakarta/ID
    Коломбо = Colombo/LK
    Мале = Male/MV
    Нью-Йорк = New York/US
    Вашингтон = Washington/US
    Лос-Анджелес = Los Angeles/US
    Майами = Miami/US
    Чикаго = Chicago/US
    Бостон = Boston/US
    Анкоридж = Anchorage/US
    Торонто = Toronto/CA
    Монреаль = Montréal/CA
    Гавана = Havana/CU
    Варадеро = Varadero/CU
    Каракас = Caracas/VE
    Мехико = Mexico City/MX
    Триполи = Tripoli/LY
    Бенгази = Benghazi/LY
    Тунис = Tunis/TN
    Алжир = Algiers/DZ
    Касабланка = Casablanca/MA
    Хартум = Khartoum/SD
    Аддис-Абеба = Addis Ababa/ET
    Найроби = Nairobi/KE
    Банги = Bangui/CF
    Бамако = Bamako/ML
    Йоханнесбург = Johannesburg/ZA
    Хараре = Harare/ZW
""")
"""Cities by their Russian, Belarusian and Ukrainian names."""

CITIES_LATIN: Mapping[str, str] = _table("""
    Moskva, Moskau, Moscou = Moscow/RU
    Saint Petersburg, Sankt-Peterburg, Petersburg, Leningrad = St. Petersburg/RU
    Rostov-na-Donu = Rostov-on-Don/RU
    Kiev, Kyjiv, Kiew = Kyiv/UA
    Kharkov = Kharkiv/UA
    Lvov, Lemberg, Lwow = Lviv/UA
    Odessa = Odesa/UA
    Dnepropetrovsk, Dnipropetrovsk = Dnipro/UA
    Zaporozhye = Zaporizhzhia/UA
    Nikolaev = Mykolaiv/UA
    Vinnytsia = Vinnitsa/UA
    Lugansk = Luhansk/UA
    Grodno = Hrodna/BY
    Homel, Homiel = Gomel/BY
    Mahilyow, Mahiliou = Mogilev/BY
    Vitsebsk, Viciebsk = Vitebsk/BY
    Baranovichi, Baranavichy = Baranavichi/BY
    Bobruisk, Babruysk = Babruisk/BY
    Kishinev, Chisinau = Chișinău/MD
    Alma-Ata = Almaty/KZ
    Nur-Sultan = Astana/KZ
    Warszawa, Warschau, Varsovie = Warsaw/PL
    Praha, Prag = Prague/CZ
    Wien = Vienna/AT
    Zurigo = Zurich/CH
    Geneve, Genf = Geneva/CH
    Muenchen, Munchen = Munich/DE
    Koeln, Koln = Cologne/DE
    Frankfurt = Frankfurt am Main/DE
    Duesseldorf = Düsseldorf/DE
    Roma, Rom = Rome/IT
    Milano, Mailand = Milan/IT
    Venezia, Venedig = Venice/IT
    Napoli, Neapel = Naples/IT
    Lisboa, Lissabon = Lisbon/PT
    Athina, Athen = Athens/GR
    Kobenhavn, Kopenhagen = Copenhagen/DK
    Bruxelles, Brussel = Brussels/BE
    Beograd = Belgrade/RS
    Bucuresti = Bucharest/RO
    Constantinople = Istanbul/TR
    Peking = Beijing/CN
    Bombay = Mumbai/IN
    Saigon = Ho Chi Minh City/VN
    Ulaanbaatar = Ulan Bator/MN
    Montreal = Montréal/CA
    Krakow, Cracow = Kraków/PL
    La Habana = Havana/CU
""")
"""Cities by other Latin spellings than the airport table's."""

AIRPORTS: Mapping[str, str] = _table("""
    Минск-2, Мінск-2, Национальный аэропорт Минск, Нацыянальны аэрапорт Мінск = UMMS
    Minsk-2, Minsk National = UMMS
    Минск-1, Мінск-1, Minsk-1 = UMMM
    Мачулищи, Мачулішчы, Machulishchi = UMLI
    Боровая, Баравая = UMMB
    Раменское, Жуковский, Zhukovsky = UUBW
    Внуково, Vnukovo = UUWW
    Шереметьево = UUEE
    Домодедово = UUDD
    Остафьево = UUMO
    Чкаловский = UUMU
    Быково = UUBB
    Пулково = ULLI
    Храброво = UMKK
    Кольцово = USSS
    Толмачёво = UNNT
    Емельяново = UNKL
    Кневичи = UHWW
    Стригино = UWGG
    Курумоч = UWWW
    Пашковский = URKK
    Адлер = URSS
    Платов = URRP
    Бельбек = URFB
    Борисполь, Бориспіль, Boryspil, Borispol = UKBB
    Жуляны, Жуляни = UKKK
    Гостомель = UKKM
    Звартноц = UDYZ
    Эребуни = UDYE
    Манас = UCFM
    Хитроу = EGLL
    Гатвик = EGKK
    Станстед = EGSS
    Лутон = EGGW
    Фарнборо = EGLF
    Шарль-де-Голль, Шарля де Голля, Руасси = LFPG
    Орли = LFPO
    Ле-Бурже, Бурже = LFPB
    Шёнефельд, Бранденбург, Schoenefeld, Schonefeld = EDDB
    Тегель = EDDT
    Темпельхоф = EDDI
    Схипхол, Schiphol = EHAM
    Арланда = ESSA
    Вантаа = EFHK
    Шопена, имени Шопена, Окенче = EPWA
    Рузине, Вацлава Гавела = LKPR
    Фьюмичино = LIRF
    Чампино = LIRA
    Мальпенса = LIMC
    Линате = LIML
    Барахас = LEMD
    Эль-Прат = LEBL
    Ататюрк, Ататюрка = LTBA
    Сабиха Гёкчен = LTFJ
    Бен-Гурион = LLBG
    Хмеймим, Hmeimim, Khmeimim = OSLK
    Мехрабад = OIII
    Имам Хомейни, имени Имама Хомейни = OIIE
    Кеннеди, имени Джона Кеннеди, Джона Кеннеди = KJFK
    Ла-Гуардия = KLGA
    Ньюарк = KEWR
    Тетерборо = KTEB
    Даллес = KIAD
    Кай Так = VHHX
""")
"""Airports by a name that is not in the table."""
