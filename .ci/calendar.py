"""Compares playlists/calendars/lunar.txt with an independent library, day by day from 2000 to 2050.

    calendar.py LUNAR.TXT

Needs lunar-vn. Prints how many days agree, and ends with 1 if one does not.
"""

import datetime
import sys

import lunar_vn

days = wrong = 0
for line in open(sys.argv[1], encoding="utf-8"):
    year, first, leap, *lengths = line.split()
    day = datetime.date.fromisoformat(first)
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
            day += datetime.timedelta(days=1)
        second = leap == str(number) and not second
        number += not second
print(f"lunar calendar: {days - wrong} of {days} days agree with lunar-vn")
sys.exit(wrong > 0 or days < 18_000)
