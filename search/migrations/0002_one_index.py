from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0001_initial'),
    ]

    operations = [
        migrations.DeleteModel(name='Taking'),
        migrations.DeleteModel(name='Keeper'),
    ]
