"""Every kind of line, and every record, has its words."""

from __future__ import annotations

import ast

import pytest
from django.conf import settings

from practice import looks, telling
from practice.models import TrailEntry
from practice.proofs import models_by_record
from tests import sources
from tests.practice.world import addresses, build
from tests.sources import FLOORS, module_of

# What writes lines, and what hands a kind on to it.
WRITERS = {"keep", "keep_many", "change_many", "note", "create", "_keep", "settle"}
CODE = sources.python_files(*FLOORS)


def kinds_in(path):
    """The kinds that the functions of a file write, with the function's name."""
    for action in ast.walk(sources.tree(path)):
        if not isinstance(action, ast.FunctionDef):
            continue
        names = constants_by_name(action)
        for call in ast.walk(action):
            if isinstance(call, ast.Call) and name_of(call) in WRITERS:
                for word in call.keywords:
                    if word.arg == "kind":
                        yield from ((k, action.name) for k in texts(word.value, names))


def constants_by_name(action):
    """The texts that each local name may stand for; those of tuples by their place."""
    found = {}
    for node in ast.walk(action):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(value)
    return found


def texts(value, names):
    if isinstance(value, ast.Name):
        return [text for one in names.get(value.id, []) for text in texts(one, {})]
    return [
        node.value
        for node in ast.walk(value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def name_of(call):
    return ast.unparse(call.func).split(".")[-1]


def test_every_kind_that_is_written_has_words():
    written = {
        (kind, f"{module_of(path)}.{action}")
        for path in CODE
        for kind, action in kinds_in(path)
    }

    assert len(written) > 80
    assert sorted(one for one in written if one[0] not in telling.kinds()) == []


def test_every_word_is_of_a_kind_that_is_written():
    text = "\n".join(path.read_text() for path in CODE if "words" not in path.stem)

    kinds = [kind for kind in telling.kinds() if not telling.is_look(kind)]
    assert [kind for kind in kinds if f'"{kind}"' not in text] == []


def test_every_look_is_at_a_page():
    pages = {address.name for address in addresses()}

    looked_at = [kind for kind in telling.kinds() if telling.is_look(kind)]
    assert {kind.removeprefix(looks.PREFIX) for kind in looked_at} <= pages


def test_every_record_has_words_and_a_page_that_exists():
    pages = {address.name for address in addresses()} | {""}

    assert telling.records().keys() == models_by_record().keys()
    assert {said.url_name for said in telling.records().values()} <= pages


def test_every_subject_of_kinds_has_words():
    subjects = {kind.partition(".")[0] for kind in telling.kinds()}

    assert subjects <= telling.subjects().keys()


@pytest.mark.django_db
def test_a_practice_with_one_of_everything_is_told_in_words(
    front_desk, clinician, manager, auditor, stranger, location, now
):
    people = {"front_desk": front_desk, "clinician": clinician, "manager": manager}
    build(people | {"auditor": auditor, "stranger": stranger}, location)

    kinds = set(TrailEntry.objects.values_list("kind", flat=True))

    assert kinds <= telling.kinds().keys()


def test_each_floor_brings_its_own_words():
    floors = {path.partition(".")[0] for path in settings.TRAIL_WORDS}

    assert floors <= set(FLOORS)
