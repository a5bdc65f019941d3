"""Emergency access from the console."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from practice import staffing
from practice.models import BreakGlass, Patient, Task, TrailEntry

WHY = "The pages cannot be reached and she needs help now."


def run(user, patient_id, reason=WHY):
    call_command("emergency_access", user, patient=patient_id, reason=reason)


def test_it_opens_one_chart_for_an_hour(auditor, patient, now, capsys):
    assert not Patient.objects.visible_to(auditor, now=now).exists()

    run(auditor.email.upper(), patient.pk)

    glass = BreakGlass.objects.get(staff=auditor, patient=patient)
    assert glass.expires_at - now == timedelta(hours=1)
    assert Patient.objects.visible_to(auditor, now=now).get() == patient
    assert "until 2026-03-02 16:00 UTC" in capsys.readouterr().out


def test_it_is_in_the_trail_and_waits_for_a_review(auditor, patient, now):
    run(auditor.email, patient.pk)

    line = TrailEntry.objects.get(kind="break_glass.opened")
    assert (line.actor, line.actor_id) == ("the console: emergency access", None)
    assert (line.reason, line.patient_id) == (WHY, patient.pk)
    assert Task.objects.get().kind == "break_glass.review"


def test_it_names_nobody_on_the_console(auditor, patient, now, capsys):
    run(auditor.email, patient.pk)

    assert patient.family_name not in capsys.readouterr().out


def test_it_needs_no_mail_and_no_cache(auditor, patient, now, settings):
    settings.EMAIL_BACKEND = "no.such.Backend"
    settings.CACHES = {"default": {"BACKEND": "no.such.Cache"}}

    run(auditor.email, patient.pk)

    assert BreakGlass.objects.count() == 1
    assert mail.outbox == []


def test_it_wants_a_sentence(auditor, patient, now):
    with pytest.raises(CommandError, match="Say in a sentence"):
        run(auditor.email, patient.pk, reason="help")

    assert not BreakGlass.objects.exists()


def test_it_knows_only_active_staff_and_real_charts(
    auditor, front_desk, manager, patient, now
):
    staffing.deactivate(staff=front_desk, by=manager)

    for user, chart in [
        (front_desk.email, patient.pk),
        ("nobody@example.test", patient.pk),
        (auditor.email, patient.pk + 999),
    ]:
        with pytest.raises(CommandError, match="no such"):
            run(user, chart)
    assert not BreakGlass.objects.exists()
