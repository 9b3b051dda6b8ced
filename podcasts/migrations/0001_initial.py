
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('media', '0001_initial'),
        ('pages', '0003_history_and_links'),
    ]

    operations = [
        migrations.CreateModel(
            name='PodcastIndexPage',
            fields=[
                ('basepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'podcasts',
            },
            bases=('pages.basepage',),
        ),
        migrations.CreateModel(
            name='EpisodePage',
            fields=[
                ('basepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('enclosure_url', models.URLField(blank=True, max_length=1000, verbose_name='address of a recording on another site')),
                ('enclosure_type', models.CharField(blank=True, max_length=100, verbose_name='media type of that recording')),
                ('transcript', models.TextField(blank=True, verbose_name='transcript')),
                ('season', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='season')),
                ('number', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='episode number')),
                ('recording', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='episodes', to='media.recording')),
            ],
            options={
                'verbose_name': 'episode',
                'verbose_name_plural': 'episodes',
            },
            bases=('pages.basepage',),
        ),
        migrations.CreateModel(
            name='ShowPage',
            fields=[
                ('basepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('cover', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='media.picture')),
            ],
            options={
                'verbose_name': 'show',
                'verbose_name_plural': 'shows',
            },
            bases=('pages.basepage',),
        ),
    ]
