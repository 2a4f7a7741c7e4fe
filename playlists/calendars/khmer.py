"""The Khmer lunisolar calendar by the rules of the Suriyayatra, in whole numbers as the almanac's makers count.

The solar year of the minor era (chula sakaraj, AD - 638) has 292207/800 days. On the day it begins, Lerng Sak, the
remainders tell what the year is like: how far the sun is (kromathupul), the moon (bodithey, in lunar days) and the
lunar day itself (avoman). A lunar year has 354 days; 384 with a second Asadh, where the moon is late; 355 with a 30th
of Chesth, where the lunar day is. If it were both, the day is given to the year after. The new year itself comes two
or three days before Lerng Sak, as the true sun enters Aries.

`python3 khmer.py` prints what is asked of it for 2020-2050: the moment of the new year, and whether the lunar year is
longer. Needs nothing but Python. Against another program: .ci/calendars.
"""

import datetime as d
from collections import namedtuple

# Lengths from Pisakh on; Asadh is twice in a year of 384 days.
MONTHS = ["Pisakh", "Chesth", "Asadh", "Srap", "Photrobot", "Assoch", "Kadeuk", "Mikasir", "Bos", "Meak", "Phalkun",
          "Chet"]
LENGTHS = [30, 29, 30, 29, 30, 29, 30, 29, 30, 29, 30, 29]
# The day before the first of the minor era, which was 22 March 638 of the Julian calendar.
ERA = d.date(638, 3, 24)
SIGN = 30 * 60
CIRCLE = 12 * SIGN
# The sun's equation in minutes of arc, every 15 degrees from its apogee, which stands at 80 degrees.
APOGEE = 80 * 60
EQUATION = [0, 35, 67, 94, 116, 129, 134]

Start = namedtuple("Start", "day kromathupul avoman bodithey")


def start(year):
    """What the minor era's year of that AD year begins with."""
    days, passed = divmod(292207 * (year - 638) + 373, 800)
    days += 1
    months, avoman = divmod(11 * days + 650, 692)
    return Start(days, 800 - passed, avoman, (days + months) % 30)


def is_long(year):
    """Whether the solar year has 366 days."""
    return start(year).kromathupul <= 207


def has_month(year):
    """Whether the moon is so late that the lunar year has a thirteenth month."""
    moon, following = start(year).bodithey, start(year + 1).bodithey
    if (moon, following) == (25, 5):
        return False
    return moon >= 25 or moon <= 5 or (moon, following) == (24, 6)


def wants_day(year):
    """Whether the lunar day is so late that Chesth needs a thirtieth day."""
    avoman = start(year).avoman
    if is_long(year):
        return avoman <= 126
    if (avoman, start(year + 1).avoman) == (137, 0):
        return False
    return avoman <= 137 or (start(year - 1).avoman, avoman) == (137, 0)


def has_day(year):
    """A year of thirteen months gives its day to the one after."""
    if has_month(year):
        return False
    return wants_day(year) or (has_month(year - 1) and wants_day(year - 1))


def lerng_sak(year):
    """The day on which the minor era's year begins."""
    return ERA + d.timedelta(days=start(year).day)


def pisakh(year):
    """The first day of Pisakh, found back from Lerng Sak, whose lunar day is known."""
    moon = start(year).bodithey
    if has_month(year - 1) and wants_day(year - 1):
        moon = (moon + 1) % 30
    # Chet has 29 days. Before its sixth lunar day Lerng Sak is in Pisakh.
    passed = moon if moon < 6 else moon - 1 - 29
    return lerng_sak(year) - d.timedelta(days=passed)


def date(year, month, day):
    """The day of a lunar date, 1 to 30, from Pisakh of that AD year to the Chet before the next.

    The 14th is 14 keit, the 16th 1 roach.
    """
    place = MONTHS.index(month)
    passed = sum(LENGTHS[:place])
    if place > MONTHS.index("Chesth"):
        passed += has_day(year)
    if place > MONTHS.index("Asadh"):
        passed += 30 * has_month(year)
    return pisakh(year) + d.timedelta(days=passed + day - 1)


def sun(year, days):
    """The true sun's longitude in minutes of arc, that many days after Lerng Sak of that year began."""
    signs, rest = divmod(800 * days + start(year).kromathupul, 24350)
    degrees, rest = divmod(rest, 811)
    mean = signs * SIGN + degrees * 60 + rest // 14 - 3
    anomaly = (mean - APOGEE) % CIRCLE
    half = anomaly % (CIRCLE // 2)
    step, rest = divmod(min(half, CIRCLE // 2 - half), 15 * 60)
    equation = EQUATION[step]
    if rest:
        equation += rest * (EQUATION[step + 1] - EQUATION[step]) // (15 * 60)
    return mean - equation if anomaly < CIRCLE // 2 else mean + equation


def new_year(year):
    """The day on which the sun enters Aries, the minutes until it does, and how many days it is until and with Lerng Sak.

    The minutes are 1 to 1440: a sun that enters at midnight enters at the end of the day.
    """
    length = 366 if is_long(year - 1) else 365
    for before in (3, 2):
        # The longitude is that at the end of the day; a minute of arc takes the sun 24 minutes.
        beyond = sun(year - 1, length - before) - CIRCLE
        if beyond >= 0:
            return lerng_sak(year) - d.timedelta(days=before), 24 * 60 - 24 * beyond, before + 1
    raise ValueError(f"{year}: the sun does not enter Aries in the days before Lerng Sak")


def main():
    for year in range(2020, 2051):
        # Two ways to the same day: on from this year's Lerng Sak, and back from the next one's.
        assert date(year, "Chet", 29) + d.timedelta(days=1) == pisakh(year + 1), year
        day, minutes, days = new_year(year)
        longer = "a month" if has_month(year) else "a day" if has_day(year) else "-"
        print(f"{day} {minutes // 60:02}:{minutes % 60:02}", days, longer)


if __name__ == "__main__":
    main()
