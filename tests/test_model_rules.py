"""Rules that every table keeps, read from the models as Django sees them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from practice.models import Patient, Recorded, RecordedQuerySet, UseAnAction
from practice.models.base import both_or_neither
from tests.sources import FLOORS

OURS = [model for floor in FLOORS for model in apps.get_app_config(floor).get_models()]
HISTORIES = [model for model in OURS if hasattr(model, "history_object")]
TABLES = [model for model in OURS if model not in HISTORIES]
RECORDED = [model for model in TABLES if issubclass(model, Recorded)]
COLUMNS = [field for model in TABLES for field in model._meta.concrete_fields]
ACTORS = [field for field in COLUMNS if field.name.endswith("_by")]
# How a yes-or-no column reads: as a sentence.
SENTENCE = re.compile(r"(is|has|may|must|was|needs|takes|offers|asks)_.+|.+_enabled")


def test_a_record_is_never_deleted_or_forgotten_with_another():
    lax = [
        str(field)
        for model in RECORDED
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete is not models.PROTECT
    ]

    assert not lax


def test_every_record_has_history():
    without = [model for model in RECORDED if model.history.model not in HISTORIES]

    assert not without


def test_every_record_refuses_writes_without_history():
    open_to_them = [
        model.__name__
        for model in RECORDED
        if not isinstance(model._default_manager.all(), RecordedQuerySet)
    ]

    assert not open_to_them


@pytest.mark.parametrize("write", ["update", "delete", "bulk_update", "bulk_create"])
def test_a_write_without_history_is_refused(write):
    with pytest.raises(UseAnAction):
        getattr(Patient.objects.all(), write)()


def test_who_and_when_are_known_together():
    loose = [
        str(field)
        for field in ACTORS
        if both_or_neither(f"{field.name[:-3]}_at", field.name, "any").condition
        not in [getattr(c, "condition", None) for c in field.model._meta.constraints]
    ]

    assert ACTORS
    assert not loose


def test_columns_are_named_for_their_kind():
    wrong = [str(field) for field in COLUMNS if not _suits(field)]

    assert not wrong


def _suits(field: models.Field[Any, Any]) -> bool:
    """Whether `_at` is an instant, `_on` a day, `_by` a person, `is_` a yes or no."""
    if field.name.endswith("_at"):
        return isinstance(field, models.DateTimeField)
    if field.name.endswith("_on"):
        return type(field) is models.DateField
    if field.name.endswith("_by"):
        return isinstance(field, models.ForeignKey)
    if isinstance(field, models.BooleanField):
        return SENTENCE.fullmatch(field.name) is not None
    return True
