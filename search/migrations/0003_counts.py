from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_one_index'),
    ]

    operations = [
        migrations.DeleteModel(name='QueryTask'),
        migrations.RenameModel('Asked', 'QueryCount'),
        migrations.RenameModel('AskedKey', 'QueryCountKey'),
    ]
