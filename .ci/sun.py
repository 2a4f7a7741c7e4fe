"""Compares sunrise and sunset with astral, which follows other formulas: every tenth day of two years at six places.

    sun.py PROGRAM

The program is the example `sun` of playlists. Prints how far they are apart; more than two minutes fail.
"""

import datetime as d
import subprocess
import sys
import zoneinfo

from astral import Observer
from astral.sun import sunrise, sunset

PLACES = [
    ("Loc Ninh", 11.8412, 106.5991, "Asia/Ho_Chi_Minh"),
    ("Ha Noi", 21.0285, 105.8542, "Asia/Ho_Chi_Minh"),
    ("Paris", 48.8566, 2.3522, "Europe/Paris"),
    ("Sydney", -33.8688, 151.2093, "Australia/Sydney"),
    ("Quito", -0.1807, -78.4678, "America/Guayaquil"),
    ("Oslo", 59.9139, 10.7522, "Europe/Oslo"),
]
YEARS = (2026, 2031)
MOST = 2.0


def written(latitude, longitude):
    sides = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude)} {sides[0]}, {abs(longitude)} {sides[1]}"


def minutes_apart(shown, moment):
    """How far a clock's `HH:MM` is from a moment of that day."""
    hour, minute = map(int, shown.split(":"))
    return abs(hour * 60 + minute - (moment.hour * 60 + moment.minute + moment.second / 60))


far = []
for name, latitude, longitude, zone in PLACES:
    place, clock = Observer(latitude, longitude, 0), zoneinfo.ZoneInfo(zone)
    apart = []
    for year in YEARS:
        asked = [sys.argv[1], written(latitude, longitude), zone, f"{year}-01-01", f"{year}-12-31"]
        for line in subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines():
            day, *ours = line.split()
            theirs = [event(place, d.date.fromisoformat(day), tzinfo=clock) for event in (sunrise, sunset)]
            apart += map(minutes_apart, ours, theirs)
    assert len(apart) == len(YEARS) * 37 * 2, name
    mean = sum(apart) / len(apart)
    print(f"{name}: {len(apart)} sunrises and sunsets, on average {mean:.2f} min from astral, at most {max(apart):.2f}")
    far += [name] * (max(apart) > MOST)
sys.exit(bool(far))
