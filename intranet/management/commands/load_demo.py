"""Loads the demo content into an empty site."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from people.models import Person


class Command(BaseCommand):
    help = "Loads demo persons, spaces and pages into an empty database; does nothing if there are any persons."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.INTRANET_DEMO:
            self.stdout.write("INTRANET_DEMO is off: nothing was loaded.")
            return
        if Person.objects.exists():
            self.stdout.write("There are persons in the database already: nothing was loaded.")
            return
        from intranet.demo.loading import load

        count = load()
        self.stdout.write(f"{count} pages were loaded. Sign in as ada, grace, linus, mary or otto.")
