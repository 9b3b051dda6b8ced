import json

from django.db import migrations

from pages.addresses import to_address


def move(apps, schema_editor):
    """Drafts over wiki pages, into the table for drafts of all forms."""
    new = apps.get_model('desk', 'Draft')
    for old in apps.get_model('wiki', 'Draft').objects.select_related('page').iterator(chunk_size=100):
        fields = {**old.typed, 'base_revision': str(old.base_revision or '')}
        new.objects.create(
            person_id=old.person_id,
            page_id=old.page_id,
            path=f'{to_address(old.page.url_path)}-/edit/',
            title=str(old.typed.get('title', ''))[:255],
            fields=fields,
            size=len(json.dumps(fields)),
            saved_at=old.saved_at,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('wiki', '0001_initial'),
        ('desk', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel(name='Draft'),
    ]
