"""The words by which charts are found: kept by the database, misspelt by us.

A trigger on each database divides a chart's search text into rows of its words,
so whatever writes a chart is found by it. How each new word may be misspelt
(practice.spelling) is written after the commit, and by a chore for whatever came
another way: until then it is found as it is spelt.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from practice import names, spelling
from practice.guards import Guard
from practice.models import LikelyPair, NameWord, Patient, Spelling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

LONGEST = 200  # letters of a word that count
BATCH = 2000
LAST = "\U0010ffff"  # no letter comes after it
PATIENT, WORD = Patient._meta.db_table, NameWord._meta.db_table


def triggers(vendor: str) -> Sequence[Guard]:
    """GUARDS: what keeps the words of every chart."""
    return _on_sqlite() if vendor == "sqlite" else _on_postgresql()


def search_text_of(patient: Patient) -> str:
    """The words by which a chart is found; each stands between two spaces."""
    words = names.search_words(
        given=patient.given_name,
        family=patient.family_name,
        preferred=patient.preferred_name,
    )
    return f" {' '.join(words)} "


def lost() -> int:
    """How many charts are not found by their names, and by nothing else.

    What is derived is told anew and compared: with the text, and with its words.
    """
    columns = ("given_name", "family_name", "preferred_name", "search_text")
    charts = Patient._base_manager.order_by("pk").only(*columns)
    count, last = 0, 0
    while some := list(charts.filter(pk__gt=last)[:BATCH]):
        first, last = some[0].pk, some[-1].pk
        kept: dict[int, set[str]] = defaultdict(set)
        rows = NameWord.objects.filter(patient_id__gte=first, patient_id__lte=last)
        for pk, word in rows.order_by().values_list("patient_id", "word"):
            kept[pk].add(word)
        count += sum(not _is_found(chart, kept[chart.pk]) for chart in some)
    return count


def _is_found(chart: Patient, words: set[str]) -> bool:
    text = search_text_of(chart)
    is_same = {word[:LONGEST] for word in text.split()} == words
    return is_same and chart.search_text == text


def beginning(word: str) -> Q:
    """Rows of words that begin with a word, by the index that each database has."""
    start = word[:LONGEST]
    if connection.vendor == "sqlite":
        return Q(word__gte=start, word__lt=start + LAST)
    return Q(word__startswith=start)


def near(words: Sequence[str]) -> dict[str, list[str]]:
    """The words of charts that each of some typed words may be meant for."""
    wanted = {word: set(spelling.keys(word[:LONGEST])) for word in words}
    shared = Spelling.objects.filter(key__in=set().union(*wanted.values()))
    found: dict[str, list[str]] = {word: [] for word in words}
    for key, known in shared.values_list("key", "word"):
        for word, keys in wanted.items():
            if key in keys and known not in found[word]:
                found[word].append(known)
    return {
        word: [one for one in some if spelling.is_near(word, one)]
        for word, some in found.items()
    }


def learn_later(charts: Iterable[Patient]) -> None:
    """After the commit, learn how the words of some charts may be misspelt.

    In a transaction of its own: two that learn the same word must not wait for
    each other's charts.
    """
    words = sorted({word for chart in charts for word in chart.search_text.split()})
    transaction.on_commit(partial(learn, words), robust=True)


def learn(words: Sequence[str]) -> int:
    """Learn how words may be misspelt; returns how many were not known."""
    learnt = 0
    for start in range(0, len(words), BATCH):
        some = [word[:LONGEST] for word in words[start : start + BATCH]]
        known = set(
            Spelling.objects.filter(key__in=some, word=F("key")).values_list(
                "word", flat=True
            )
        )
        rows = [
            Spelling(key=key, word=word)
            for word in sorted(set(some) - known)
            for key in sorted(spelling.keys(word))
        ]
        Spelling.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        learnt += len(set(some) - known)
    return learnt


def learn_all() -> int:
    """Learn every word that is not learnt yet, whatever wrote it."""
    learnt = Spelling.objects.filter(key=OuterRef("word"), word=OuterRef("word"))
    rows = NameWord.objects.filter(~Exists(learnt)).order_by("word")
    return learn(list(rows.values_list("word", flat=True).distinct()))


def derive_all() -> int:
    """Write the words of all charts anew, as the triggers do; returns how many.

    Of those too that arrive with an import: they are found once it is shown.
    """
    rows = Patient._base_manager.order_by("pk").values_list("pk", "search_text")
    written = 0
    with transaction.atomic():
        NameWord.objects.all().delete()
        batch: list[NameWord] = []
        for pk, text in rows.iterator(chunk_size=BATCH):
            words = {word[:LONGEST] for word in text.split()}
            batch += [NameWord(word=word, patient_id=pk) for word in words]
            if len(batch) >= BATCH:
                written += len(NameWord.objects.bulk_create(batch))
                batch = []
        written += len(NameWord.objects.bulk_create(batch))
    return written


def forget(ids: Collection[int]) -> None:
    """Forget what was derived of charts that are erased: no name of theirs stays."""
    theirs = NameWord.objects.filter(patient_id__in=ids)
    words = set(theirs.values_list("word", flat=True))
    NameWord.objects.filter(patient_id__in=ids).delete()
    kept = NameWord.objects.filter(word__in=words).values_list("word", flat=True)
    Spelling.objects.filter(word__in=words - set(kept)).delete()
    pairs = Q(first_id__in=ids) | Q(second_id__in=ids)
    LikelyPair.objects.filter(pairs).delete()


def _on_sqlite() -> list[Guard]:
    # Words hold no quotes: punctuation divides them (practice.names).
    words = "'[\"' || replace(trim(NEW.search_text), ' ', '\",\"') || '\"]'"
    body = (
        f'DELETE FROM "{WORD}" WHERE patient_id = NEW.id;'  # noqa: S608 - names of our own tables
        f' INSERT OR IGNORE INTO "{WORD}" (word, patient_id)'
        f" SELECT DISTINCT substr(value, 1, {LONGEST}), NEW.id"
        f" FROM json_each({words}) WHERE value <> '';"
    )
    changed = "WHEN OLD.search_text IS NOT NEW.search_text "
    return [
        Guard(
            table=PATIENT,
            name=f"{PATIENT}_words_{name}",
            create=f'CREATE TRIGGER "{PATIENT}_words_{name}" AFTER {act} '
            f'ON "{PATIENT}" {condition}BEGIN {body} END',
        )
        for name, act, condition in (
            ("insert", "INSERT", ""),
            ("update", "UPDATE", changed),
        )
    ]


_BODY = f"""
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.search_text = NEW.search_text THEN
    RETURN NULL;
  END IF;
  DELETE FROM "{WORD}" WHERE patient_id = NEW.id;
  INSERT INTO "{WORD}" (word, patient_id)
    SELECT DISTINCT left(word, {LONGEST}), NEW.id
    FROM unnest(string_to_array(btrim(NEW.search_text), ' ')) AS word
    WHERE word <> '';
  RETURN NULL;
END
"""  # noqa: S608 - names of our own tables


def _on_postgresql() -> list[Guard]:
    return [
        Guard(
            table=PATIENT,
            name="words",
            create=f'CREATE TRIGGER "words" AFTER INSERT OR UPDATE ON "{PATIENT}" '
            f"FOR EACH ROW EXECUTE FUNCTION wellhouse_words()",
            function="wellhouse_words",
            body=_BODY,
        )
    ]
