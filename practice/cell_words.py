"""Words that stand in cells for one of a few things, in English and in Spanish."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.utils import translation

from practice import names
from practice.languages import Language
from practice.models import ContactKind, Interpreter, PreferredChannel, Relation
from practice.states import PatientState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db import models

_HALF = re.compile(r"\s*([ap])\.?\s?m\b\.?")
_UNTIL = re.compile(r"[-–—]|\b(?:to|until|a|hasta)\b")  # noqa: RUF001 - a dash
YES = {"yes", "y", "true", "t", "1", "x", "si", "s", "verdadero", "on", "ok"}
YES |= {"allowed", "opted in"}
ALWAYS = {"always", "any", "any time", "anytime", "all day", "none", "siempre"}
NO = {"no", "n", "false", "f", "0", "falso", "off", "none", "never", "denied"}
NO |= {"opted out"}
# What is said for each choice beside its code and its label, divided by commas.
_STATES = {
    PatientState.ACTIVE: "a,current,open,new,yes,y,true,1,activa,activo,si,vigente",
    PatientState.PAUSED: "hold,on hold,pausado,en pausa",
    PatientState.ENDED: "i,inactive,closed,discharged,former,ended,archived,no,n,"
    "false,0,inactivo,inactiva,alta,baja",
    PatientState.DECEASED: "d,dead,died,expired,fallecido,fallecida,difunto,difunta",
}
_RELATIONS = {
    Relation.PARENT: "mother,father,mom,dad,mum,stepmother,stepfather,stepparent,"
    "madre,padre,mama,papa",
    Relation.GUARDIAN: "guardian,legal guardian,tutor,tutora,tutor legal,custodian",
    Relation.FOSTER: "foster,foster mother,foster father,acogida,padre de acogida",
    Relation.COURT: "court,court order,conservator,power of attorney,poa",
    Relation.PARTNER: "spouse,wife,husband,partner,domestic partner,life partner,"
    "esposo,esposa,pareja,conyuge,girlfriend,boyfriend,fiance,fiancee",
    Relation.CHILD: "child,son,daughter,hijo,hija,stepson,stepdaughter",
    Relation.SIBLING: "sibling,brother,sister,hermano,hermana",
    Relation.HELPER: "helper,friend,neighbor,neighbour,aunt,uncle,cousin,"
    "grandmother,grandfather,grandparent,grandson,granddaughter,niece,nephew,"
    "caregiver,aide,other,relative,family,amigo,amiga,vecino,vecina,tio,tia,abuelo,"
    "abuela,primo,prima,otro,otra,cuidador,cuidadora,familiar,case manager,"
    "social worker,roommate,in law,mother in law,father in law,unknown,contact",
}
_CHANNELS = {
    PreferredChannel.TEXT: "sms,text message,mensaje,mensaje de texto",
    PreferredChannel.CALL: "phone,voice,home phone,cell phone,telephone,"
    "mobile phone,mobile,telefono,llamada",
    PreferredChannel.EMAIL: "e mail,correo electronico,correo",
    PreferredChannel.POST: "mail,postal mail,us mail,carta,correo postal",
}
_INTERPRETERS = {
    Interpreter.SPOKEN: "yes,y,si,true,1,x",
    Interpreter.SIGN: "asl,sign language,lengua de senas",
    Interpreter.NONE: "no,n,none,false,0",
}
_KINDS = {
    ContactKind.PHONE: "mobile,cell,telephone,tel,celular,movil,telefono",
    ContactKind.EMAIL: "e mail,correo,correo electronico",
    ContactKind.POST: "address,mail,letter,direccion",
}
_LANGUAGES = {
    Language.ENGLISH: "eng,ingles",
    Language.SPANISH: "spa,espanol,castellano,spanish castilian",
    Language.MANDARIN: "zh,chi,zho,chinese,chino,mandarin chinese",
    Language.CANTONESE: "cantones",
    Language.FRENCH: "fra,fre,frances",
    Language.PORTUGUESE: "por,portugues",
    Language.HAITIAN: "hat,creole,haitian,criollo haitiano",
    Language.VIETNAMESE: "vie,vietnamita",
    Language.RUSSIAN: "rus,ruso",
    Language.ARABIC: "ara,arabe",
    Language.KOREAN: "kor,coreano",
    Language.TAGALOG: "tgl,filipino",
    Language.AMERICAN_SIGN: "asl,sign language",
    Language.FARSI: "fas,per,persian",
    Language.OTHER: "other,otro,otra,unknown",
}
_SETS: dict[type[models.TextChoices], Mapping[Any, str]] = {
    PatientState: _STATES,
    Relation: _RELATIONS,
    PreferredChannel: _CHANNELS,
    Interpreter: _INTERPRETERS,
    ContactKind: _KINDS,
    Language: _LANGUAGES,
}


def choice(cell: str, choices: type[models.TextChoices]) -> str | None:
    """The choice that a cell names; None if it names none of them."""
    return _known(choices).get(_folded(cell))


def yes_or_no(cell: str) -> bool | None:
    """What a cell says to a question; None if it is no answer."""
    word = _folded(cell)
    return word in YES if word in YES | NO else None


def hours(cell: str) -> tuple[time, time] | None:
    """From when until when, as “18:00-20:00” or “6 pm to 8 pm”; None if it is no such.

    A bare “6-8” is none: it may be in the morning.
    """
    text = _HALF.sub(r" \1m", cell.lower())
    ends = [_clock(" ".join(part.split())) for part in _UNTIL.split(text)]
    if len(ends) != 2 or None in ends or ends[0] == ends[1]:
        return None
    return cast("tuple[time, time]", tuple(ends))


def _clock(text: str) -> time | None:
    for form in ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I %p"):
        with suppress(ValueError):
            return datetime.strptime(text, form).time()  # noqa: DTZ007 - a wall clock
    return None


@cache
def _known(choices: type[models.TextChoices]) -> Mapping[str, str]:
    """Every word for each choice: its code, its label, and what else is said."""
    with translation.override("en"):
        found = {
            _folded(word): str(value)
            for value, label in choices.choices
            for word in (str(value), str(label))
        }
    for value, words in _SETS[choices].items():
        for word in words.split(","):
            found.setdefault(word, str(value))
    return found


def _folded(cell: str) -> str:
    return " ".join(names.words_of(cell))
