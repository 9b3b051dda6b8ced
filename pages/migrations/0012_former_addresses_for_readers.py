from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def readers_of_today(apps, schema_editor):
    """Who could read a page when it left an address was not kept: those who can today."""
    pages = apps.get_model("pages", "BasePage").objects.filter(pk=OuterRef("page"), live=True)
    rows = apps.get_model("pages", "FormerAddress").objects.filter(page__live=True)
    rows.update(audience_token=Subquery(pages.values("audience_token")))


class Migration(migrations.Migration):
    dependencies = [("pages", "0011_tags_as_typed")]

    operations = [
        migrations.AddField(
            model_name="formeraddress",
            name="audience_token",
            field=models.CharField(blank=True, default="", editable=False, max_length=32),
        ),
        migrations.RunPython(readers_of_today, migrations.RunPython.noop),
    ]
