"""TRAIL_WORDS: what people read of this floor's lines in the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from practice.contributions import Said, TrailWords

WORDS = TrailWords(kinds={"seen.outbox": Said(_("The outbox"))}, records={})
