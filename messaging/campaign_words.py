"""What a campaign says: its own words, or those that are in use for its occasion.

Own words are linted as all others are. To a list go the words that were looked at when
it was frozen, own or in use; what answers each time follows those in use.
Whoever reads neither English nor Spanish gets English.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consent.purposes import Purpose
from consent.states import Channel
from messaging import linting, previews, segments, wordings
from messaging.linting import Draft, is_refused
from messaging.models.campaigns import Campaign, CampaignKind
from messaging.models.templates import TemplateLanguage
from messaging.occasions import Occasion
from messaging.variables import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from messaging.previews import Preview
    from messaging.recipients import Recipient
    from messaging.wordings import Worded, Wordings

OCCASIONS: Mapping[str, Occasion] = {
    CampaignKind.GROUP: Occasion.RECALL,
    CampaignKind.STANDING: Occasion.INSTRUCTIONS,
    CampaignKind.CLOSURE: Occasion.CLOSED,
}
# Of a closure it is “urgent” for visits of the next day, else “change”.
PURPOSES: Mapping[str, Purpose] = {
    CampaignKind.GROUP: Purpose.CAMPAIGN,
    CampaignKind.STANDING: Purpose.EDUCATION,
    CampaignKind.CLOSURE: Purpose.URGENT,
}


def own(campaign: Campaign, language: str) -> str:
    """Its own words in a language; empty where it has none."""
    return {"en": campaign.text_en, "es": campaign.text_es}[language]


def fixed(campaign: Campaign, language: str) -> str:
    """The words that go whatever is in use later: its own, or those that were kept."""
    kept = {"en": campaign.kept_en, "es": campaign.kept_es}
    return own(campaign, language) or kept[language]


def keep_shown(campaign: Campaign, loaded: Wordings) -> None:
    """Keep the words that are in use: they are looked at now, and go later."""
    if campaign.kind == CampaignKind.GROUP and not campaign.text_en:
        campaign.kept_en = written(campaign, "en", loaded).text
        campaign.kept_es = written(campaign, "es", loaded).text


def written(campaign: Campaign, language: str, loaded: Wordings) -> Draft:
    """The words as they are written, own or in use."""
    occasion = OCCASIONS[campaign.kind]
    if text := fixed(campaign, language):
        return Draft(text, occasion, language)
    words = loaded.own.get((occasion, language)) or loaded.usual(occasion, language)
    return Draft(words.text, occasion, language)


def shown(campaign: Campaign, loaded: Wordings) -> Sequence[Preview]:
    """How the words look in each language, and what is wrong with them."""
    found = (previews.of(written(campaign, one, loaded), loaded) for one in LANGUAGES)
    return [
        replace(seen, bubbles=[replace(one, title=_name(seen)) for one in seen.bubbles])
        for seen in found
    ]


def _name(preview: Preview) -> str:
    return str(TemplateLanguage(preview.language).label)


def refused(kind: str, text: str, language: str, loaded: Wordings) -> Sequence[str]:
    """Why own words break a rule of carriers, of privacy or of the law."""
    draft = Draft(text, OCCASIONS[kind], language)
    found = linting.lint(draft, loaded.given(language))
    return list(dict.fromkeys(one.words for one in found if is_refused(one)))


def worded(
    campaign: Campaign,
    recipient: Recipient,
    loaded: Wordings,
    *,
    values: Mapping[str, str],
    location_id: int | None = None,
) -> Worded:
    """What one person reads. Raises what variables.render does."""
    language = recipient.language if recipient.language in LANGUAGES else LANGUAGES[0]
    text = fixed(campaign, language)
    if not text:
        occasion = OCCASIONS[campaign.kind]
        return loaded.to(recipient, occasion, values=values, location_id=location_id)
    known = loaded.known(
        language,
        may_name_practice=recipient.may_name_practice,
        location_id=location_id,
    )
    known |= {"greeting": recipient.greeting, **values}
    return wordings.filled(text, "", known, Channel.TEXT)


def size(said: Worded) -> int:
    """How many segments it is paid for."""
    return segments.measure(said.body).segments
