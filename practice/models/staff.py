"""Who signs in, where they work, and when they are here."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from practice.languages import Language
from practice.models.base import Recorded, RecordedQuerySet, in_order, one_of
from practice.models.site import Location, Weekday

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Role(models.TextChoices):
    FRONT_DESK = "front_desk", _("Front desk")
    CLINICIAN = "clinician", _("Clinician")
    MANAGER = "manager", _("Manager")
    AUDITOR = "auditor", _("Auditor")


_FLAGS = {role: f"is_{role}" for role in Role}


class StaffQuerySet(RecordedQuerySet["StaffMember"]):
    def active(self) -> StaffQuerySet:
        return self.filter(is_active=True)

    def holding(self, *roles: Role) -> StaffQuerySet:
        """Active staff who hold any of some roles."""
        held = [Q(**{f"is_{role}": True}) for role in roles]
        return self.active().filter(reduce(or_, held))


class StaffManager(BaseUserManager["StaffMember"]):
    def get_by_natural_key(self, username: str | None) -> StaffMember:
        return self.get(email__iexact=username or "")


class StaffMember(AbstractBaseUser, Recorded):
    """A person who signs in. Accounts are made by invitation and never deleted."""

    # Sign-ins are kept by the session list; a column would write history each time.
    last_login = None
    newer_hash = ""  # of the same password, by the hasher of today
    email = models.EmailField(
        unique=True,
        error_messages={"unique": _("Somebody already signs in with this address.")},
    )
    name = models.CharField(max_length=120)
    phone = PhoneNumberField(blank=True)
    is_front_desk = models.BooleanField(_("front desk"), default=False)
    is_clinician = models.BooleanField(_("clinician"), default=False)
    is_manager = models.BooleanField(_("manager"), default=False)
    is_auditor = models.BooleanField(_("auditor"), default=False)
    is_active = models.BooleanField(default=True)
    shortcuts_enabled = models.BooleanField(_("single-key shortcuts"), default=True)
    locations: models.ManyToManyField[Location, StaffLocation] = models.ManyToManyField(
        Location, through="StaffLocation", related_name="staff"
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = StaffManager.from_queryset(StaffQuerySet)()  # type: ignore[assignment,misc]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="staff_email_once",
                violation_error_message=_(
                    "Somebody already signs in with this address."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def check_password(self, raw_password: str | None) -> bool:
        """Whether it is right. A hash that has aged is made anew, to be kept."""
        return check_password(raw_password, self.password, self._hash_anew)

    def _hash_anew(self, raw_password: str) -> None:
        self.newer_hash = make_password(raw_password)

    @property
    def roles(self) -> Sequence[Role]:
        return [role for role, name in _FLAGS.items() if getattr(self, name)]

    @classmethod
    def with_roles(cls, roles: Iterable[str], *, pk: Any) -> Self:
        """Somebody of some roles, by whom a question is composed for all of them."""
        return cls(pk=pk, **{f"is_{role}": True for role in roles})

    @property
    def role_names(self) -> str:
        return ", ".join(str(role.label) for role in self.roles)

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if not word.endswith(".")]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin, which holds configuration only, opens."""
        return self.is_active and self.is_manager

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """The admin's question; everything else asks practice.access."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class StaffLocation(Recorded):
    """A staff member works at a location, and so sees its patients."""

    staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="placements"
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="placements"
    )
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "location"], name="staff_location_once"
            )
        ]

    def __str__(self) -> str:
        return f"staff {self.staff_id} at location {self.location_id}"


class Invitation(Recorded):
    """A manager's invitation to sign in: the mail carries the token, we its digest."""

    staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="invitations"
    )
    email = models.EmailField(help_text="Where it went: it opens for nobody else.")
    token_digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Gender(models.TextChoices):
    UNSAID = "", _("Not said")
    WOMAN = "woman", _("Woman")
    MAN = "man", _("Man")
    NON_BINARY = "non_binary", _("Non-binary")


def spoken_english() -> list[str]:
    return [Language.ENGLISH.value]


class Clinician(Recorded):
    """What patients and the calendar need to know of a bookable staff member."""

    staff = models.OneToOneField(
        StaffMember, on_delete=models.PROTECT, related_name="clinician"
    )
    credentials = models.CharField(max_length=60, help_text=_("Such as LCSW or MD."))
    speciality = models.CharField(max_length=80)
    languages = models.JSONField(default=spoken_english)
    gender = models.CharField(max_length=12, choices=Gender.choices, blank=True)
    colour = models.CharField(
        max_length=7,
        default="#0b5a4c",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", _("Write a colour as #1a2b3c."))],
    )
    offers_telehealth = models.BooleanField(default=False)
    takes_new_patients = models.BooleanField(default=True)

    class Meta:
        ordering = ["staff__name"]

    def __str__(self) -> str:
        return f"{self.staff.name}, {self.credentials}"

    @property
    def language_names(self) -> str:
        return ", ".join(str(Language(code).label) for code in self.languages)


class DutyHours(Recorded):
    """When a staff member is normally on duty at a location, by its wall clock."""

    staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="duty_hours"
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, related_name="duty_hours"
    )
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    starts = models.TimeField()
    ends = models.TimeField()
    starts_on = models.DateField(null=True, blank=True, help_text=_("Empty: always."))
    ends_on = models.DateField(null=True, blank=True, help_text=_("The last day."))
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6), name="duty_hours_weekday"
            ),
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")),
                name="duty_hours_in_order",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="duty_hours_days_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.UniqueConstraint(
                "staff",
                "location",
                "weekday",
                "starts",
                Coalesce("starts_on", models.Value(date.min)),
                condition=models.Q(is_current=True),
                name="duty_hours_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"

    def holds_on(self, day: date) -> bool:
        """Whether these hours are hours of `day`."""
        has_begun = self.starts_on is None or self.starts_on <= day
        is_over = self.ends_on is not None and self.ends_on < day
        return self.weekday == day.weekday() and has_begun and not is_over


class AbsenceKind(models.TextChoices):
    LEAVE = "leave", _("Leave")
    ILLNESS = "illness", _("Illness")
    TRAINING = "training", _("Training")
    OTHER = "other", _("Other")


class Absence(Recorded):
    """Somebody is away; their named cover answers for them meanwhile."""

    staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="absences"
    )
    kind = models.CharField(
        max_length=10, choices=AbsenceKind.choices, default=AbsenceKind.LEAVE
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cover = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="covers",
    )
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["ends_at", "staff"], name="absence_by_end")]
        constraints = [
            one_of("kind", AbsenceKind, "absence_kind"),
            in_order("starts_at", "ends_at", "absence_in_order"),
            models.CheckConstraint(
                condition=models.Q(cover__isnull=True)
                | ~models.Q(cover=models.F("staff")),
                name="absence_cover_is_another",
                violation_error_message=_("Nobody covers for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"absence {self.pk}"


class OnCallShift(Recorded):
    """A dated turn on the on-call rota; rank 1 is called first."""

    staff = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="on_call_shifts"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    rank = models.PositiveSmallIntegerField(default=1)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["starts_at", "rank"]
        indexes = [models.Index(fields=["ends_at"], name="on_call_by_end")]
        constraints = [
            in_order("starts_at", "ends_at", "on_call_in_order"),
            models.CheckConstraint(
                condition=models.Q(rank__gte=1, rank__lte=9), name="on_call_rank_1_to_9"
            ),
        ]

    def __str__(self) -> str:
        return f"on call {self.starts_at:%d %b %Y %H:%M} rank {self.rank}"
