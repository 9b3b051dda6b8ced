from django.db import migrations


def drop_closed_names(apps, schema_editor):
    """Releases that still say the name of a space that was closed after them, or that a space no longer has."""
    names = apps.get_model("people", "Space").objects.filter(see="staff").values("name")
    apps.get_model("syndication", "Release").objects.exclude(source="").exclude(source__in=names).update(source="")


class Migration(migrations.Migration):
    dependencies = [("syndication", "0004_picture_alt"), ("people", "0001_initial")]

    operations = [migrations.RunPython(drop_closed_names, migrations.RunPython.noop)]
