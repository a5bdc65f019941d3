"""Where vendors call. None ends with a slash: a redirect would lose what they say."""

from __future__ import annotations

from django.urls import path

from messaging.views import hooks, voice

urlpatterns = [
    path("hooks/twilio/inbound", hooks.inbound, name="twilio_inbound"),
    path("hooks/twilio/status", hooks.status, name="twilio_status"),
    path("hooks/twilio/voice", voice.voice, name="twilio_voice"),
]
