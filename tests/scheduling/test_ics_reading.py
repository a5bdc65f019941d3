"""Busy times out of calendar files: zones, whole days, rules, and what is not busy."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling import ics_reading
from scheduling.ics_reading import NoCalendar, TooMuch
from tests.scheduling.calendar_files import calendar
from tests.scheduling.conftest import NEW_YORK, at

BEGINS, ENDS = at(0, day=1), at(0, day=1) + timedelta(days=60)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Ours
BEGIN:STANDARD
DTSTART:20001105T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20000312T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE
"""


def read(*events, extra="", zone="America/New_York"):
    content = calendar(*events, extra=extra)
    found = ics_reading.stretches(content, zone=zone, begins=BEGINS, ends=ENDS)
    return [(starts.astimezone(NEW_YORK), until) for starts, until in found]


def starts(*events, **options):
    return [one for one, _until in read(*events, **options)]


SINGLE = "UID:1\nDTSTART:{}\nDTEND:{}\nSUMMARY:Dentist"


def single(start, end, *more):
    return "\n".join([SINGLE.format(start, end), *more])


def test_a_time_in_utc_is_that_instant():
    assert read(single("20260303T150000Z", "20260303T160000Z")) == [(at(10), at(11))]


def test_a_time_with_a_zone_is_by_that_zones_clock():
    event = "UID:1\nDTSTART;TZID=Europe/Berlin:20260303T160000\nDURATION:PT1H"

    assert read(event) == [(at(10), at(11))]


@pytest.mark.parametrize("name", ["Eastern Standard Time", "Ours"])
def test_a_zone_by_another_name_is_understood(name):
    event = f"UID:1\nDTSTART;TZID={name}:20260310T100000\nDURATION:PT1H"

    assert starts(event, extra=OWN_ZONE) == [at(10, day=10)]


def test_a_time_without_a_zone_is_by_the_clinicians_clock():
    event = single("20260303T100000", "20260303T110000")

    assert starts(event) == [at(10)]
    assert starts(event, zone="Europe/Berlin") == [at(4)]


def test_a_whole_day_is_a_day_of_the_clinicians_zone():
    event = "UID:1\nDTSTART;VALUE=DATE:20260308"  # 23 hours long

    ((starts_at, until),) = read(event)

    assert (starts_at, until) == (at(0, day=8), at(0, day=9))
    assert until - starts_at.astimezone(UTC) == 23 * HOUR


def test_days_off_are_one_stretch():
    event = "UID:1\nDTSTART;VALUE=DATE:20260303\nDTEND;VALUE=DATE:20260306"

    assert read(event) == [(at(0), at(0, day=6))]


FREE = ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]


@pytest.mark.parametrize("line", FREE)
def test_what_is_free_or_cancelled_takes_no_time(line):
    assert not read(single("20260303T150000Z", "20260303T160000Z", line))


def test_a_weekly_hour_keeps_its_hour_when_the_clocks_change():
    event = "UID:1\nDTSTART;TZID=America/New_York:20260105T100000\nDURATION:PT50M\n"

    found = starts(event + "RRULE:FREQ=WEEKLY;BYDAY=MO")

    assert found[:3] == [at(10, day=2), at(10, day=9), at(10, day=16)]
    assert {one.hour for one in found} == {10}


def test_a_rule_ends_with_the_instant_it_names():
    event = "UID:1\nDTSTART;TZID=America/New_York:20260302T100000\nDURATION:PT1H\n"

    assert len(starts(event + "RRULE:FREQ=DAILY;UNTIL=20260304T150000Z")) == 3
    assert len(starts(event + "RRULE:FREQ=DAILY;UNTIL=20260304T145959Z")) == 2
    assert len(starts(event + "RRULE:FREQ=DAILY;COUNT=4")) == 4


def test_a_day_left_out_and_a_day_added_are_counted():
    event = "UID:1\nDTSTART;TZID=America/New_York:20260302T100000\nDURATION:PT1H\n"
    event += "RRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=America/New_York:20260303T100000\n"

    found = starts(event + "RDATE;TZID=America/New_York:20260320T120000")

    assert found == [at(10, day=2), at(10, day=4), at(12, day=20)]


def test_one_day_of_a_series_that_moved_is_busy_at_its_new_time_only():
    event = "UID:1\nDTSTART;TZID=America/New_York:20260302T100000\nDURATION:PT1H\n"
    event += "RRULE:FREQ=WEEKLY;COUNT=2"
    moved = "UID:1\nRECURRENCE-ID:20260309T140000Z\nDTSTART:20260309T200000Z\n"

    assert starts(event, moved + "DURATION:PT1H") == [at(10, day=2), at(16, day=9)]


def test_one_day_of_a_series_that_was_cancelled_is_free():
    event = "UID:1\nDTSTART;VALUE=DATE:20260302\nRRULE:FREQ=WEEKLY;COUNT=2"
    off = "UID:1\nRECURRENCE-ID;VALUE=DATE:20260309\nDTSTART;VALUE=DATE:20260309\n"

    assert starts(event, off + "STATUS:CANCELLED") == [at(0, day=2)]


def test_a_vacation_that_began_before_still_counts():
    event = "UID:1\nDTSTART;VALUE=DATE:20260201\nDTEND;VALUE=DATE:20260310"

    assert read(event) == [(BEGINS, at(0, day=10))]


def test_our_own_visits_that_come_back_take_no_time_twice():
    event = single("20260303T150000Z", "20260303T160000Z")

    assert not read(event.replace("UID:1", "UID:abc@wellhouse"))


def test_touching_events_are_one_stretch():
    first = single("20260303T150000Z", "20260303T160000Z")
    second = single("20260303T160000Z", "20260303T170000Z").replace("UID:1", "UID:2")

    assert read(first, second) == [(at(10), at(12))]


def test_an_event_that_nobody_can_read_hides_no_other():
    good = single("20260303T150000Z", "20260303T160000Z")
    bad = "UID:2\nDTSTART:yesterday\nRRULE:FREQ=NEVER"

    assert read(bad, good) == [(at(10), at(11))]


NO_CALENDARS = [b"", b"<html>sign in</html>", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\n"]
NO_CALENDARS += [b"BEGIN:VEVENT\r\nDTSTART:20260303T150000Z\r\nEND:VEVENT\r\n"]


@pytest.mark.parametrize("content", NO_CALENDARS)
def test_what_is_no_calendar_is_refused(content):
    with pytest.raises(NoCalendar):
        ics_reading.stretches(content, zone="UTC", begins=BEGINS, ends=ENDS)


BOMBS = ["FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=2", "FREQ=HOURLY"]
BOMBS += [f"FREQ=DAILY;BYMINUTE={','.join(map(str, range(60)))}"]


@pytest.mark.parametrize("rule", BOMBS)
def test_a_rule_that_means_every_minute_is_refused(rule):
    with pytest.raises(TooMuch):
        read(single("20260303T150000Z", "20260303T150001Z", f"RRULE:{rule}"))


WALL = st.integers(0, 49 * 24 * 60).map(lambda minute: at(0, day=2) + minute * MINUTE)


@given(WALL, st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kolkata"]))
def test_a_weekly_event_is_where_the_wall_clock_says(first, zone):
    event = f"UID:1\nDTSTART;TZID={zone}:{first:%Y%m%dT%H%M%S}\nDURATION:PT10M\n"

    found = starts(event + "RRULE:FREQ=WEEKLY")

    shown = [one.astimezone(ZoneInfo(zone)) for one in found]
    assert {one.weekday() for one in shown} <= {first.weekday(), first.weekday() + 1}
    usual = [
        one for one in shown if (one.hour, one.minute) == (first.hour, first.minute)
    ]
    assert len(usual) >= len(shown) - 1  # the clocks may jump over one of them


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(junk):
    content = calendar("UID:1\nDTSTART:20260303T150000Z").replace(b"UID:1", junk)

    try:
        found = ics_reading.stretches(content, zone="UTC", begins=BEGINS, ends=ENDS)
    except (NoCalendar, TooMuch):
        return

    assert all(one < two for one, two in found)
