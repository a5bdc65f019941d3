"""The link in a mail's List-Unsubscribe header: whoever opens it can stop the mails.

RFC 2369, without the button of RFC 8058: a mail program that presses by itself would
stop what nobody asked to stop.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from consent import stop_link
from messaging import signature
from messaging.models import Delivery
from practice.models import ContactKind, ContactPoint
from practice.patience import patiently
from practice.rules import NotPossible
from practice.trail import Automation

if TYPE_CHECKING:
    from messaging.channels import Parcel

OUTBOX = Automation("The outbox")
logger = logging.getLogger(__name__)


def address(parcel: Parcel) -> str:
    """Where this mail's reader stops such mails; empty for staff and for family.

    Nothing about the link keeps a mail from leaving.
    """
    point = _point(parcel)
    if point is None:
        return ""
    try:
        token = patiently(
            lambda: stop_link.make(point=point, by=OUTBOX, now=parcel.claimed_at)
        )
    except NotPossible:
        return ""
    return signature.address(settings.SITE_URL, reverse("link", args=[token]))


def _point(parcel: Parcel) -> ContactPoint | None:
    """The patient's own contact with this address, if it goes to a patient."""
    rows = Delivery.objects.filter(pk=parcel.delivery_id, caregiver=None)
    patient = rows.values_list("patient_id", flat=True).first()
    points = ContactPoint.objects.filter(
        patient=patient, ended_at=None, kind=ContactKind.EMAIL
    )
    if patient is None:
        return None
    return points.filter(email__iexact=parcel.address).select_related("patient").first()
