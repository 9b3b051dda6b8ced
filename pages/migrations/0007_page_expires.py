from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pages", "0006_shown")]

    operations = [
        migrations.AddIndex(
            model_name="basepage",
            index=models.Index(condition=models.Q(("expire_at__isnull", False)), fields=["expire_at"], name="page_expires"),
        ),
    ]
