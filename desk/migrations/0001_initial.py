import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4)),
                ('path', models.CharField(max_length=2048)),
                ('heading', models.CharField(blank=True, default='', max_length=255)),
                ('title', models.CharField(blank=True, default='', max_length=255)),
                ('fields', models.JSONField(default=dict)),
                ('size', models.PositiveIntegerField(default=0)),
                ('tab', models.CharField(default='', max_length=32)),
                ('turn', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('page', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.WAGTAIL_PAGE_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'draft',
                'verbose_name_plural': 'drafts',
                'ordering': ['-saved_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('person', 'key'), name='one_draft_a_person_and_key')],
            },
        ),
    ]
