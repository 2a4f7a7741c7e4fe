"""Makes lunar.txt, the lunar calendar of Viet Nam: `python3 lunar.py > lunar.txt` (needs ephem).

One line a year: the year, its first day in the sun's calendar, its leap month or -, and of each month whether it has
29 or 30 days. The rules: a month begins on the day of the new moon by the clock of Ha Noi (UTC+7); the winter
solstice lies in month 11; where thirteen months begin from one month 11 to the next, the first of them without a
principal solar term repeats the number of the one before. China counts by UTC+8: its years 2007 and 2030 begin on
another day.
"""

import datetime as d
import math

import ephem

HANOI = d.timedelta(hours=7)
FIRST, LAST = 2000, 2100


def day(moment):
    """The day in Ha Noi of a moment of ephem."""
    return (ephem.Date(moment).datetime() + HANOI).date()


def longitude(date):
    """The sun's ecliptic longitude, of the date, as the day begins in Ha Noi."""
    moment = ephem.Date(d.datetime.combine(date, d.time()) - HANOI)
    sun = ephem.Sun(moment)
    return math.degrees(ephem.Ecliptic(sun, epoch=moment).lon)


def months(year):
    """First days of the months from month 11 of the year before up to and with month 11 of the year."""
    def eleventh(year):
        solstice = day(ephem.next_winter_solstice(f"{year}/12/1"))
        moon = ephem.previous_new_moon(ephem.Date(d.datetime.combine(solstice + d.timedelta(days=1), d.time()) - HANOI))
        return day(moon)

    begins, last = [eleventh(year - 1)], eleventh(year)
    while begins[-1] < last:
        begins.append(day(ephem.next_new_moon(d.datetime.combine(begins[-1] + d.timedelta(days=2), d.time()))))
    assert begins[-1] == last, (year, begins)
    return begins


def numbered(year):
    """(month, whether it is the leap one, first day) from month 11 of the year before; without the last month 11."""
    begins = months(year)
    leap = None
    if len(begins) == 14:
        for n in range(1, 13):
            before, after = longitude(begins[n]) // 30, longitude(begins[n + 1]) // 30
            if before == after:
                leap = n
                break
    number, found = 11, []
    for n, begin in enumerate(begins[:-1]):
        if n == leap:
            found.append(((number - 2) % 12 + 1, True, begin))
        else:
            found.append((number, False, begin))
            number = number % 12 + 1
    return found


def main():
    for year in range(FIRST, LAST + 1):
        these, following = numbered(year), numbered(year + 1)
        start = next(n for n, (month, leap, _) in enumerate(these) if month == 1 and not leap)
        stop = next(n for n, (month, leap, _) in enumerate(following) if month == 1 and not leap)
        all_months = these[start:] + following[:stop]
        ends = [begin for _, _, begin in all_months[1:]] + [following[stop][2]]
        leap = next((str(month) for month, leap, _ in all_months if leap), "-")
        lengths = " ".join(str((end - begin).days) for (_, _, begin), end in zip(all_months, ends))
        print(year, all_months[0][2], leap, lengths)


main()
