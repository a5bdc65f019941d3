"""Names that a form must take as they are: other scripts, one name, very long ones."""

from __future__ import annotations

from practice.languages import Language
from practice.models import Gender

W, M = Gender.WOMAN, Gender.MAN
# Given name, family name, gender, language.
IN_OWN_SCRIPT = (
    ("小明", "王", M, Language.MANDARIN),
    ("秀英", "李", W, Language.MANDARIN),
    ("嘉欣", "陳", W, Language.CANTONESE),
    ("서연", "김", W, Language.KOREAN),
    ("준호", "박", M, Language.KOREAN),
    ("美咲", "佐藤", W, Language.JAPANESE),
    ("Олена", "Шевчук", W, Language.UKRAINIAN),
    ("Наталья", "Воронина", W, Language.RUSSIAN),
    ("محمود", "الحمدان", M, Language.ARABIC),
    ("ليلى", "خوري", W, Language.ARABIC),
    ("نیلوفر", "رضایی", W, Language.FARSI),
    ("عائشہ", "قریشی", W, Language.URDU),
    ("נועה", "גולדפרב", W, Language.HEBREW),
    ("नेहा", "शर्मा", W, Language.HINDI),
    ("विकास", "श्रेष्ठ", M, Language.NEPALI),
    ("કિરણ", "ઠક્કર", M, Language.GUJARATI),
    ("ਗੁਰਪ੍ਰੀਤ", "ਸੰਧੂ", W, Language.PUNJABI),
    ("সাদিয়া", "রহমান", W, Language.BENGALI),
    ("ሰላም", "ተስፋዬ", W, Language.AMHARIC),
    ("Ελένη", "Παπαδάκη", W, Language.OTHER),
)
ONE_NAME = (
    ("Suharti", "", W, Language.OTHER),
    ("Zarmina", "", W, Language.FARSI),
    ("Khin", "", W, Language.OTHER),
    ("Palden", "", M, Language.NEPALI),
)
LONG = (
    (
        "Maximiliane Wilhelmina Charlotte",
        "von Hohenfels-Brückenthal",
        W,
        Language.GERMAN,
    ),
    (
        "María de los Ángeles Guadalupe",
        "Fernández de Córdoba y Villanueva",
        W,
        Language.SPANISH,
    ),
    (
        "Oluwaseun Babatunde Ayodeji",
        "Adeyemi-Oyelaran-Whitcombe",
        M,
        Language.ENGLISH,
    ),
    (
        "Padmanabhan Venkata Satyanarayana",
        "Lakshminarasimhan Krishnamoorthy",
        M,
        Language.ENGLISH,
    ),
)
# Two different people each, born on the same day.
NAMESAKES = (("Maria", "Garcia", W), ("James", "Peterson", M))
WRITTEN = (*IN_OWN_SCRIPT, *ONE_NAME, *LONG)
