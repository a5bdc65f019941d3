"""How people can be reached, and what is safe there; families and guardians."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from practice.languages import Language
from practice.models.base import Recorded, one_of
from practice.models.imports import Arriving
from practice.models.patients import Patient

if TYPE_CHECKING:
    from datetime import date


HERE = 1  # the country code that national numbers leave out


class ContactKind(models.TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    POST = "post", _("Postal address")


class Taken(models.TextChoices):
    """How a number, and what is agreed about it, came to the practice."""

    PHONE = "phone", _("On the phone")
    DESK = "desk", _("At the desk")
    PAPER = "paper", _("In writing")
    SELF = "self", _("By themselves, by link or text")
    FILE = "file", _("As it was known elsewhere")


class Caregiver(Arriving, Recorded):
    """Family or a helper; one person may care for several patients."""

    name = models.CharField(max_length=120)
    language = models.CharField(
        max_length=3, choices=Language.choices, default=Language.ENGLISH
    )
    # The caregiver is a patient too: one person, two roles.
    own_chart = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="caregiver_records",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"caregiver {self.pk}"


class Relation(models.TextChoices):
    PARENT = "parent", _("Parent")
    GUARDIAN = "guardian", _("Legal guardian")
    FOSTER = "foster", _("Foster parent")
    COURT = "court", _("Named by court order")
    PARTNER = "partner", _("Spouse or partner")
    CHILD = "child", _("Adult child")
    SIBLING = "sibling", _("Brother or sister")
    HELPER = "helper", _("Friend or helper")


class Proof(models.TextChoices):
    NONE = "none", _("Nothing seen yet")
    SPOKEN = "spoken", _("The patient said so")
    SIGNED = "signed", _("Signed authorisation")
    IDENTITY = "identity", _("Identity and birth papers")
    ORDER = "order", _("Court order")


class Caregiving(Arriving, Recorded):
    """What one caregiver is to one patient, and what they may do and know."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="caregivings"
    )
    caregiver = models.ForeignKey(
        Caregiver, on_delete=models.PROTECT, related_name="caregivings"
    )
    relation = models.CharField(max_length=10, choices=Relation.choices)
    household = models.CharField(
        max_length=40, blank=True, help_text=_("Such as “with the father”.")
    )
    may_consent = models.BooleanField(_("may consent for the patient"), default=False)
    may_book = models.BooleanField(_("may book and move visits"), default=False)
    may_be_told = models.BooleanField(_("may be told about visits"), default=False)
    must_not_be_told = models.BooleanField(
        _("must not be told anything"), default=False
    )
    is_emergency_contact = models.BooleanField(default=False)
    proof = models.CharField(max_length=10, choices=Proof.choices, default=Proof.NONE)
    proof_seen_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text=_("Last day."))
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            one_of("relation", Relation, "caregiving_relation"),
            one_of("proof", Proof, "caregiving_proof"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(ends_on__gte=models.F("starts_on")),
                name="caregiving_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=Q(must_not_be_told=False)
                | Q(may_consent=False, may_book=False, may_be_told=False),
                name="caregiving_bar_wins",
                violation_error_message=_(
                    "Somebody who must not be told anything cannot be given a right."
                ),
            ),
            models.CheckConstraint(
                condition=Q(may_consent=False) | ~Q(proof=Proof.NONE),
                name="caregiving_consent_needs_proof",
                violation_error_message=_(
                    "Say which proof was seen before they may consent."
                ),
            ),
            models.UniqueConstraint(
                fields=["patient", "caregiver"],
                condition=Q(is_withdrawn=False),
                name="caregiving_once",
                violation_error_message=_("They already are on this chart."),
            ),
        ]

    def __str__(self) -> str:
        return f"caregiver {self.caregiver_id} of patient {self.patient_id}"

    def is_current(self, day: date, *, of_age: int) -> bool:
        """Whether the caregiving counts on `day`, where people are `of_age` then."""
        if self.is_withdrawn or day < self.starts_on:
            return False
        if self.ends_on is not None and day > self.ends_on:
            return False
        return not (self.is_for_a_minor(of_age) and self.patient.age_on(day) >= of_age)

    def is_for_a_minor(self, of_age: int) -> bool:
        """Whether it was given over a minor, and so ends when they come of age.

        A bar stays, and so does what a court ordered until a day of its own.
        """
        is_ordered = self.relation == Relation.COURT and self.proof == Proof.ORDER
        if self.must_not_be_told or (is_ordered and self.ends_on is not None):
            return False
        return self.patient.age_on(self.starts_on) < of_age


def phone_text(phone: PhoneNumber | None) -> str:
    """A number as people here write it; one from abroad with its country code."""
    if not isinstance(phone, PhoneNumber):  # to ask for its truth has it checked
        return ""
    is_here = phone.country_code == HERE
    return str(phone.as_national if is_here else phone.as_international)


class LastFour(models.Func):
    """How a number ends. Without parameters, else SQLite does not know its index."""

    function, template = "SUBSTR", "%(function)s(%(expressions)s, -4)"
    output_field = models.CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "%(function)s(%(expressions)s, 4)"
        return self.as_sql(
            compiler, connection, function="RIGHT", template=template, **context
        )


class ContactPoint(Arriving, Recorded):
    """One phone, e-mail or postal address of one person, and what is safe there.

    A family's shared phone is one number on several rows: what is safe there
    is each person's own answer.
    """

    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contact_points",
    )
    caregiver = models.ForeignKey(
        Caregiver,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contact_points",
    )
    kind = models.CharField(max_length=5, choices=ContactKind.choices)
    phone = PhoneNumberField(blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    postal = models.TextField(_("postal address"), max_length=400, blank=True)
    label = models.CharField(
        max_length=40, blank=True, help_text=_("Such as “mobile” or “work”.")
    )
    is_first = models.BooleanField(_("use this one first"), default=False)
    may_text = models.BooleanField(_("may text"), default=False)
    may_call = models.BooleanField(_("may call"), default=False)
    may_leave_voicemail = models.BooleanField(_("may leave voicemail"), default=False)
    may_write = models.BooleanField(_("may write"), default=False)
    name_used = models.CharField(
        _("name in messages here"),
        max_length=80,
        blank=True,
        help_text=_("Empty, the safe default: no name at all."),
    )
    may_name_practice = models.BooleanField(
        _("may say the practice's name"), default=False
    )
    may_join_texts = models.BooleanField(
        _("one text for the family"),
        default=False,
        help_text=_(
            "They agreed to one text about visits of one day, with those of others at "
            "this number. A guardian agrees for everybody they speak for."
        ),
    )
    safe_from = models.TimeField(null=True, blank=True)
    safe_until = models.TimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "-is_first", "pk"]
        indexes = [
            models.Index(fields=["phone"], name="contact_by_phone"),
            models.Index(fields=["email"], name="contact_by_email"),
            # People are looked for by how their number ends.
            models.Index(LastFour("phone"), name="contact_by_last_four"),
        ]
        constraints = [
            one_of("kind", ContactKind, "contact_kind"),
            models.CheckConstraint(
                condition=Q(patient__isnull=False, caregiver__isnull=True)
                | Q(patient__isnull=True, caregiver__isnull=False),
                name="contact_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(kind="phone", email="", postal="")
                & Q(phone__startswith="+")
                | Q(kind="email", phone="", postal="") & Q(email__contains="@")
                | Q(kind="post", phone="", email="") & ~Q(postal=""),
                name="contact_holds_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="phone", may_write=False)
                | Q(
                    ~Q(kind="phone"),
                    may_text=False,
                    may_call=False,
                    may_leave_voicemail=False,
                ),
                name="contact_channels_fit_kind",
            ),
            models.CheckConstraint(
                condition=Q(may_call=True) | Q(may_leave_voicemail=False),
                name="contact_voicemail_needs_call",
                violation_error_message=_(
                    "Leaving voicemail is only possible where calling is allowed."
                ),
            ),
            models.CheckConstraint(
                condition=Q(may_text=True) | Q(may_join_texts=False),
                name="contact_one_text_needs_text",
                violation_error_message=_(
                    "One text for the family is only possible where texts are allowed."
                ),
            ),
            models.CheckConstraint(
                condition=Q(safe_from__isnull=True, safe_until__isnull=True)
                | Q(safe_from__isnull=False, safe_until__isnull=False),
                name="contact_safe_hours_pair",
                violation_error_message=_("Give both ends of the safe hours, or none."),
            ),
            models.UniqueConstraint(
                fields=["patient", "kind", "phone", "email", "postal"],
                condition=Q(ended_at__isnull=True, patient__isnull=False),
                name="contact_of_patient_once",
                violation_error_message=_("This is already on the chart."),
            ),
            models.UniqueConstraint(
                fields=["caregiver", "kind", "phone", "email", "postal"],
                condition=Q(ended_at__isnull=True, caregiver__isnull=False),
                name="contact_of_caregiver_once",
                violation_error_message=_("They already have this one."),
            ),
            models.UniqueConstraint(
                fields=["patient", "kind"],
                condition=Q(
                    ended_at__isnull=True, is_first=True, patient__isnull=False
                ),
                name="contact_one_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def value(self) -> str:
        """The number, address or lines, as people write them."""
        if self.kind == ContactKind.PHONE:
            return phone_text(self.phone)
        return self.email or self.postal
