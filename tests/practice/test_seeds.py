"""The demo's practice: whoever opens any list there finds something in it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import authenticate
from django.db import models, transaction
from phonenumber_field.modelfields import PhoneNumberField

from practice import (
    announcements,
    break_glass,
    caregivers,
    patients,
    roster,
    rota,
    seeds,
    watching,
)
from practice.demo import PASSWORD
from practice.invented.addresses import DOMAINS
from practice.invented.phones import is_fictional
from practice.models import (
    Absence,
    Caregiving,
    Clinician,
    Closure,
    ContactPoint,
    Invitation,
    Location,
    OnCallShift,
    Patient,
    Recorded,
    Role,
    StaffMember,
    Task,
    TrailEntry,
    WatchFlag,
)
from practice.modes import Mode
from practice.searching import alike
from practice.states import PatientState
from practice.trail import Automation
from tests.cast import MONDAY

FEW = 260
RECENT = MONDAY - timedelta(weeks=6)
ANYBODY = Automation("test")


@pytest.fixture(scope="module")
def _seeded(django_db_setup, django_db_blocker):
    """One small demo for all of these tests; they only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        seeds.seed(now=MONDAY, people=FEW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(_seeded):
    """In place of a transaction for each test: they read in the one of all."""


pytestmark = pytest.mark.django_db


def recorded():
    return [
        model
        for model in apps.get_models()
        if issubclass(model, Recorded) and not model._meta.abstract
    ]


def written(kind):
    """What stands in every column of a kind, of every table."""
    for model in apps.get_app_config("practice").get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, kind):
                yield from model._base_manager.values_list(field.name, flat=True)


def test_the_demo_has_fifteen_hundred_people():
    assert seeds.PEOPLE == 1500
    assert Patient.objects.unmerged().count() == FEW


def test_no_number_anywhere_is_a_real_one():
    numbers = [str(number) for number in written(PhoneNumberField) if number]

    assert len(numbers) > FEW
    assert all(map(is_fictional, numbers))


def test_no_address_anywhere_takes_mail():
    mails = [mail for mail in written(models.EmailField) if mail]

    assert len(mails) > FEW / 2
    assert {mail.partition("@")[2] for mail in mails} <= set(DOMAINS)


def test_no_words_hold_another_number():
    words = " ".join(
        str(text)
        for kind in (models.CharField, models.TextField)
        for text in written(kind)
        if not is_fictional(str(text))
    )

    assert not re.search(r"\(\d{3}\) \d{3}-\d{4}", words)


def test_three_locations_stand_in_two_zones_one_of_them_without_summer_time():
    zones = Counter(Location.objects.values_list("time_zone", flat=True))

    assert zones == {"America/Chicago": 2, "America/Phoenix": 1}


def test_locations_have_hours_and_days_on_which_they_are_shut():
    today = MONDAY.date()

    assert all(location.hours.exists() for location in Location.objects.all())
    assert Closure.objects.filter(starts_on__gt=today).count() == 2
    assert Closure.objects.filter(ends_on__lt=today).count() == 1


def test_twelve_clinicians_and_eight_others_hold_every_role():
    active = StaffMember.objects.active()

    assert Clinician.objects.count() == 12
    assert active.filter(is_clinician=True).count() == 12
    assert active.filter(is_clinician=False).count() == 8
    assert all(StaffMember.objects.holding(role).exists() for role in Role)
    assert active.filter(is_clinician=True, is_manager=True).exists()


def test_each_location_has_a_front_desk_and_clinicians():
    for location in Location.objects.all():
        people = [row.staff for row in location.placements.select_related("staff")]

        assert any(staff.is_front_desk for staff in people)
        assert sum(staff.is_clinician for staff in people) >= 3


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_white_is_readable_on_every_clinicians_own_colour():
    colours = list(Clinician.objects.values_list("colour", flat=True))

    assert len(set(colours)) == 12
    assert min(1.05 / (luminance(colour) + 0.05) for colour in colours) >= 4.5


def test_everybody_signs_in_with_the_one_password():
    for staff in StaffMember.objects.active():
        address = EmailAddress.objects.get(user=staff)

        assert (address.email, address.verified, address.primary) == (
            staff.email,
            True,
            True,
        )
    assert authenticate(email=staff.email, password=PASSWORD) == staff


def test_somebody_is_away_somebody_will_be_and_covers_are_named():
    now = Absence.objects.filter(starts_at__lte=MONDAY, ends_at__gt=MONDAY)
    ahead = Absence.objects.filter(starts_at__gt=MONDAY)

    assert now.filter(cover__isnull=False).exists()
    assert ahead.filter(cover__isnull=False).exists()
    assert Task.objects.open().get(kind="absence.ill").for_role == Role.MANAGER


def test_the_rota_reaches_four_weeks_back_and_ahead():
    first = OnCallShift.objects.earliest("starts_at").starts_at
    last = OnCallShift.objects.latest("ends_at").ends_at

    assert first < MONDAY - timedelta(days=26)
    assert last > MONDAY + timedelta(days=26)


def test_the_rota_has_one_gap():
    zone = "America/Chicago"

    found = rota.rota(first=MONDAY.date(), days=28, zone=zone, now=MONDAY)

    assert len(found.gaps) == 1


def test_nobody_is_on_call_who_is_away():
    turns = rota.rota(
        first=MONDAY.date(), days=28, zone="America/Chicago", now=MONDAY
    ).turns

    assert not any(turn.away for turn in turns)
    assert roster.on_call(now=MONDAY + timedelta(hours=12))


def test_patients_are_in_every_state_and_some_charts_are_restricted():
    states = set(Patient.objects.values_list("state", flat=True))

    assert states == set(PatientState)
    assert Patient.objects.filter(is_restricted=True).count() == 3


def test_a_colleagues_relative_is_seen_by_break_glass_only():
    desk = StaffMember.objects.get(name="Denise Okafor")
    relative = Patient.objects.get(family_name="Okafor")

    seen = Patient.objects.visible_to(desk, now=MONDAY)

    assert relative.home_locations.filter(staff=desk).exists()
    assert relative not in seen


def test_people_came_on_nearly_every_working_day_of_the_last_weeks():
    recent = Patient.objects.unmerged().filter(registered_at__gt=RECENT)
    known = Patient.objects.filter(registered_at__lte=RECENT).count()

    weeks = {row.registered_at.isocalendar().week for row in recent}
    assert len(weeks) >= 5
    assert all(row.registered_at.weekday() < 5 for row in recent)
    assert known > FEW * 0.9


def test_who_came_lately_was_registered_by_a_person():
    newest = Patient.objects.latest("registered_at")
    oldest = Patient.objects.earliest("registered_at")

    lines = TrailEntry.objects.filter(kind="patient.registered")
    assert lines.get(record_id=newest.pk).actor_id is not None
    assert lines.get(record_id=oldest.pk).actor_id is None


def test_every_record_has_its_history_and_its_line():
    written = TrailEntry.objects.exclude(history_id=None)
    lines = Counter(written.values_list("record", flat=True))

    for model in recorded():
        rows = model._base_manager.values_list("pk", flat=True)
        begun = model.history.filter(history_type="+").values_list("id", flat=True)
        assert set(begun) == set(rows)
        assert lines[model._meta.model_name] == model.history.count()


def test_two_charts_were_merged_and_others_wait_to_be_noticed():
    merged = Patient.objects.filter(merged_into__isnull=False)
    everybody = Patient.objects.all()

    twice = [
        patient
        for patient in Patient.objects.unmerged().filter(registered_at__gt=RECENT)
        if any(
            other.born_on == patient.born_on
            for other in alike(patient, within=everybody)
        )
    ]

    assert merged.count() == 2
    assert len(twice) >= 3


def test_two_pairs_share_a_name_and_a_birthday_and_are_not_the_same():
    pairs = Counter(
        Patient.objects.filter(family_name__in=["Garcia", "Peterson"]).values_list(
            "given_name", "family_name", "born_on"
        )
    )

    assert list(pairs.values()).count(2) == 2


def test_families_share_telephones():
    numbers = ContactPoint.objects.filter(kind="phone", ended_at=None)
    owners = Counter(numbers.exclude(patient=None).values_list("phone", flat=True))

    assert sum(count > 1 for count in owners.values()) > FEW / 40


def test_somebody_must_not_be_told():
    assert Caregiving.objects.filter(must_not_be_told=True).count() >= 4


def test_open_tasks_are_of_many_kinds_and_some_are_late():
    tasks = Task.objects.open()

    kinds = set(tasks.values_list("kind", flat=True))
    assert len(kinds) >= 8
    assert 2 <= Task.objects.overdue(now=MONDAY).count() <= tasks.count() / 2
    assert Task.objects.filter(done_at__isnull=False).count() > 20


def test_whoever_signs_in_with_one_click_has_something_to_do():
    desk = StaffMember.objects.get(name="Denise Okafor")
    clinician = StaffMember.objects.get(name="Tessa Nakagawa-Byrne")
    seen = Patient.objects.visible_to(desk, now=MONDAY)

    team = Task.objects.open().filter(for_role=Role.FRONT_DESK, patient__in=seen)
    assert team.count() >= 5
    assert Task.objects.open().filter(for_person=clinician).count() >= 4


def test_a_watched_patient_who_is_quiet_is_to_be_called_today():
    call = Task.objects.open().get(kind="watch.call")

    assert WatchFlag.objects.count() == 5
    assert call.for_person is not None
    assert call.due_at.date() == MONDAY.date()


def test_changes_wait_to_be_told():
    assert announcements.waiting().count() >= 8


def test_one_break_glass_was_looked_at_and_one_waits():
    waiting = break_glass.unreviewed()

    assert waiting.count() == 1
    assert type(waiting.get()).objects.filter(was_justified=True).count() == 1


def test_an_invitation_has_not_been_answered():
    invitation = Invitation.objects.get()

    assert invitation.accepted_at is None
    assert invitation.expires_at > MONDAY
    assert not invitation.staff.is_active


def test_the_clocks_work_is_done_already():
    with transaction.atomic():
        patients.resume_due(by=ANYBODY, now=MONDAY)

        assert caregivers.end_at_majority(by=ANYBODY, now=MONDAY) == 0
        assert watching.call_the_quiet(by=ANYBODY, now=MONDAY) == 0
        transaction.set_rollback(True)


def test_production_takes_no_invented_people(settings):
    settings.MODE = Mode.PRODUCTION

    with pytest.raises(seeds.NotHere):
        seeds.seed(now=MONDAY)
