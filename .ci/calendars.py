"""Compares playlists/calendars with independent programs, for 2020-2050.

    calendars.py FOLDER MOMENTKH.JSON

Needs lunar-vn and holidays; the file is what .ci/khmer-calendar.cjs prints. Each comparison says how many years are
equal. The differences are known, and explained in the folder's README.md: one that is new fails, and so does one that
is gone.
"""

import datetime as d
import json
import pathlib
import sys
import tomllib

import holidays
import lunar_vn
from holidays.calendars.thai import KHMER_CALENDAR, _ThaiLunisolar

FOLDER = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(FOLDER))
import khmer  # noqa: E402
import rules  # noqa: E402

YEARS = range(2020, 2051)
DAY = d.timedelta(days=1)
faults = 0


def main():
    momentkh = {int(year): found for year, found in json.loads(pathlib.Path(sys.argv[2]).read_text()).items()}
    assert list(momentkh) == list(YEARS), "momentkh did not tell all years"
    files = {name: read(name) for name in rules.CALENDARS}
    lunar_days()
    by_rule(files)
    viet_nam(files)
    cambodia(files, momentkh)
    sys.exit(faults > 0)


def read(name):
    """The days of each year in the file."""
    years = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))["year"]
    return {int(year): (spelled_out(entry["days"]), entry["confirmed"]) for year, entry in years.items()}


def spelled_out(written):
    days = set()
    for run in written:
        first, _, last = run.partition("..")
        first, last = d.date.fromisoformat(first), d.date.fromisoformat(last or first)
        days.update(first + n * DAY for n in range((last - first).days + 1))
    return days


def compare(what, ours, theirs, known):
    """`known` has the days of a year that only one side has: `+` only ours, `-` only theirs."""
    global faults
    assert ours.keys() == theirs.keys() and ours, what
    equal = 0
    for year in ours:
        differing = [f"+{day}" for day in sorted(ours[year] - theirs[year])]
        differing += [f"-{day}" for day in sorted(theirs[year] - ours[year])]
        equal += not differing
        if differing != known.get(year, "").split():
            faults += 1
            print(f"{what}: {year}: {' '.join(differing) or 'equal'}, not {known.get(year, 'equal')}")
    print(f"{what}: {equal} of {len(ours)} years are equal")


def lunar_days():
    """lunar.txt day by day, from 2000 to 2050."""
    global faults
    days = wrong = 0
    for line in (FOLDER / "lunar.txt").read_text(encoding="utf-8").splitlines():
        year, first, leap, *lengths = line.split()
        day = d.date.fromisoformat(first)
        number, second = 1, False
        for length in map(int, lengths):
            for of_month in range(1, length + 1):
                if day.year <= 2050:
                    known = lunar_vn.solar_to_lunar(day)
                    ours = (of_month, number, int(year), second)
                    theirs = (known.day, known.month, known.year, known.leap)
                    days += 1
                    if ours != theirs:
                        wrong += 1
                        print(f"{day}: {ours}, not {theirs}")
                day += DAY
            second = leap == str(number) and not second
            number += not second
    print(f"lunar.txt beside lunar-vn: {days - wrong} of {days} days are equal")
    faults += wrong > 0 or days < 18_000


def by_rule(files):
    """Years that are not confirmed are by rule; of those that are, it is known what was decided otherwise."""
    decided = {
        "tet": {
            2020: "+2020-01-23 +2020-01-29",
            2021: "+2021-02-10 +2021-02-16",
            2023: "+2023-01-20 +2023-01-26",
            2024: "+2024-02-08 +2024-02-14",
            2025: "+2025-01-27 -2025-02-01",
        },
        "vietnam-holidays": {
            2024: "+2024-04-29",
            2025: "+2025-05-02 -2025-02-01",
            2026: "+2026-01-02 +2026-08-31",
        },
        "cambodia-holidays": {2022: "+2022-06-06"},
    }
    for name, years in files.items():
        known = decided.get(name, {})
        assert all(years[year][1] for year in known), f"{name}: decided, but not confirmed"
        ours = {year: days for year, (days, _) in years.items()}
        compare(f"{name}.toml beside rules.py", ours, {year: set(rules.CALENDARS[name](year)) for year in ours}, known)
    for whole, parts in {
        "vietnam-holidays": ["tet", "hung-kings"],
        "cambodia-holidays": ["khmer-new-year", "pchum-ben", "water-festival"],
    }.items():
        for year, (days, _) in files[whole].items():
            for part in parts:
                assert files[part][year][0] <= days, f"{part} is not part of {whole} in {year}"


def viet_nam(files):
    tet = {year: files["tet"][year][0] for year in YEARS}
    first = {year: lunar_day(1, 1, year) for year in YEARS}
    # Some breaks are longer, and the fourth day of the year is not always off: asked for is what all have.
    compare(
        "tet.toml, the eve and three days, beside lunar-vn",
        {year: days & set(rules.run(first[year] - DAY, 4)) for year, days in tet.items()},
        {year: set(rules.run(first[year] - DAY, 4)) for year in YEARS},
        {},
    )
    compare(
        "hung-kings.toml beside lunar-vn",
        {year: files["hung-kings"][year][0] for year in YEARS},
        {year: {lunar_day(10, 3, year)} for year in YEARS},
        {},
    )
    library = {year: holidays.country_holidays("VN", years=year, language="en_US") for year in YEARS}
    culture = {year: {day for day in days if "Cultural" in days[day]} for year, days in library.items()}
    compare(
        "vietnam-holidays.toml beside holidays",
        {year: files["vietnam-holidays"][year][0] for year in YEARS},
        {year: set(rules.without_gaps(set(days) - culture[year])) for year, days in library.items()},
        {2025: "-2025-02-01", 2026: "+2026-01-02"},
    )
    years = range(2026, 2051)
    compare(
        "vietnam-culture-day.toml beside holidays",
        {year: files["vietnam-culture-day"][year][0] for year in years},
        {year: {day for day in culture[year] if (day.month, day.day) == (11, 24)} for year in years},
        {},
    )


def lunar_day(day, month, year):
    return lunar_vn.lunar_to_solar(lunar_vn.LunarDate(day=day, month=month, year=year, leap=False))


def cambodia(files, momentkh):
    def run(first, days):
        return set(rules.run(d.date.fromisoformat(first), days))

    def ours(name):
        return {year: files[name][year][0] for year in YEARS}

    minutes = {year: khmer.new_year(year)[:2] for year in YEARS}
    compare(
        "the moment of the Khmer new year beside momentkh",
        {year: {f"{day}T{minute // 60:02}:{minute % 60:02}"} for year, (day, minute) in minutes.items()},
        {year: {found["newYear"].replace(" ", "T")} for year, found in momentkh.items()},
        {2032: "+2032-04-13T24:00 -2032-04-13T00:00"},
    )
    compare(
        "khmer-new-year.toml beside momentkh",
        ours("khmer-new-year"),
        {year: run(found["newYear"][:10], found["newYearDays"]) for year, found in momentkh.items()},
        {},
    )
    compare(
        "pchum-ben.toml beside momentkh",
        ours("pchum-ben"),
        {year: run(found["pchumBen"], 3) for year, found in momentkh.items()},
        {},
    )
    compare(
        "water-festival.toml beside momentkh",
        ours("water-festival"),
        {year: run(found["waterFestival"], 3) for year, found in momentkh.items()},
        {},
    )
    moving = {year: {khmer.date(year, "Pisakh", 15), khmer.date(year, "Pisakh", 19)} for year in YEARS}
    compare(
        "Visak Bochea and the Royal Ploughing beside momentkh",
        moving,
        {year: run(found["visak"], 1) | run(found["ploughing"], 1) for year, found in momentkh.items()},
        {},
    )
    thai = _ThaiLunisolar()
    compare(
        "pchum-ben.toml beside holidays",
        ours("pchum-ben"),
        {year: set(rules.run(thai.pchum_ben_date(year) - DAY, 3)) for year in YEARS},
        {
            2030: "+2030-09-28 -2030-09-25",
            2031: "+2031-10-17 -2031-10-14",
            2042: "+2042-10-13 +2042-10-14 +2042-10-15 -2042-09-13 -2042-09-14 -2042-09-15",
        },
    )
    compare(
        "water-festival.toml beside holidays",
        ours("water-festival"),
        {year: set(rules.run(thai.loy_krathong_date(year) - DAY, 3)) for year in YEARS},
        {
            2030: "+2030-11-11 -2030-11-08",
            2031: "+2031-11-30 -2031-11-27",
            2042: "+2042-11-26 +2042-11-27 +2042-11-28 -2042-10-27 -2042-10-28 -2042-10-29",
        },
    )
    compare(
        "Visak Bochea and the Royal Ploughing beside holidays",
        moving,
        {year: {thai.visakha_bucha_date(year, KHMER_CALENDAR), thai.preah_neangkoal_date(year)} for year in YEARS},
        {
            2031: "+2031-05-06 +2031-05-10 -2031-05-05 -2031-05-09",
            2032: "+2032-05-24 +2032-05-28 -2032-05-23 -2032-05-27",
            2043: "+2043-05-23 +2043-05-27 -2043-04-23 -2043-04-27",
        },
    )
    # Later the library follows the Thai almanac, as above, and of the new year it has a list that ends with 2031.
    years = range(2021, 2030)
    compare(
        "cambodia-holidays.toml beside holidays",
        {year: files["cambodia-holidays"][year][0] for year in years},
        {year: set(holidays.country_holidays("KH", years=year)) for year in years},
        {2022: "+2022-06-06", 2028: "+2028-04-16"},
    )


main()
