"""The grid of a week's hours."""

from __future__ import annotations

from datetime import time

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from practice.forms.week import MOST_LINES, WeekForm
from practice.versions import Shown

NAMES = [
    f"day{day}_span{span}_{side}"
    for day in range(8)
    for span in range(10)
    for side in ("from", "until")
]
TIMES = st.one_of(st.text(max_size=12), st.times().map("{:%H:%M}".format))


def read(known=(), **typed):
    data = QueryDict(mutable=True)
    data.update(typed)
    return WeekForm.read(data, known=list(known), shown=Shown((), ""))


def test_the_first_look_shows_what_is_known():
    form = read(known=[(0, time(9), time(12)), (0, time(13), time(17))])

    assert not form.is_bound
    lines = form.days[0].lines
    assert [line.starts.value() for line in lines] == [time(9), time(13), None]


def test_there_is_always_a_line_to_spare_up_to_the_most():
    spans = [(0, time(hour), time(hour, 30)) for hour in range(8)]

    assert [len(read(known=spans[:n]).days[0].lines) for n in (0, 1, 2, 7, 8)] == [
        2,
        2,
        3,
        8,
        8,
    ]


def test_lines_that_were_sent_are_read_even_if_fewer_are_known():
    form = read(day0_span5_from="09:00", day0_span5_until="10:00")

    assert form.is_valid()
    assert form.spans == {(0, time(9), time(10))}


def test_spans_may_touch():
    form = read(
        day0_span1_from="09:00",
        day0_span1_until="10:00",
        day0_span2_from="10:00",
        day0_span2_until="11:00",
    )

    assert form.is_valid()


def test_monday_replaces_the_days_it_is_copied_to():
    form = read(
        copy="monday",
        day0_span1_from="09:00",
        day1_span1_from="08:00",
        day1_span2_from="13:00",
        day5_span1_from="10:00",
    )

    assert form.is_copied
    assert not form.is_bound
    assert form.initial == {
        **{f"day{day}_span1_from": "09:00" for day in range(5)},
        "day5_span1_from": "10:00",
    }


@given(st.dictionaries(st.sampled_from(NAMES), TIMES), st.booleans())
def test_whatever_is_sent_is_answered_and_kept(typed, is_copied):
    form = read(**typed, **({"copy": "monday"} if is_copied else {}))

    form.is_valid()
    for day in form.days:
        assert len(day.lines) <= MOST_LINES
        for line in day.lines:
            shown = (str(line.starts), str(line.ends))
            assert all("<input" in field for field in shown)
