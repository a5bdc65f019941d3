from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "practice"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from practice import acts, guards, wording

        acts.listen()
        wording.install()
        guards.keep_installed()
