"""What people write who want no more messages, in English and Spanish.

A carrier's keyword alone in a message is “bare”: the vendor acts on it too. Free
words mean the same to any reasonable reader. Only whole phrases count, with what is
to stop: “ya no puedo más” and “I can't go on, stop it all” are for people to read,
and so is a keyword with other words beside it.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class Heard(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"
    NOTHING = "nothing"


# The vendor's list for ordinary numbers: it blocks at each of these by itself.
CARRIER_STOPS = frozenset(
    {"stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout", "cancel"}
)
CARRIER_STARTS = frozenset({"start", "unstop"})
# An opt-in word at the vendor, and the usual answer to “do you come?”.
START_IF_STOPPED = frozenset({"yes"})
CARRIER_HELPS = frozenset({"help", "info"})
# The vendor does not know these; whoever sends one alone means it.
SPANISH_STOPS = frozenset({"alto", "parar", "pare", "paren", "basta", "baja"})
SPANISH_HELPS = frozenset({"ayuda"})
# As in don't, however a phone writes it.
_JOINING = dict.fromkeys(map(ord, "'`\u2018\u2019\u02bc\u00b4"))
VISIT_WORDS = frozenset({"cancel"})  # said of a visit far more often than of texts

_THINGS = r"(?:texts?|messages?|msgs?|sms|calls?|e ?mails?|reminders?|notifications?)"
_DOING = (
    r"(?:text|messag|call|phon|ring|send|contact|e ?mail|writ|spamm|bother|harass)ing"
)
_DO = r"(?:text|message|msg|call|phone|contact|e ?mail|write)"
_LATER = r"(?:any ?more|again|ever|ever again|please|thanks|thank you|now)"
_COSAS = (
    r"(?:mensajes?|mensajitos?|textos?|llamadas?|correos?|sms|recordatorios?|avisos?)"
)
_MANDEN = (
    r"(?:mand(?:e|en|es)|envi(?:e|en|es)|escrib(?:a|an|as)|llam(?:e|en|es)"
    r"|text(?:ee|een|ees)|contact(?:e|en|es))"
)
_MANDAR = r"(?:mandar|enviar|escribir|llamar|textear|contactar|molestar)(?:me)?"
_LUEGO = r"(?:mas|nada|nunca|ya|por favor|gracias|porfa|porfavor)"
_THIS_IS = r"(?:you have |you got |this is |its |that is )"
_QUITEN = r"(?:quit|borr|sac|saqu|elimin)(?:e|en|a|ar)"
_ENGLISH = (
    rf"(?:stop|quit) {_DOING}(?: me)?\b",
    rf"stop (?:all |the |these |your |my |with )*{_THINGS}\b",
    r"(?:please )?stop(?: please| now| it| this| all| all of it| thanks| thank you)+$",
    r"^please stop$",
    rf"\b(?:dont|do not|never)(?: ever)? {_DO}(?: to)? me(?: {_LATER})*$",
    rf"\b(?:dont|do not|never) {_DO}(?: to)? me (?:any ?more|ever again)\b",
    rf"\b(?:dont|do not) send(?: me)?(?: any)?(?: more)? {_THINGS}\b",
    rf"\bno more {_THINGS}\b",
    rf"\b(?:dont|do not) want (?:any |to (?:get|receive) )*(?:more )?{_THINGS}\b",
    rf"\b(?:want|like) to stop (?:getting|receiving) (?:\w+ )?{_THINGS}\b",
    r"\b(?:take|remove) (?:me|my number|this number) (?:off|from)\b",
    r"\b(?:please )?(?:remove|unsubscribe) me(?: please| now)*$",
    r"\b(?:remove|delete|lose|erase) (?:my|this) number\b",
    r"\bopt (?:me )?out\b",
    r"\bunsubscribe (?:me|please|from|this|my)\b",
    r"\bplease unsubscribe\b",
    rf"^(?:sorry |hi |hello |no )*{_THIS_IS}?(?:the |a )?wrong (?:number|person)\b",
    r"\byou (?:have|got|texted|called|reached) the wrong (?:number|person)\b",
    r"\bleave me alone$",
)
_SPANISH = (
    rf"\bno mas {_COSAS}\b",
    rf"\bno (?:quiero|deseo) (?:recibir |que me manden )?(?:mas )?{_COSAS}\b",
    rf"\bno me {_MANDEN}(?: {_LUEGO})*$",
    rf"\bno me {_MANDEN} (?:mas |nada |ya |otros |estos |sus |los )*{_COSAS}\b",
    rf"\b(?:ya )?no (?:mas )?{_MANDEN} (?:mas )?{_COSAS}\b",
    rf"\b(?:dej[ea]n?|dejes|pare|paren|para) de {_MANDAR}\b",
    r"\bnumero equivocado\b",
    r"\b(?:se )?equivoc(?:o|aron|aste|ado|ada) (?:de|el) (?:numero|persona)\b",
    rf"\b{_QUITEN}(?:me)? (?:de (?:la|su|esta) lista|(?:mi|este) numero)\b",
    r"\b(?:quiten|quite|borren|borre|saquen|saque|eliminen)me(?: de \w+ lista)?$",
    r"\b(?:denme|deme|darme) de baja\b",
    r"\bdej[ea]n?me en paz$",
)
_PHRASES = re.compile("|".join((*_ENGLISH, *_SPANISH)))
# They tell of a number; nothing is to stop.
_GAVE = re.compile(r"\b(?:gave|given|di|dimos|puse|wrote)\b.*\b(?:wrong|equivocado)\b")


def bare(text: str) -> Heard:
    """What a carrier's keyword says that stands alone in a message, or nothing.

    Case, accents, spaces, marks and pictures around it do not matter.
    """
    word = plain(text)
    if word in CARRIER_STOPS:
        return Heard.STOP
    if word in CARRIER_STARTS:
        return Heard.START
    return Heard.HELP if word in CARRIER_HELPS else Heard.NOTHING


def hear(text: str, *, is_stopped: bool = False) -> Heard:
    """What a message asks for, in a keyword or in words of the writer's own.

    YES brings texts back only where they are stopped: elsewhere it answers something.
    """
    if (found := bare(text)) != Heard.NOTHING:
        return found
    words = plain(text)
    if is_stopped and words in START_IF_STOPPED:
        return Heard.START
    if words in SPANISH_HELPS:
        return Heard.HELP
    is_stop = words in SPANISH_STOPS or _means_stop(words)
    return Heard.STOP if is_stop else Heard.NOTHING


def may_mean_the_visit(text: str) -> bool:
    """Whether the stop word is one that people say of a visit."""
    return plain(text) in VISIT_WORDS


def plain(text: str) -> str:
    """Small letters without accents, words apart by one space, nothing else."""
    letters = unicodedata.normalize("NFKD", text.translate(_JOINING)).casefold()
    kept = (_letter(one) for one in unicodedata.normalize("NFKD", letters))
    return " ".join("".join(kept).split())


def _letter(one: str) -> str:
    """A letter or digit as it is; what cannot be seen alone goes; the rest parts."""
    if one.isalnum():
        return one
    return "" if unicodedata.category(one) in ("Mn", "Cf", "Me") else " "


def _means_stop(words: str) -> bool:
    return bool(_PHRASES.search(words)) and not _GAVE.search(words)
