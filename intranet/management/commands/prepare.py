"""Everything between installed packages and a site that can answer: database, static files, demo content, index."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from people.models import Person


class Command(BaseCommand):
    help = "Migrates the database, collects static files, loads demo content into an empty site and builds the index."

    def handle(self, *args: Any, **options: Any) -> None:
        self.say("preparing the database (half a minute the first time)")
        call_command("migrate", interactive=False, verbosity=0)
        self.say("collecting the static files")
        call_command("collectstatic", interactive=False, verbosity=0)
        if settings.INTRANET_DEMO and not Person.objects.exists():
            self.say("writing the demo content")
            call_command("load_demo")
        for search in settings.WAGTAILSEARCH_BACKENDS.values():
            if not Path(search.get("PATH", settings.INTRANET_VAR)).exists():
                self.say("building the search index")
                call_command("update_index", verbosity=0)

    def say(self, what: str) -> None:
        self.stdout.write(f"commonplace: {what}")
        self.stdout.flush()
