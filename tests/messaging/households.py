"""What the tests of recipients share: patients of any age, and family around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from messaging import recipients
from practice.models import Proof
from tests import cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from messaging.recipients import Reached, Recipient
    from practice.models import Caregiver, Location, Patient

TODAY = cast.MONDAY.date()
MINE, HERS, HIS = "+12125550171", "+12125550172", "+12125550173"
MAIL = "pat@example.test"


def aged(years: int, at: Location, **details: Any) -> Patient:
    """Somebody whose birthday is today."""
    return cast.make_patient(
        at=at, born_on=TODAY.replace(year=TODAY.year - years), **details
    )


def parent(of: Patient, number: str = HERS, **details: Any) -> Caregiver:
    """A parent who may be told, with a phone that may be texted."""
    usual: dict[str, Any] = {"relation": "parent", "may_be_told": True}
    usual["proof"] = Proof.SPOKEN
    found = cast.make_caregiver(of, **usual | details)
    if number:
        cast.make_contact(found, value=number)
    return found


def mail(owner: Patient | Caregiver, **details: Any) -> None:
    usual = {"kind": "email", "value": MAIL, "may_write": True}
    cast.make_contact(owner, **usual | details)


def reached(
    patient: Patient, channel: str | None = None, purpose: str = "reminder"
) -> Reached:
    found = recipients.of([patient], channel=channel, purpose=purpose, now=cast.MONDAY)  # type: ignore[arg-type]
    return found[patient.pk]


def whom(patient: Patient, *args: Any) -> Sequence[Recipient]:
    return reached(patient, *args).recipients


def where(patient: Patient, *args: Any) -> list[str]:
    return [one.address for one in whom(patient, *args)]
