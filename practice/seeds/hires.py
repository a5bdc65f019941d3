"""Who works in the demo: one row each, in the order in which they joined."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, Any

from practice.models import Gender, Role

if TYPE_CHECKING:
    from practice.locations import Span

MON, TUE, WED, THU, FRI, SAT = range(6)
ALL_WEEK = (MON, TUE, WED, THU, FRI)
DAY = ((time(9), time(12, 30)), (time(13, 15), time(17)))
EARLY = ((time(8), time(12)), (time(12, 45), time(16)))
LATE = ((time(11), time(15)), (time(15, 45), time(20)))
MORNING = ((time(9), time(13)),)
DESK, CLINICIAN = Role.FRONT_DESK, Role.CLINICIAN
MANAGER, AUDITOR = Role.MANAGER, Role.AUDITOR
GROWN_UP, ANY_AGE, YOUNG = (18, 120), (0, 120), (0, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hire:
    name: str
    roles: tuple[Role, ...]
    week: dict[str, list[Span]]  # by the short name of the location
    clinician: dict[str, Any] = field(default_factory=dict)
    sees: tuple[int, int] = GROWN_UP  # ages, both included
    is_prescriber: bool = False


def _on(days: tuple[int, ...], shift: tuple[tuple[time, time], ...]) -> list[Span]:
    return [(day, starts, ends) for day in days for starts, ends in shift]


def _clinician(
    credentials: str,
    speciality: str,
    gender: Gender,
    colour: str,
    languages: str = "en",
    *,
    telehealth: bool = True,
    takes_new: bool = True,
) -> dict[str, Any]:
    return {
        "credentials": credentials,
        "speciality": speciality,
        "gender": gender,
        "colour": colour,
        "languages": languages.split(),
        "offers_telehealth": telehealth,
        "takes_new_patients": takes_new,
    }


HIRES = (
    Hire(
        name="Denise Okafor",
        roles=(DESK,),
        week={"Harbor": _on(ALL_WEEK, EARLY)},
    ),
    Hire(
        name="Tessa Nakagawa-Byrne",
        roles=(CLINICIAN,),
        week={"Harbor": _on(ALL_WEEK, DAY)},
        clinician=_clinician("LCSW", "Individual therapy", Gender.WOMAN, "#0b5a4c"),
    ),
    Hire(
        name="Rosalind Achterberg",
        roles=(MANAGER,),
        week={
            "Harbor": _on((MON, TUE, WED), DAY),
            "Prairie": _on((THU,), DAY),
            "Pine": _on((FRI,), DAY),
        },
    ),
    Hire(
        name="Ingrid Solheim",
        roles=(AUDITOR,),
        week={"Harbor": _on((TUE, THU), MORNING)},
    ),
    Hire(
        name="Miriam Castellanos",
        roles=(CLINICIAN, MANAGER),
        week={
            "Harbor": _on((MON, TUE, THU), DAY),
            "Prairie": _on((WED,), DAY),
            "Pine": [],
        },
        clinician=_clinician("MD", "Psychiatry", Gender.WOMAN, "#7a2e55", "en es"),
        sees=ANY_AGE,
        is_prescriber=True,
    ),
    Hire(
        name="Desmond Achebe",
        roles=(CLINICIAN,),
        week={"Harbor": _on(ALL_WEEK, DAY)},
        clinician=_clinician(
            "PhD", "Psychology, assessment", Gender.MAN, "#24508f", takes_new=False
        ),
        sees=(8, 120),
    ),
    Hire(
        name="Paulina Wierzbicka",
        roles=(CLINICIAN,),
        week={"Prairie": _on(ALL_WEEK, DAY)},
        clinician=_clinician(
            "LMFT", "Couple and family therapy", Gender.WOMAN, "#8a4b08", "en pl"
        ),
        sees=ANY_AGE,
    ),
    Hire(
        name="Rafael Ontiveros",
        roles=(CLINICIAN,),
        week={"Prairie": _on((MON, WED, FRI), DAY), "Harbor": _on((TUE, THU), LATE)},
        clinician=_clinician(
            "LCPC", "Individual therapy", Gender.MAN, "#4b3a9b", "en es"
        ),
    ),
    Hire(
        name="Hana Sedlák",
        roles=(CLINICIAN,),
        week={"Prairie": _on((MON, TUE, THU, FRI), DAY)},
        clinician=_clinician(
            "PsyD", "Child and youth psychology", Gender.WOMAN, "#8c2f39", "en de"
        ),
        sees=YOUNG,
    ),
    Hire(
        name="Walter Greyeyes",
        roles=(CLINICIAN,),
        week={"Pine": _on(ALL_WEEK, DAY)},
        clinician=_clinician(
            "LCSW", "Individual and group therapy", Gender.MAN, "#5a5f00", "en nv"
        ),
        sees=(12, 120),
    ),
    Hire(
        name="Priya Raghunathan",
        roles=(CLINICIAN,),
        week={"Harbor": _on((MON, TUE, WED, FRI), EARLY)},
        clinician=_clinician(
            "DO",
            "Family medicine",
            Gender.WOMAN,
            "#00607a",
            "en hi gu",
            telehealth=False,
        ),
        sees=ANY_AGE,
        is_prescriber=True,
    ),
    Hire(
        name="Lillian Osterhaus",
        roles=(CLINICIAN,),
        week={"Pine": _on((MON, TUE, WED, THU), DAY)},
        clinician=_clinician(
            "PMHNP", "Nurse practitioner, medication", Gender.WOMAN, "#6b3fa0"
        ),
        sees=ANY_AGE,
        is_prescriber=True,
    ),
    Hire(
        name="Samir Haddad",
        roles=(CLINICIAN,),
        week={"Harbor": _on((MON, WED, THU, FRI), LATE)},
        clinician=_clinician(
            "PhD", "Trauma therapy", Gender.MAN, "#3d5a1e", "en ar fr"
        ),
    ),
    Hire(
        name="Robin Lindqvist",
        roles=(CLINICIAN,),
        week={"Pine": _on(ALL_WEEK, DAY)},
        clinician=_clinician(
            "LPC", "Youth and family therapy", Gender.NON_BINARY, "#a03c00", "en es"
        ),
        sees=ANY_AGE,
    ),
    Hire(
        name="Quentin Abernathy",
        roles=(CLINICIAN,),
        week={"Harbor": _on((MON, TUE, WED), DAY), "Prairie": _on((THU, FRI), DAY)},
        clinician=_clinician(
            "LCSW", "Child therapy", Gender.MAN, "#50617a", "en ase", takes_new=False
        ),
        sees=YOUNG,
    ),
    Hire(
        name="Tomasz Lewicki",
        roles=(DESK,),
        week={"Prairie": _on(ALL_WEEK, EARLY)},
    ),
    Hire(
        name="Shandiin Nez",
        roles=(DESK,),
        week={"Pine": _on(ALL_WEEK, EARLY)},
    ),
    Hire(
        name="Marisol Quintero",
        roles=(DESK,),
        week={
            "Harbor": [*_on((MON, TUE, WED, THU), LATE), *_on((SAT,), MORNING)],
            "Prairie": [],
        },
    ),
    Hire(
        name="Eun-ji Park",
        roles=(DESK,),
        week={"Harbor": _on((FRI,), DAY), "Prairie": _on((MON, WED), DAY)},
    ),
    Hire(
        name="Caleb Montoya",
        roles=(DESK, MANAGER),
        week={"Pine": _on((MON, TUE, WED, THU), DAY)},
    ),
)
CLINICIANS = tuple(row for row in HIRES if row.clinician)
