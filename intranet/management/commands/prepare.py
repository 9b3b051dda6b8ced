"""Everything between installed packages and a running site: database, static files, demo content, index."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from intranet import media_folders, organisation, preparation, rendered, setup_code
from intranet.backup import unfinished
from intranet.exposure import refuse_published_password
from intranet.statistics import refresh_statistics
from pages import tree
from people.models import Person


class Command(BaseCommand):
    help = "Migrates the database, collects static files, loads demo content into an empty site and builds the index."

    def handle(self, *args: Any, **options: Any) -> None:
        if unfinished.is_noted():
            raise CommandError(
                f"a restore was begun and not ended: run it again with the same file ({unfinished.note()} tells of it)"
            )
        refuse_published_password(settings)
        preparation.forget(settings)
        media_folders.make()
        self.say("preparing the database and the static files (less than a minute, the first time)")
        # Side by side: on PostgreSQL each takes some seconds the first time.
        with ThreadPoolExecutor(1) as beside:
            static = beside.submit(call_command, "collectstatic", interactive=False, verbosity=0)
            call_command("migrate", interactive=False, verbosity=0)
        if problem := static.exception():
            raise CommandError("the static files could not be collected") from problem
        call_command("createcachetable", verbosity=0)
        if texts := rendered.renew():
            self.say(f"{texts} texts are rendered again in the background")
        if settings.INTRANET_DEMO and not Person.objects.exists():
            self.say("writing the demo content")
            call_command("load_demo")
        if settings.INTRANET_ROLE != "public" and (spaces := tree.ensure_rooms()):
            self.say(f"{spaces} spaces have the rooms of a new app")
        self.offer_setup()
        organisation.write_file()
        refresh_statistics()
        for search in settings.WAGTAILSEARCH_BACKENDS.values():
            if not Path(str(search.get("PATH", settings.INTRANET_VAR))).exists():
                self.say("building the search index")
                call_command("update_index", verbosity=0)

        preparation.note(settings)

    def offer_setup(self) -> None:
        if Person.objects.exists():
            setup_code.forget(settings)
        elif settings.INTRANET_ROLE != "public":
            setup_code.make(settings)
            self.say(f"no one has an account yet. Set up the site, once, at {setup_code.address(settings)}")

    def say(self, what: str) -> None:
        self.stdout.write(f"commonplace: {what}")
        self.stdout.flush()
