from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intranet", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=100, verbose_name="name")),
            ],
            options={"verbose_name": "organisation", "verbose_name_plural": "organisations"},
        ),
    ]
