"""What the floors contribute to the site: lists of dotted paths, part of the settings.

practice/contributions.py documents the signature of each; docs/frames.md shows an
example. A floor adds its own lines here when it arrives, and nothing elsewhere.
"""

from __future__ import annotations

FLOOR_URLS = [
    "scheduling.urls",
    "consent.urls",
    "messaging.urls",
    "messaging.urls_hooks",
    "messaging.urls_phones",
]  # modules; practice.urls has this floor's own
NAVIGATION = ["practice.navigation.home", "scheduling.navigation.pages"]
NAVIGATION += ["messaging.desk.pages"]
NAVIGATION += ["practice.navigation.pages"]
_sections = ["own_tasks", "team_tasks", "watched_patients", "break_glass_reviews"]
_sections += ["open_incidents", "on_duty", "waiting_announcements", "system_health"]
TODAY = ["scheduling.today.board", "scheduling.today.own_visits"]
TODAY += ["messaging.desk.to_answer", "messaging.today.unsure"]
TODAY += ["messaging.campaign_desk.to_approve"]
TODAY += [f"practice.today.{one}" for one in _sections]
TIMELINE = ["practice.timeline.chart_events", "practice.timeline.from_paper"]
TIMELINE += ["messaging.desk.moments"]
_panels = ("needs", "families", "care_team", "tasks")
PATIENT_PANELS = ["practice.panels.contact", "scheduling.panels.visits"]
PATIENT_PANELS += ["messaging.desk.panel", "messaging.planned.panel"]
PATIENT_PANELS += [f"practice.panels.{panel}" for panel in _panels]
PATIENT_PANELS += ["messaging.pin_panel.panel"]
SEEDS = ["practice.seeds.seed", "consent.seeds.seed", "scheduling.seeds.seed"]
SEEDS += ["messaging.wording_seeds.seed", "messaging.seeds.seed"]
SEEDS += ["messaging.phone_seeds.seed", "messaging.campaign_seeds.seed"]
SETUP_STEPS = ["practice.setup.steps", "scheduling.setup.steps"]
SETTINGS_CARDS = ["scheduling.setup.card", "consent.setup.card"]
SETTINGS_CARDS += ["messaging.setup.card"]
HOURS_HITS = ["scheduling.hits.VISITS"]
HEALTH = ["practice.health.worker", "practice.health.late_chores"]
HEALTH += ["practice.sheet_plans.health", "practice.backup_runs.health"]
HEALTH += ["scheduling.busy_calendars.health"]
HEALTH += ["messaging.health.at_work", "messaging.health.outbox"]
HEALTH += ["messaging.hooks.health"]
HEALTH += [f"practice.health.{part}" for part in ("trail", "guards", "migrations")]
MEASURES = ["practice.measures.overdue_tasks", "practice.measures.unreachable_patients"]
MEASURES += ["practice.measures.rota_gaps", "practice.measures.uncovered_absences"]
_figures = ["visits_without_outcome", "unconfirmed_tomorrow", "no_shows"]
_figures += ["late_cancellations"]
MEASURES += [f"scheduling.measures.{one}" for one in _figures]
PERSONAL_DATA = ["practice.personal_data.ChartData"]
PERSONAL_DATA += ["scheduling.personal_data.VisitData"]
PERSONAL_DATA += ["consent.personal_data.ConsentData"]
PERSONAL_DATA += ["messaging.campaign_data.CampaignData"]
PERSONAL_DATA += ["messaging.personal_data.MessageData"]
PERSONAL_DATA += ["messaging.hook_data.HookData"]
SHARED_WORDS = ["messaging.parts.forget"]
SECRETS = ["practice.signing_in.rotate_secrets", "practice.day_sheets.rotate_secrets"]
SECRETS += ["scheduling.busy_calendars.rotate_secrets"]
SECRETS += ["messaging.phone_pins.rotate_secrets"]
LINK_PURPOSES = ["practice.details_link.DetailsCheck"]
LINK_PURPOSES += ["scheduling.visit_link.VisitLink", "consent.stop_link.StopLink"]
CHORES = ["practice.tasks.CHORES", "scheduling.chores.CHORES"]
CHORES += ["scheduling.tasks_feeds.CHORES", "scheduling.tasks_reminders.CHORES"]
CHORES += ["messaging.left_over.CHORES", "messaging.tasks_hooks.CHORES"]
CHORES += ["messaging.campaign_tasks.CHORES"]
PROGRAMS = ["messaging.sender.PROGRAM"]
ANNOUNCED = ["practice.announcements.OF_STATES", "scheduling.announced.OF_VISITS"]
STATE_MOVES = ["scheduling.leaving.on_move"]
MOOT_AFTER_DEATH = ["practice.patients.MOOT", "practice.calls.MOOT"]
MOOT_AFTER_DEATH += ["scheduling.leaving.MOOT", "consent.agreeing.MOOT"]
MOOT_AFTER_DEATH += ["messaging.call_instead.MOOT"]
MOOT_AFTER_DEATH += ["messaging.campaign_calls.MOOT"]
MOVABLE = ["scheduling.wrong_chart.VISIT"]
TRAIL_WORDS = ["practice.trail_words.WORDS", "scheduling.trail_words.WORDS"]
TRAIL_WORDS += ["consent.trail_words.WORDS", "messaging.trail_words.WORDS"]
ABOUT_CHARTS = ["practice.whose.FAMILY", "scheduling.trail_words.ABOUT_CHARTS"]
_parts = ("team", "on_call", "numbers", "calls", "tasks")
DAY_SHEET = ["scheduling.sheet_parts.visits"]
DAY_SHEET += [f"practice.sheet_parts.{part}" for part in _parts]
_kinds = ("ContactMade", "PhoneTold", "AddressTold", "NewPatient", "ToDo", "Note")
PAPER_ENTRIES = [f"practice.forms.paper.{kind}" for kind in _kinds]
GUARDS = ["practice.guards.append_only", "practice.recording.triggers"]
GUARDS += ["practice.findable.triggers", "scheduling.never_twice.nets"]
GUARDS += ["consent.append_only.guards", "messaging.append_only.guards"]
GUARDS += ["messaging.frozen_words.guards", "messaging.only_forward.nets"]
GUARDS += ["messaging.campaign_nets.nets", "messaging.campaign_nets.guards"]
CONTACT_TAKEN = ["consent.records.take"]
CONTACT_MOVED = ["consent.records.move_along"]
CONTACT_LINES = ["consent.panels.contact_lines"]
CONTACT_STOPS = ["consent.panels.contact_stops"]
CONTACT_FACTS = ["scheduling.coming.next_visits"]
# Every message that comes in, in this order; keywords come before what may end it.
INBOUND_HANDLERS = ["messaging.keywords.read", "messaging.key_presses.read"]
INBOUND_HANDLERS += ["scheduling.replies.answer"]
INBOUND_HANDLERS += ["messaging.nights.answer"]  # the last: nobody handled it
SEND_CHECKS = ["messaging.visits_only.check", "scheduling.reminders_due.still_true"]
SEND_CHECKS += ["scheduling.joint_check.still_true"]
SEND_CHECKS += ["scheduling.telling.still_news", "scheduling.campaign_told.check"]
SEND_CHECKS += ["messaging.campaign_sending.still_sent"]
SEND_CHECKS += ["scheduling.campaign_told.still_so"]
PROMPT = ["scheduling.tasks_reminders.hand_on"]
PROMPT += ["messaging.channels.simulated.report"]  # nothing where it is not in use
CATCH_UP = ["messaging.tasks_hooks.catch_up", "scheduling.tasks_reminders.catch_up"]
OTHER_WAYS = ["scheduling.other_ways.by_mail"]
SPOKEN_VISITS = ["scheduling.spoken.VISITS"]
PLANNED_MESSAGES = ["scheduling.planned.of_visits"]
AUDIENCES = ["scheduling.audiences.OF_VISITS", "practice.audiences.OF_CHARTS"]
AUDIENCES += ["messaging.audiences_agreed.AGREED"]
CAMPAIGN_EVENTS = ["scheduling.campaign_visits.VISITS"]
CAMPAIGN_CLOSURES = ["scheduling.campaign_visits.CLOSED_DAY"]
CAMPAIGN_OUTCOMES = ["scheduling.campaign_outcomes.of_visits"]
# These have no consumer until their floor exists: messaging, consent, scheduling.
ENGINES: list[str] = []
