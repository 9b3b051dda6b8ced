from collections import defaultdict

from django.core.management.base import CommandError
from django.db import migrations, models

import people.keys
import people.querysets
from people.keys import fill, username_key


def refuse_twins(apps, schema_editor):
    """Two accounts whose names differ by their case alone: an administrator has to say which is to be called otherwise."""
    names = defaultdict(list)
    for username in apps.get_model("people", "Person").objects.values_list("username", flat=True):
        names[username_key(username)].append(username)
    twins = [" and ".join(sorted(each)) for each in names.values() if len(each) > 1]
    if twins:
        raise CommandError(
            "User names no longer differ by case alone. Rename one account of each with the version before this one, then "
            f"upgrade again: {'; '.join(sorted(twins)[:20])}."
        )


def fill_keys(apps, schema_editor):
    fill(apps.get_model("people", "Person"), "username_key", "sort_key")
    fill(apps.get_model("people", "Space"), "sort_key")


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_shortcuts"),
    ]

    operations = [
        migrations.RunPython(refuse_twins, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name="person",
            options={"ordering": ["sort_key", "pk"], "verbose_name": "person", "verbose_name_plural": "people"},
        ),
        migrations.AlterModelOptions(
            name="space",
            options={"ordering": ["sort_key", "pk"], "verbose_name": "space", "verbose_name_plural": "spaces"},
        ),
        migrations.AlterModelManagers(
            name="person",
            managers=[("objects", people.querysets.PersonManager())],
        ),
        migrations.AddField(
            model_name="person",
            name="sort_key",
            field=people.keys.SortKeyField(db_index=True, of=("first_name", "last_name", "username")),
        ),
        migrations.AddField(
            model_name="person",
            name="username_key",
            field=people.keys.UsernameKeyField(of=("username",)),
        ),
        migrations.AddField(
            model_name="space",
            name="sort_key",
            field=people.keys.SortKeyField(of=("name",)),
        ),
        migrations.AlterField(
            model_name="space",
            name="name",
            field=models.CharField(max_length=200, validators=[people.keys.validate_seen], verbose_name="name"),
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="person",
            name="username_key",
            field=people.keys.UsernameKeyField(of=("username",), unique=True),
        ),
    ]
