"""TRAIL_WORDS: what people read of this floor's lines, and of its records."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from practice.access import Capability
from practice.contributions import RecordWords, Said, TrailWords

WORDS = TrailWords(
    kinds={
        "consent.granted": Said(_("Agreed to be reached there")),
        "consent.declined": Said(_("Said no to being reached there"), "x-circle"),
        "consent.withdrawn": Said(_("No longer agrees to it there"), "x-circle"),
        "consent.moved_here": Said(_("Agreement taken along to the right chart")),
        "opt_out.stopped": Said(_("Stopped what we send there"), "x-circle"),
        "opt_out.lifted": Said(_("May be written to there again"), "check"),
        "seen.contact_stop": Said(_("Asked us to stop")),
        "seen.contact_lift": Said(_("Stop, lifted")),
    },
    records={
        "consentrecord": RecordWords(_("Consent"), "patient", "patient_id"),
        # A stop that came by text hangs on no chart.
        "optout": RecordWords(
            _("Stop"), "patient", "patient_id", Capability.READ_TRAIL
        ),
    },
    subjects={"consent": _("Consent"), "opt_out": _("Stops")},
)
