"""What people write who want no more messages, in English and Spanish.

A carrier's keyword alone in a message is “bare”: the vendor acts on it too. Free
words mean the same to any reasonable reader. They count where they are the whole
message, with nothing beside them but greetings and thanks: “he won't stop calling
me” and “no more calls from dad” tell of somebody else, “stop it all” of a life, and
those are for people to read.
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
# What stands beside a word and changes nothing about it: marks, and signs of a yes.
# Any other sign may tell of something: a pill, a gun, a face in tears.
HARMLESS = frozenset(".,!'\"\u00a1\u2018\u2019\u201c\u201d\ufe0f") | frozenset(
    "\U0001f44d\U0001f44c\U0001f64f\u2705\U0001f642"
    "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"  # the tones of skin
)
VISIT_WORDS = frozenset({"cancel"})  # said of a visit far more often than of texts

_THINGS = r"(?:texts?|messages?|msgs?|sms|calls?|e ?mails?|reminders?|notifications?)"
_DOING = (
    r"(?:text|messag|call|phon|ring|send|contact|e ?mail|writ|spamm|bother|harass)ing"
)
_DO = r"(?:text|message|msg|call|phone|contact|e ?mail|write)"
_WANT = r"(?:i (?:want|wish|would like) to |id like to )"
_ENTRY = r"(?:my|this) number"
_BOOK = r"(?:your|the|this) (?:lists?|system|records?|contacts|database|texts)"
_THESE = r"(?:(?:all|the|these|your|my|with|any|more) )*"
_WRONG = r"wrong (?:number|person)"
_COSAS = (
    r"(?:mensajes?|mensajitos?|textos?|llamadas?|correos?|sms|recordatorios?|avisos?)"
)
_MANDEN = (
    r"(?:mand(?:e|en|es)|envi(?:e|en|es)|escrib(?:a|an|as)|llam(?:e|en|es)"
    r"|text(?:ee|een|ees)|contact(?:e|en|es)|molest(?:e|en|es))"
)
_MANDAR = r"(?:mandar|enviar|escribir|llamar|textear|contactar|molestar)(?:me)?"
_QUITEN = r"(?:quit|borr|sac|saqu|elimin)(?:e|en|a)"
# What goes before and after, of which none is what another two are: see LONGEST.
_BEFORE = (
    r"please|pls|plz|kindly|hi|hello|hey|sorry|im sorry|ok|okay|thanks|thank you"
    r"|(?:can|could|would|will) you|you need to|i (?:want|told|asked) you to"
    r"|hola|por ?favor|porfa|perdon|disculpen?|lo siento|buen[oa]s (?:dias|tardes)"
)
_AFTER = (
    r"please|pls|plz|sorry|ok|okay|thanks|thank you|thx|already|ever|again|any ?more"
    r"|(?:at|on|to) this (?:number|phone)|from (?:you|your office|this number)"
    r"|por ?favor|porfa|gracias|mas|ya|nunca|a este (?:numero|telefono)|de ustedes"
)
_ENGLISH = (
    r"stop(?: all)?(?: now)?",
    rf"(?:stop|quit) {_DOING}(?: me)?(?: now)?",
    rf"(?:stop|quit) (?:sending (?:me )?)?{_THESE}{_THINGS}",
    rf"(?:dont|do not)(?: ever)? {_DO}(?: to)? me",
    rf"never {_DO}(?: to)? me(?: ever)? again",
    rf"(?:dont|do not) send(?: me)?(?: any)?(?: more)? {_THINGS}",
    rf"no more {_THINGS}",
    rf"i (?:dont|do not) want (?:to (?:get|receive) )?{_THESE}{_THINGS}",
    rf"{_WANT}stop (?:getting|receiving) (?:the |these |your )?{_THINGS}",
    rf"(?:take|remove) (?:me|{_ENTRY}) (?:off|from) {_BOOK}",
    r"remove me",
    rf"(?:remove|delete|lose|erase) {_ENTRY}(?: from {_BOOK})?",
    rf"{_WANT}?opt (?:me )?out(?: of (?:all |the |these |your )*{_THINGS})?",
    rf"{_WANT}?unsubscribe(?: me)?(?: from {_BOOK})?",
    rf"(?:i think )?(?:no )?(?:this is |its |that is )?(?:the |a )?{_WRONG}",
    rf"(?:i think )?you (?:have|got|texted|called|reached) the {_WRONG}",
    r"leave me alone",
)
_SPANISH = (
    rf"(?:ya )?no mas {_COSAS}",
    rf"(?:ya )?no (?:quiero|deseo) (?:recibir |que me manden )?(?:mas )?{_COSAS}",
    rf"(?:ya )?no me {_MANDEN}(?: nada)?",
    rf"(?:ya )?no me {_MANDEN} (?:mas |nada |otros |estos |sus |los )*{_COSAS}",
    rf"(?:ya )?no (?:mas )?{_MANDEN} (?:mas )?{_COSAS}",
    rf"(?:dej[ea]n?|dejes|pare|paren|para) de {_MANDAR}(?: {_COSAS})?",
    r"(?:es |este es (?:el|un) |tiene (?:el|un) )?numero equivocado",
    r"se equivoc(?:o|aron) de (?:numero|persona)",
    rf"{_QUITEN}(?:me de (?:la|su|esta) lista| (?:mi|este) numero)",
    r"(?:quiten|quite|borren|borre|saquen|saque|eliminen)me",
    r"(?:denme|deme|(?:quiero )?darme) de baja",
    r"dej[ea]n?me en paz",
)
_PHRASE = f"(?:{'|'.join((*_ENGLISH, *_SPANISH))})"
_WHOLE = re.compile(
    rf"(?:(?:{_BEFORE}) )*{_PHRASE}(?: (?:{_AFTER}|(?:{_BEFORE}) {_PHRASE}|{_PHRASE}))*"
)
LONGEST = 20  # words; who writes more, tells more


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


def stands_alone(text: str) -> bool:
    """Whether nothing is beside the words that a reader would have to see.

    “STOP” with a pill or a question mark still counts, and is read by people too.
    """
    kept = unicodedata.normalize("NFC", text)
    return all(
        one.isalnum()
        or one.isspace()
        or one in HARMLESS
        or unicodedata.category(one) == "Cf"  # cannot be seen
        for one in kept
    )


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
    is_short = words.count(" ") < LONGEST
    return is_short and _WHOLE.fullmatch(words) is not None
