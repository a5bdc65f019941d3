"""Opening a chart for a reason, and reviewing who did, as pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from practice import break_glass, merging, patients
from practice.models import BreakGlass, Task
from tests import cast
from tests.practice.reading import text_of, url

pytestmark = pytest.mark.usefixtures("now")
BY = cast.FOUNDER
NOW = cast.MONDAY
HOUR = timedelta(hours=1)
WHY = "Covering for Cleo, who is ill today."


@pytest.fixture
def desk(as_, front_desk):
    """A browser at the front desk."""
    return as_(front_desk)


@pytest.fixture
def glass(patient, stranger):
    return break_glass.open_chart(
        staff=stranger,
        patient=patient,
        reason="cover",
        explanation=WHY,
        by=stranger,
        now=NOW,
    )


@pytest.fixture
def duplicate(location):
    return cast.make_patient(at=location, given_name="Paulina")


def merge(duplicate, patient):
    merging.merge(duplicate=duplicate, into=patient, by=BY, now=NOW)


# Break-glass ----------------------------------------------------------------
def test_a_reason_opens_a_chart_elsewhere(as_, stranger, patient):
    client = as_(stranger)
    typed = {"reason": "cover", "explanation": WHY}

    response = client.post(url("break_glass", patient.pk), typed)

    assert response["Location"] == url("patient", patient.pk)
    assert client.get(url("patient", patient.pk)).status_code == 200


def test_after_the_hour_the_chart_is_closed(as_, stranger, patient, glass):
    with time_machine.travel(NOW + HOUR, tick=False):
        response = as_(stranger).get(url("patient", patient.pk))

    assert response.status_code == 404


def test_a_thin_reason_is_told_with_what_was_typed(as_, stranger, patient):
    typed = {"reason": "other", "explanation": "because"}

    page = as_(stranger).post(url("break_glass", patient.pk), typed)

    assert page.context["form"].errors.keys() == {"explanation"}
    assert "because" in text_of(page)
    assert not BreakGlass.objects.exists()


def test_the_page_says_whose_chart_it_opens_as_the_search_does(as_, stranger, patient):
    page = text_of(as_(stranger).get(url("break_glass", patient.pk)))

    assert "Paula Patience" in page
    assert "born 1984" in page
    assert "17 May" not in page


def test_who_may_not_look_for_people_is_told_no_name(as_, auditor, patient):
    page = text_of(as_(auditor).get(url("break_glass", patient.pk)))

    assert not [word for word in ("Paula", "Patience", "1984") if word in page]


def test_an_explanation_is_not_called_optional(as_, stranger, patient):
    page = text_of(as_(stranger).get(url("break_glass", patient.pk)))

    assert "Explanation A sentence; in a crisis it may stay empty." in page


def test_the_page_does_not_tell_a_restricted_chart_from_one_elsewhere(
    as_, stranger, patient, clinician
):
    clients = [as_(stranger), as_(clinician)]
    patients.restrict(patient=patient, is_restricted=True, by=BY)

    pages = [text_of(one.get(url("break_glass", patient.pk))) for one in clients]

    assert all("of other locations, or only its care team" in page for page in pages)


def test_who_may_open_a_chart_breaks_no_glass(desk, patient):
    response = desk.get(url("break_glass", patient.pk))

    assert response["Location"] == url("patient", patient.pk)


def test_the_glass_of_a_duplicate_is_that_of_the_chart_that_stands(
    as_, stranger, patient, duplicate
):
    merge(duplicate, patient)

    response = as_(stranger).get(url("break_glass", duplicate.pk))

    assert response["Location"] == url("break_glass", patient.pk)


def test_a_chart_is_given_back(as_, stranger, patient, glass):
    client = as_(stranger)

    with time_machine.travel(NOW + HOUR / 4, tick=False):
        client.post(url("break_glass_close", glass.pk))
        assert client.get(url("patient", patient.pk)).status_code == 404


def test_nobody_gives_back_what_another_opened(as_, manager, glass):
    assert as_(manager).post(url("break_glass_close", glass.pk)).status_code == 404


def test_a_second_person_reviews(as_, manager, glass):
    client = as_(manager)
    shown = text_of(client.get(url("break_glass_review", glass.pk)))

    client.post(
        url("break_glass_review", glass.pk), {"was_justified": "no", "note": "Hm."}
    )

    glass.refresh_from_db()
    assert WHY in shown
    assert "Paula" not in shown
    assert (glass.was_justified, glass.reviewed_by) == (False, manager)


def test_nobody_reviews_what_they_opened(as_, manager, auditor, patient):
    own = break_glass.open_chart(
        staff=manager,
        patient=patient,
        reason="crisis",
        explanation="",
        by=manager,
        now=NOW,
    )

    page = as_(manager).post(
        url("break_glass_review", own.pk), {"was_justified": "yes"}
    )

    assert "Somebody else has to review this." in text_of(page)


def test_who_alone_may_review_is_told_how_somebody_else_can(as_, manager, patient):
    patients.restrict(patient=patient, is_restricted=True, by=BY)
    client = as_(manager)

    typed = {"reason": "crisis", "explanation": ""}
    opened = client.post(url("break_glass", patient.pk), typed, follow=True)
    page = client.get(url("break_glass_review", BreakGlass.objects.get().pk))

    assert "A manager has been told" not in text_of(opened)
    assert "nobody else may yet" in text_of(opened)
    assert "the role of auditor" in text_of(page)


def test_who_comes_second_reads_who_reviewed(as_, manager, auditor, glass):
    answers = [
        as_(person).post(url("break_glass_review", glass.pk), {"was_justified": "yes"})
        for person in (manager, auditor)
    ]

    assert [answer.status_code for answer in answers] == [302, 422]
    assert "Mary Manager already reviewed this." in text_of(answers[1])


def test_a_review_is_not_ticked_off(as_, manager, glass):
    task, client = Task.objects.get(), as_(manager)

    shown = client.get(url("tasks")).content.decode()
    answer = client.post(url("task_done", task.pk), follow=True)

    task.refresh_from_db()
    assert url("break_glass_review", glass.pk) in shown
    assert url("task_done", task.pk) not in shown
    assert "Write the review: that finishes this task." in text_of(answer)
    assert task.done_by is None


def test_a_review_is_not_ticked_off_on_the_chart_either(as_, manager, patient, glass):
    page = as_(manager).get(url("patient", patient.pk)).content.decode()

    assert "opened a chart by break-glass" in page
    assert url("task_done", Task.objects.get().pk) not in page


def test_who_opened_a_chart_has_no_such_task(as_, manager, patient):
    break_glass.open_chart(
        staff=manager,
        patient=patient,
        reason="crisis",
        explanation="",
        by=manager,
        now=NOW,
    )
    task, client = Task.objects.get(), as_(manager)

    assert "opened a chart" not in text_of(client.get(url("tasks")))
    assert client.post(url("task_done", task.pk)).status_code == 404


def test_the_list_tells_what_waits_from_what_was_reviewed(as_, manager, auditor, glass):
    client = as_(manager)
    waiting = text_of(client.get(url("break_glass_list")))
    client.post(url("break_glass_review", glass.pk), {"was_justified": "yes"})

    reviewed = text_of(client.get(url("break_glass_list")))

    assert "Nothing waits" not in waiting
    assert "Nothing waits" in reviewed
    assert "reviewed by Mary Manager" in reviewed


def test_the_desk_reviews_nothing(desk, glass):
    for name in ("break_glass_list", "break_glass_review"):
        arguments = [glass.pk] if name.endswith("review") else []
        assert desk.get(url(name, *arguments)).status_code == 403
