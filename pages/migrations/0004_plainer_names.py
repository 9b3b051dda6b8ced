"""Renames what was called a naming to an author invitation, and `told` of shown media to `was_open`."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pages", "0003_history_and_links"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RenameModel("Naming", "AuthorInvitation"),
        migrations.AlterField(
            "AuthorInvitation",
            "page",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="author_invitations",
                to=settings.WAGTAIL_PAGE_MODEL,
            ),
        ),
        migrations.AlterField(
            "AuthorInvitation",
            "person",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="author_invitations",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RenameField("Shown", "told", "was_open"),
    ]
