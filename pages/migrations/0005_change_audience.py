from django.db import migrations, models


def give_audiences(apps, schema_editor):
    """Older versions count as of the audience that their page has today."""
    pages = apps.get_model("pages", "BasePage").objects.filter(pk=models.OuterRef("page_id"))
    changes = apps.get_model("pages", "Change").objects
    changes.update(audience_token=models.Subquery(pages.values("audience_token")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0004_naming"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="audience_token",
            field=models.CharField(blank=True, default="", editable=False, max_length=32),
        ),
        migrations.RunPython(give_audiences, migrations.RunPython.noop),
    ]
