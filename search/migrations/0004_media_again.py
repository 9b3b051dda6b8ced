from django.db import migrations
from django.utils import timezone

ROWS = 500


def ask_for_media(apps, schema_editor):
    """Pictures and files may be for fewer people since `pages.0006_shown`; an index is told so, where one is kept."""
    from search import engines

    if not engines.keeps_outbox():
        return
    entry, now = apps.get_model("search", "OutboxEntry"), timezone.now()
    for name in ("picture", "attachment"):
        numbers = apps.get_model("pages", name).objects.values_list("pk", flat=True)
        entry.objects.bulk_create([entry(key=f"pages.{name}:{pk}", at=now) for pk in numbers], batch_size=ROWS)


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0003_keepers"),
        ("pages", "0006_shown"),
    ]

    operations = [migrations.RunPython(ask_for_media, migrations.RunPython.noop)]
