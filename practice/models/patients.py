"""The people who are seen, and who looks after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from practice.languages import Language
from practice.models.base import (
    Recorded,
    RecordedQuerySet,
    ZoneField,
    both_or_neither,
    in_order,
    one_of,
)
from practice.models.imports import Arriving, ShownManager
from practice.models.opening import OpensTo
from practice.models.site import Location
from practice.models.staff import StaffMember
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime


class Interpreter(models.TextChoices):
    NONE = "", _("None needed")
    SPOKEN = "spoken", _("Spoken-language interpreter")
    SIGN = "sign", _("Sign-language interpreter")


class PreferredChannel(models.TextChoices):
    TEXT = "text", _("Text")
    CALL = "call", _("Call")
    EMAIL = "email", _("E-mail")
    POST = "post", _("Letter")


class PatientQuerySet(RecordedQuerySet["Patient"]):
    def unmerged(self) -> Self:
        """Charts that stand for themselves."""
        return self.filter(merged_into__isnull=True)

    def chart_set(self, patient: Patient) -> Self:
        """A chart with all that were merged into it."""
        head = patient.merged_into_id or patient.pk
        return self.filter(Q(pk=head) | Q(merged_into=head))

    def visible_to(self, staff: StaffMember, *, now: datetime) -> Self:
        """The charts that `staff` may open: the usual ones, and by break-glass."""
        return self.filter(OpensTo(staff, now))

    def usual_to(self, staff: StaffMember) -> Self:
        """The charts that `staff` may change: by location or care team."""
        return self.filter(OpensTo(staff))


def about_chart(patient: Patient) -> Q:
    """Rows of other tables about a chart, or about one that it stands for."""
    return about_charts([patient.merged_into_id or patient.pk])


def about_charts(heads: Collection[int] | models.QuerySet[Any]) -> Q:
    """The same for several charts, each the one that stands for others.

    Asked of the charts first, whose index answers: a join would read the whole table.
    """
    charts = Patient._base_manager.filter(Q(pk__in=heads) | Q(merged_into__in=heads))
    return Q(patient__in=charts.values("pk"))


def restricted(lookup: str) -> Q:
    """Of rows that lead to a chart: those whose chart opens to its care team only.

    Of charts merged into one, what the one says that stands for them.
    """
    own = {f"{lookup}__merged_into": None, f"{lookup}__is_restricted": True}
    return Q(**own) | Q(**{f"{lookup}__merged_into__is_restricted": True})


class Patient(Arriving, Recorded):
    """A chart. A duplicate points to the chart that stands for it."""

    given_name = models.CharField(
        _("legal given name"), max_length=80, help_text=_("As on the insurance card.")
    )
    family_name = models.CharField(_("legal family name"), max_length=80, blank=True)
    preferred_name = models.CharField(
        max_length=80, blank=True, help_text=_("What they go by, where it differs.")
    )
    name_in_room = models.CharField(
        max_length=80,
        blank=True,
        help_text=_("Called out in the waiting room. Empty: preferred or given name."),
    )
    pronouns = models.CharField(max_length=40, blank=True)
    born_on = models.DateField(_("date of birth"))
    state = models.CharField(
        max_length=10, choices=PatientState.choices, default=PatientState.ACTIVE
    )
    paused_until = models.DateField(null=True, blank=True)
    pause_reason = models.CharField(max_length=200, blank=True)
    deceased_on = models.DateField(null=True, blank=True)
    spoken_language = models.CharField(
        max_length=3, choices=Language.choices, default=Language.ENGLISH
    )
    written_language = models.CharField(
        max_length=3, choices=Language.choices, default=Language.ENGLISH
    )
    interpreter = models.CharField(
        max_length=6, choices=Interpreter.choices, blank=True
    )
    needs_step_free = models.BooleanField(_("step-free access"), default=False)
    needs_large_print = models.BooleanField(_("large print"), default=False)
    needs_relay = models.BooleanField(_("relay or TTY calls"), default=False)
    needs_no_calls = models.BooleanField(_("no calls"), default=False)
    needs_easy_reading = models.BooleanField(_("easy reading"), default=False)
    preferred_channel = models.CharField(
        max_length=5, choices=PreferredChannel.choices, default=PreferredChannel.TEXT
    )
    time_zone = ZoneField(
        blank=True, help_text=_("Empty: the zone of the visit's location.")
    )
    is_restricted = models.BooleanField(
        default=False,
        help_text=_("Staff, relatives, public persons: opens by break-glass only."),
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_charts",
    )
    registered_at = models.DateTimeField()
    search_text = models.TextField(editable=False, default="")
    home_locations: models.ManyToManyField[Location, HomeLocation] = (
        models.ManyToManyField(
            Location, through="HomeLocation", related_name="patients"
        )
    )

    objects = ShownManager.from_queryset(PatientQuerySet)()  # type: ignore[assignment,misc]

    class Meta:
        ordering = ["family_name", "given_name", "pk"]
        indexes = [
            models.Index(fields=["family_name", "given_name"], name="patient_by_name"),
            models.Index(fields=["born_on"], name="patient_by_birth"),
        ]
        constraints = [
            one_of("state", PatientState, "patient_state"),
            models.CheckConstraint(
                condition=Q(state=PatientState.DECEASED) | Q(deceased_on__isnull=True),
                name="patient_death_has_state",
            ),
            models.CheckConstraint(
                condition=Q(state=PatientState.PAUSED)
                | Q(paused_until__isnull=True, pause_reason=""),
                name="patient_pause_has_state",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("pk")),
                name="patient_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"patient {self.pk}"

    @property
    def display_name(self) -> str:
        """The name staff use."""
        first = self.preferred_name or self.given_name
        return f"{first} {self.family_name}".strip()

    @property
    def legal_name(self) -> str:
        """The name on letters."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def room_name(self) -> str:
        """The name called out in the waiting room."""
        return self.name_in_room or self.preferred_name or self.given_name

    @property
    def initials(self) -> str:
        first = self.preferred_name or self.given_name
        return (first[:1] + self.family_name[:1]).upper()

    @property
    def access_needs(self) -> list[str]:
        names = ["step_free", "large_print", "relay", "no_calls", "easy_reading"]
        return [
            str(self._meta.get_field(f"needs_{name}").verbose_name)  # type: ignore[union-attr]
            for name in names
            if getattr(self, f"needs_{name}")
        ]

    def age_on(self, day: date) -> int:
        """Whole years lived on `day`; someone born on 29 February ages on 1 March."""
        had_birthday = (day.month, day.day) >= (self.born_on.month, self.born_on.day)
        return day.year - self.born_on.year - (not had_birthday)


class HomeLocation(Arriving, Recorded):
    """A location where a patient is usually seen, and whose staff see the chart."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="homes")
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="homes"
    )
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "location"], name="home_location_once"
            )
        ]

    def __str__(self) -> str:
        return f"patient {self.patient_id} at location {self.location_id}"


class CareTeamMember(Recorded):
    """Somebody who looks after a patient, wherever either of them is."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="care_team"
    )
    staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="cares_for"
    )
    is_lead = models.BooleanField(
        _("own clinician"), default=False, help_text=_("Follow-ups go here first.")
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-is_lead", "started_at"]
        constraints = [
            in_order("started_at", "ended_at", "care_team_in_order"),
            models.UniqueConstraint(
                fields=["patient", "staff"],
                condition=Q(ended_at__isnull=True),
                name="care_team_once",
                violation_error_message=_("They already are on the care team."),
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(ended_at__isnull=True, is_lead=True),
                name="care_team_one_lead",
            ),
        ]

    def __str__(self) -> str:
        return f"staff {self.staff_id} for patient {self.patient_id}"


class BreakGlassReason(models.TextChoices):
    CRISIS = "crisis", _("A crisis now")
    COVER = "cover", _("Covering for a colleague")
    CALLER = "caller", _("The patient is on the phone or here")
    REVIEW = "review", _("Review or complaint")
    OTHER = "other", _("Other")


class BreakGlass(Recorded):
    """A chart opened outside the usual rules, for an hour; a second person reviews."""

    staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="glasses_broken"
    )
    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="glasses_broken"
    )
    reason = models.CharField(max_length=10, choices=BreakGlassReason.choices)
    explanation = models.CharField(max_length=400, blank=True)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    review_due_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="glasses_reviewed",
    )
    was_justified = models.BooleanField(null=True, blank=True)
    review_note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(
                fields=["staff", "patient", "expires_at"], name="break_glass_open"
            )
        ]
        constraints = [
            one_of("reason", BreakGlassReason, "break_glass_reason"),
            both_or_neither("reviewed_at", "reviewed_by", "break_glass_review_pair"),
            in_order("started_at", "expires_at", "break_glass_in_order"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | ~Q(reviewed_by=models.F("staff")),
                name="break_glass_review_by_another",
                violation_error_message=_("Somebody else has to review this."),
            ),
        ]

    def __str__(self) -> str:
        return f"break-glass {self.pk}"
