
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AskedKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.DateField(unique=True)),
                ('key', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='CurationStamp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stamp', models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name='Keeper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('host', models.CharField(max_length=40, unique=True)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'index keeper',
                'verbose_name_plural': 'index keepers',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OutboxEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'outbox entry',
                'verbose_name_plural': 'outbox entries',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Asked',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('query', models.CharField(blank=True, max_length=120)),
                ('searches', models.PositiveIntegerField(default=0)),
                ('empty', models.PositiveIntegerField(default=0)),
                ('watched', models.PositiveIntegerField(default=0)),
                ('followed', models.PositiveIntegerField(default=0)),
                ('hits', models.PositiveIntegerField(default=0)),
                ('persons', models.PositiveSmallIntegerField(default=0)),
                ('marks', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'searches of a day',
                'verbose_name_plural': 'searches of a day',
                'ordering': ['day', 'query'],
                'constraints': [models.UniqueConstraint(fields=('day', 'query'), name='one_row_for_a_day_and_query')],
            },
        ),
        migrations.CreateModel(
            name='QueryTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.CharField(max_length=120, unique=True)),
                ('state', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('dropped', 'will not be done')], default='open', max_length=7, verbose_name='status')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'query to improve',
                'verbose_name_plural': 'queries to improve',
                'ordering': ['query'],
            },
        ),
        migrations.CreateModel(
            name='RankingChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weights', models.JSONField(default=dict)),
                ('chosen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('chosen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'choice of weights',
                'verbose_name_plural': 'choices of weights',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='WordGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('forms', models.JSONField(default=list, verbose_name='words')),
                ('one_way', models.BooleanField(default=False, verbose_name='only the first word finds the others')),
                ('meaning', models.CharField(blank=True, max_length=200, verbose_name='meaning')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='why')),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('accepted', 'accepted'), ('declined', 'declined')], db_index=True, default='proposed', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'group of words',
                'verbose_name_plural': 'groups of words',
                'ordering': ['pk'],
                'permissions': [('curate_search', 'Look after search: words, chosen answers, weights, report')],
            },
        ),
        migrations.CreateModel(
            name='ChosenAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('query', models.CharField(max_length=200, verbose_name='query')),
                ('key', models.CharField(max_length=200)),
                ('verdict', models.CharField(choices=[('pin', 'shown first'), ('bar', 'left out')], default='pin', max_length=3, verbose_name='what happens to it')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('until', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('chosen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('chosen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'chosen answer',
                'verbose_name_plural': 'chosen answers',
                'ordering': ['query', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('query', 'key'), name='one_verdict_for_a_page_and_query')],
            },
        ),
        migrations.CreateModel(
            name='Taking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='takings', to='search.outboxentry')),
                ('keeper', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='takings', to='search.keeper')),
            ],
            options={
                'verbose_name': 'taking',
                'verbose_name_plural': 'takings',
                'constraints': [models.UniqueConstraint(fields=('entry', 'keeper'), name='search_taking_once')],
            },
        ),
    ]
