"""Compares what gates reported as on air with what their timelines said beforehand, slot by slot.

    day.py MADE-CLOCK REPORTS TIMELINE...

Each report is a line: when it came, its topic and its JSON. Each timeline is the answer of `timeline --plays --json`. Ends
with 1 if anything is missing, extra or different, or came too late, or if nobody listened before the first slot began and
after the last one ended.
"""

import json
import sys
from datetime import datetime
from statistics import median

LATEST_MS = 2000  # of real time: a gate that lags for longer cannot keep up

made_clock, reports_file, *timeline_files = sys.argv[1:]
faults = 0


def fault(words):
    global faults
    faults += 1
    if faults <= 20:
        print(words, file=sys.stderr)


def moment(text):
    return datetime.fromisoformat(text)


made_at, speed, _, made_since = made_clock.split()
made_at, speed, made_since = moment(made_at), int(speed.removesuffix("x")), moment(made_since)


def late_ms(came, report):
    """In real time, after the moment at which the made clock came to the beginning of the slot."""
    return (came - made_since.timestamp() - (moment(report["since"]) - made_at).total_seconds() / speed) * 1000


def slot(says):
    """What both must agree on."""
    return says["since"], says["until"], says["playlist"], says["item"], says["language"], says["why"]


reports = {}
for line in open(reports_file, encoding="utf-8"):
    came, topic, payload = line.split(" ", 2)
    reports.setdefault(topic.split("/")[2], []).append((float(came), json.loads(payload)))

for file in timeline_files:
    timeline = json.load(open(file, encoding="utf-8"))
    gate, begin, end = timeline["screen"], moment(timeline["from"]), moment(timeline["until"])
    said = reports.get(gate, [])
    expected = [slot(play | {"since": play["from"]}) for play in timeline["plays"]]
    # The first one that comes is retained, and may come again: long before.
    inside = [(came, says) for came, says in said if begin < moment(says["until"]) and moment(says["since"]) < end]
    played = [slot(report) for _, report in inside]

    if not said or begin <= moment(said[0][1]["frame"]["at"]):
        fault(f"{gate}: nobody listened before {begin}")
    if not said or moment(said[-1][1]["frame"]["at"]) < end:
        fault(f"{gate}: nobody listened until {end}")
    for missing in sorted(set(expected) - set(played)):
        fault(f"{gate}: never played: {missing}")
    for extra in sorted(set(played) - set(expected)):
        fault(f"{gate}: not foreseen: {extra}")
    if played != expected:
        fault(f"{gate}: {len(expected)} slots were foreseen, {len(played)} were reported, or in another order")
    # What was foreseen has no holes, so neither has what was played.
    for before, after in zip(expected, expected[1:]):
        if before[1] != after[0]:
            fault(f"{gate}: nothing was foreseen from {before[1]} to {after[0]}")
    if not expected or begin < moment(expected[0][0]) or moment(expected[-1][1]) < end:
        fault(f"{gate}: the whole time was not foreseen")
    for _, report in inside:
        since, at, until = moment(report["since"]), moment(report["frame"]["at"]), moment(report["until"])
        if not since <= at < until or report["trust"] != "trusted":
            fault(f"{gate}: a frame of another time: {report}")
    late = sorted(late_ms(came, report) for came, report in inside)
    if late:
        if late[0] < 0:
            fault(f"{gate}: a report came {-late[0]:.0f} ms before its moment")
        if late[-1] > LATEST_MS:
            fault(f"{gate}: a report came {late[-1]:.0f} ms late, at most {LATEST_MS} ms are allowed")
        lengths = [(moment(until) - moment(since)).total_seconds() for since, until, *_ in expected]
        print(
            f"{gate}: {len(played)} slots of {min(lengths):g} to {max(lengths):g} s in {(end - begin).total_seconds():.0f} s; "
            f"reported {median(late):.1f} ms after their moment, 99 % within {late[len(late) * 99 // 100]:.1f}, all within "
            f"{late[-1]:.1f}"
        )
sys.exit(1 if faults else 0)
