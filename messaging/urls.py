"""Addresses of the messaging floor, a list for each of its subjects."""

from __future__ import annotations

from django.urls import include, path

from messaging import urls_conversations

urlpatterns = [path("", include(urls_conversations))]
