
import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('slug', models.SlugField(max_length=80, unique=True, validators=[django.core.validators.RegexValidator('^(?!(?:-|feeds|health|media|static)$)[a-z0-9][a-z0-9-]*$', 'Use lower case letters, numbers and hyphens. The site itself uses a few words, such as “media”.')], verbose_name='short name')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('description', models.TextField(max_length=1000, verbose_name='description')),
                ('language', models.CharField(default='en', max_length=12, verbose_name='language')),
                ('author', models.CharField(help_text='The organisation or department shown as the author.', max_length=200, verbose_name='published by')),
                ('category', models.CharField(choices=[('Arts', 'Arts'), ('Business', 'Business'), ('Education', 'Education'), ('Education, How To', 'Education, How To'), ('Fiction', 'Fiction'), ('Government', 'Government'), ('Health & Fitness', 'Health & Fitness'), ('History', 'History'), ('Kids & Family', 'Kids & Family'), ('Leisure', 'Leisure'), ('Music', 'Music'), ('News', 'News'), ('News, Daily News', 'News, Daily News'), ('News, Politics', 'News, Politics'), ('Science', 'Science'), ('Society & Culture', 'Society & Culture'), ('Society & Culture, Documentary', 'Society & Culture, Documentary'), ('Sports', 'Sports'), ('Technology', 'Technology')], default='Government', help_text='The category podcast directories list it in.', max_length=60, verbose_name='category')),
                ('explicit', models.BooleanField(default=False, verbose_name='contains explicit language')),
                ('owner_email', models.EmailField(blank=True, help_text='This address is public. Podcast directories write to it to check that the podcast is yours.', max_length=254, verbose_name='contact address for podcast directories')),
                ('picture', models.CharField(editable=False, max_length=200, verbose_name='address of the picture on the public site')),
                ('podcast_guid', models.UUIDField(editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'channel',
                'verbose_name_plural': 'channels',
                'ordering': ['title'],
                'constraints': [models.CheckConstraint(condition=models.Q(('slug__in', frozenset(['-', 'feeds', 'health', 'media', 'static'])), _negated=True), name='channel_slug_is_not_reserved')],
            },
        ),
        migrations.CreateModel(
            name='PrivateFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(editable=False, unique=True)),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('label', models.CharField(blank=True, max_length=100, verbose_name='name of the link')),
                ('kind', models.CharField(blank=True, max_length=12, verbose_name='kind')),
                ('tag', models.SlugField(allow_unicode=True, blank=True, max_length=100, verbose_name='tag')),
                ('search', models.CharField(blank=True, max_length=1000, verbose_name='search')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('last_used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used at')),
                ('last_client', models.CharField(blank=True, editable=False, max_length=200, verbose_name='last used by')),
                ('seen', models.JSONField(default=dict, editable=False)),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked at')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='private_feeds', to=settings.AUTH_USER_MODEL)),
                ('space', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.space', verbose_name='space')),
            ],
            options={
                'verbose_name': 'feed link',
                'verbose_name_plural': 'feed links',
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='ReleasedMedia',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveBigIntegerField()),
            ],
            options={
                'verbose_name': 'released media file',
                'verbose_name_plural': 'released media files',
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='released_media_is_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='FeedDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('format', models.CharField(choices=[('rss', 'RSS'), ('atom', 'Atom'), ('json', 'JSON Feed')], max_length=4)),
                ('made_for', models.CharField(max_length=1000)),
                ('body', models.BinaryField()),
                ('gzipped', models.BinaryField()),
                ('etag', models.CharField(max_length=64)),
                ('last_modified', models.DateTimeField()),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='syndication.channel')),
            ],
            options={
                'verbose_name': 'feed document',
                'verbose_name_plural': 'feed documents',
                'constraints': [models.UniqueConstraint(fields=('channel', 'format'), name='one_document_a_channel_and_format'), models.CheckConstraint(condition=models.Q(('format__in', ['rss', 'atom', 'json'])), name='feed_document_format_is_known')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(help_text='The uid of the page; the guid in every feed.', verbose_name='permanent id')),
                ('slug', models.SlugField(max_length=120, verbose_name='short name')),
                ('kind', models.CharField(max_length=12, verbose_name='kind')),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('html', models.TextField(blank=True, verbose_name='text')),
                ('authors', models.JSONField(default=list, verbose_name='authors')),
                ('tags', models.JSONField(default=list, verbose_name='tags')),
                ('language', models.CharField(max_length=12, verbose_name='language')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('picture', models.CharField(blank=True, max_length=200)),
                ('picture_alt', models.CharField(blank=True, max_length=255)),
                ('picture_width', models.PositiveIntegerField(null=True)),
                ('picture_height', models.PositiveIntegerField(null=True)),
                ('enclosure_url', models.CharField(blank=True, max_length=1000)),
                ('enclosure_type', models.CharField(blank=True, max_length=100)),
                ('enclosure_length', models.PositiveBigIntegerField(default=0)),
                ('enclosure_duration', models.PositiveIntegerField(null=True)),
                ('season', models.PositiveIntegerField(null=True)),
                ('number', models.PositiveIntegerField(null=True)),
                ('fingerprint', models.CharField(blank=True, default='', help_text='Identifies the released copy. If it differs, the page has changed.', max_length=64)),
                ('released_at', models.DateTimeField(verbose_name='released at')),
                ('updated_at', models.DateTimeField(verbose_name='renewed at')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn at')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='syndication.channel')),
                ('media', models.ManyToManyField(related_name='releases', to='syndication.releasedmedia')),
            ],
            options={
                'verbose_name': 'release',
                'verbose_name_plural': 'releases',
                'indexes': [models.Index(fields=['channel', 'withdrawn_at', '-released_at'], name='release_newest_of_channel')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'uid'), name='one_release_a_page_and_channel'), models.UniqueConstraint(fields=('channel', 'slug'), name='one_release_a_channel_and_slug'), models.CheckConstraint(condition=models.Q(('updated_at__gte', models.F('released_at'))), name='release_is_renewed_after_it_is_made')],
            },
        ),
    ]
