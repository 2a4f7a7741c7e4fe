"""The days of the calendars by rule, as they stand in their files where a year's decision is not known.

    python3 rules.py CALENDAR YEAR [YEAR]     # the entries of one year, or of a first to a last one

Needs nothing but Python. What the rules are, and what is decided each year, stands in README.md.
"""

import datetime as d
import pathlib
import sys

import khmer

DAY = d.timedelta(days=1)
SATURDAY = 5


def lunar_year(year):
    """The first day of Viet Nam's lunar year and of its third month."""
    for line in pathlib.Path(__file__).with_name("lunar.txt").read_text(encoding="utf-8").splitlines():
        number, first, leap, *lengths = line.split()
        if int(number) == year:
            first = d.date.fromisoformat(first)
            before = 2 + (leap in ("1", "2"))
            return first, first + d.timedelta(days=sum(map(int, lengths[:before])))
    raise ValueError(f"lunar.txt has no {year}")


def tet(year):
    """The last day of the year before, and four of the new one."""
    first, _ = lunar_year(year)
    return run(first - DAY, 5)


def hung_kings(year):
    """The 10th of the third lunar month."""
    _, third = lunar_year(year)
    return [third + 9 * DAY]


def vietnam_holidays(year):
    """The days of the Labour Code, and for each that is a Saturday or Sunday a working day.

    That is the next one; for a Saturday of Tet the one before, so that people are home in time. The second day of the
    National Day is the one before or after, whichever lies nearer to a weekend.
    """
    national = d.date(year, 9, 2)
    at_tet = tet(year)
    days = [d.date(year, 1, 1), *at_tet, *hung_kings(year), d.date(year, 4, 30), d.date(year, 5, 1), national]
    if year >= 2021:
        days.append(national + (DAY if national.weekday() in (0, 3, 6) else -DAY))
    for day in sorted(days):
        if day.weekday() >= SATURDAY:
            step = -DAY if day in at_tet and day.weekday() == SATURDAY else DAY
            instead = day
            while instead.weekday() >= SATURDAY or instead in days:
                instead += step
            days.append(instead)
    return without_gaps(days)


def vietnam_culture_day(year):
    return [d.date(year, 11, 24)]


def khmer_new_year(year):
    """From the day on which the sun enters Aries until Lerng Sak."""
    first, _, days = khmer.new_year(year)
    return run(first, days)


def pchum_ben(year):
    """14 and 15 roach of Photrobot and 1 keit of Assoch."""
    return run(khmer.date(year, "Photrobot", 29), 3)


def water_festival(year):
    """14 and 15 keit and 1 roach of Kadeuk."""
    return run(khmer.date(year, "Kadeuk", 14), 3)


def cambodia_holidays(year):
    """The days of the sub-decree. Visak Bochea is 15 keit of Pisakh, the Royal Ploughing 4 roach."""
    fixed = [(1, 1), (1, 7), (3, 8), (5, 1), (5, 14), (6, 18), (9, 24), (10, 15), (10, 29), (11, 9)]
    if year >= 2024:
        fixed.append((12, 29))
    moving = [khmer.date(year, "Pisakh", 15), khmer.date(year, "Pisakh", 19)]
    festivals = khmer_new_year(year) + pchum_ben(year) + water_festival(year)
    return sorted({*(d.date(year, month, day) for month, day in fixed), *moving, *festivals})


CALENDARS = {
    "tet": tet,
    "hung-kings": hung_kings,
    "vietnam-holidays": vietnam_holidays,
    "vietnam-culture-day": vietnam_culture_day,
    "khmer-new-year": khmer_new_year,
    "pchum-ben": pchum_ben,
    "water-festival": water_festival,
    "cambodia-holidays": cambodia_holidays,
}
# No decision of the year moves them.
CERTAIN = {"hung-kings"}


def run(first, days):
    return [first + n * DAY for n in range(days)]


def without_gaps(days):
    """With the Saturdays and Sundays between days off, which nobody works either."""
    days = sorted(days)
    joined = set(days)
    for before, after in zip(days, days[1:]):
        between = run(before + DAY, (after - before).days - 1)
        if all(day.weekday() >= SATURDAY for day in between):
            joined.update(between)
    return sorted(joined)


def written(days):
    """Days as they are written in a file: those that follow each other in one string."""
    runs = []
    for day in days:
        if runs and runs[-1][1] + DAY == day:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return [f"{first}..{last}" if first != last else f"{first}" for first, last in runs]


def entry(name, year, days=None, confirmed=None):
    lines = [f'"{run}"' for run in written(days or CALENDARS[name](year))]
    listed = f"days = [{', '.join(lines)}]"
    if len(listed) > 110:
        listed = "days = [\n" + "".join(f"    {line},\n" for line in lines) + "]"
    confirmed = name in CERTAIN if confirmed is None else confirmed
    return f"[year.{year}]\n{listed}\nconfirmed = {str(confirmed).lower()}\n"


def main():
    name, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[-1])
    print("\n".join(entry(name, year) for year in range(first, last + 1)), end="")


if __name__ == "__main__":
    main()
