"""Words that say why somebody is a patient: no message and no alias holds one.

Law 8 of the house and 45 CFR 164.506: a phone is read by whoever holds it. The lists
are stems, without accents and in lower case; a stem with a space is several words.
They are read by people who write templates, and are longer rather than shorter.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import NamedTuple


class Secret(Enum):
    """What such a word gives away."""

    DIAGNOSIS = "diagnosis"
    SPECIALITY = "speciality"
    REASON = "reason"
    MONEY = "money"


_STEMS = {
    Secret.DIAGNOSIS: """
        depress*, depresi*, anxiet*, ansiedad, bipolar*, schizo*, esquizo*, psychos*,
        psychot*, psicosis, psicotic*, ptsd, tept, trauma*, adhd, tdah, autis*, ocd,
        dementia, demencia, alzheimer*, addict*, adiccion*, adicto*, alcohol*, opioid*,
        opiace*, overdos*, sobredosis, suicid*, self-harm, autolesi*, eating disorder*,
        anorexi*, bulimi*, insomni*, panic attack*, ataque* de panico, hiv, vih, aids,
        sida, std, sti, herpes, syphilis, sifilis, gonorr*, chlamydi*, clamidi*,
        hepatitis, tubercul*, cancer*, tumor*, leukemi*, leucemi*, diabet*, insulin*,
        hypertens*, hipertens*, epilep*, asthma, asma, pregnan*, embaraz*, abort*,
        miscarr*, diagnos*, disorder*, trastorno*, disease*, enfermedad*, illness*,
        infection*, infeccion*
    """,
    Secret.SPECIALITY: """
        therap*, terapi*, terapeut*, psychother*, psicoter*, psychiat*, psiquiat*,
        psycholog*, psicolog*, counsel*, consejeri*, mental, behavioral health,
        salud conductual, oncolog*, cardiolog*, gyneco*, ginecolog*, obstet*, obgyn,
        urolog*, dermatolog*, neurolog*, nephrolog*, nefrolog*, dialysis, dialisis,
        fertility, fertilidad, ivf, rehab*, detox*, desintoxica*, methadone, metadona,
        suboxone, hospice, paliativ*, palliative, pediatr*, geriatr*, endocrin*,
        gastroent*, midwi*, partera*, sexual, family planning,
        planificacion familiar, dental*, orthodon*, ortodon*, chiropract*,
        quiropract*, physio*, fisio*, podiat*, podolog*
    """,
    Secret.REASON: """
        test result*, lab result*, your results, resultado* de laboratorio,
        sus resultados, blood test*, blood work, analisis de sangre, x-ray*, rayos x,
        mri, ultrasound, ultrasonid*, biops*, screening*, tamiz*, mammogra*, mamogra*,
        pap smear, papanicolau, colonoscop*, endoscop*, surger*, surgical, cirug*,
        procedure*, procedimiento*, vaccin*, vacuna*, injection*, inyeccion*,
        infusion*, prescription*, receta*, refill*, medication*, medicament*,
        medicacion, dose*, dosis, treatment*, tratamiento*, symptom*, sintoma*,
        follow-up*, seguimiento*, intake, evaluation*, evaluacion*, assessment*,
        checkup*, check-up*, chequeo*, physical exam*, examen fisico, group session*,
        sesion* de grupo, couples session*, sesion* de pareja
    """,
    Secret.MONEY: """
        balance*, saldo*, past due, vencid*, invoice*, factura*, bill, bills, payment*,
        pago*, copay*, copago*, debt*, deuda*, owe, owes, owed, adeuda*
    """,
}


class Found(NamedTuple):
    secret: Secret
    start: int
    end: int


def find(text: str) -> list[Found]:
    """Every private word of a text, with what it gives away and where it stands."""
    plain = plainly(text)
    found = [
        Found(secret, *match.span())
        for secret, pattern in _PATTERNS.items()
        for match in pattern.finditer(plain)
    ]
    return sorted(found, key=lambda one: one.start)


def plainly(text: str) -> str:
    """A text in lower case without accents, each character where it was."""
    return "".join(_plain(one) for one in text)


def _plain(character: str) -> str:
    bare = unicodedata.normalize("NFD", character)[0].lower()
    return bare if len(bare) == 1 else character


def _pattern(words: str) -> re.Pattern[str]:
    stems = (" ".join(stem.split()) for stem in words.split(","))
    found = sorted(map(re.escape, stems), key=len, reverse=True)
    whole = "|".join(found).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
    return re.compile(rf"(?<![\w{{])(?:{whole})(?!\w)")


_PATTERNS = {secret: _pattern(words) for secret, words in _STEMS.items()}
