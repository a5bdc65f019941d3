"""Languages that patients speak and read, as ISO 639 codes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")
    AMHARIC = "am", _("Amharic")
    ARABIC = "ar", _("Arabic")
    BENGALI = "bn", _("Bengali")
    CANTONESE = "yue", _("Cantonese")
    FARSI = "fa", _("Farsi")
    FRENCH = "fr", _("French")
    GERMAN = "de", _("German")
    GUJARATI = "gu", _("Gujarati")
    HAITIAN = "ht", _("Haitian Creole")
    HEBREW = "he", _("Hebrew")
    HINDI = "hi", _("Hindi")
    HMONG = "hmn", _("Hmong")
    ITALIAN = "it", _("Italian")
    JAPANESE = "ja", _("Japanese")
    KOREAN = "ko", _("Korean")
    MANDARIN = "cmn", _("Mandarin")
    NAVAJO = "nv", _("Navajo")
    NEPALI = "ne", _("Nepali")
    POLISH = "pl", _("Polish")
    PORTUGUESE = "pt", _("Portuguese")
    PUNJABI = "pa", _("Punjabi")
    RUSSIAN = "ru", _("Russian")
    SOMALI = "so", _("Somali")
    SWAHILI = "sw", _("Swahili")
    TAGALOG = "tl", _("Tagalog")
    UKRAINIAN = "uk", _("Ukrainian")
    URDU = "ur", _("Urdu")
    VIETNAMESE = "vi", _("Vietnamese")
    AMERICAN_SIGN = "ase", _("American Sign Language")
    OTHER = "und", _("Another language")
