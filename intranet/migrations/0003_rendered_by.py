from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intranet", "0002_organisation")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="rendered_by",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
    ]
