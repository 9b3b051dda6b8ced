
import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import pages.tagging
import uuid
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('pages', '0002_bootstrap'),
        ('people', '0001_initial'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('basepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'home page',
            },
            bases=('pages.basepage',),
        ),
        migrations.CreateModel(
            name='Shown',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('number', models.PositiveBigIntegerField()),
                ('own', models.BooleanField(default=False)),
                ('now', models.BooleanField(default=True)),
                ('told', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'shown media',
                'verbose_name_plural': 'shown media',
            },
        ),
        migrations.CreateModel(
            name='SpaceIndexPage',
            fields=[
                ('basepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'list of spaces',
            },
            bases=('pages.basepage',),
        ),
        migrations.CreateModel(
            name='SpacePage',
            fields=[
                ('basepage_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('intro', wagtail.fields.StreamField([('text', 0), ('links', 4)], blank=True, block_lookup={0: ('wagtail.blocks.TextBlock', (), {'label': 'text', 'max_length': 20000}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'text', 'max_length': 100}), 2: ('wagtail.blocks.CharBlock', (), {'help_text': 'Starts with / or https://', 'label': 'address', 'max_length': 500}), 3: ('wagtail.blocks.StructBlock', [[('text', 1), ('address', 2)]], {}), 4: ('wagtail.blocks.ListBlock', (3,), {'label': 'links'})}, verbose_name='introduction')),
            ],
            options={
                'verbose_name': 'space front page',
            },
            bases=('pages.basepage',),
        ),
        migrations.AddField(
            model_name='basepage',
            name='latest_revision',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision'),
        ),
        migrations.AddField(
            model_name='basepage',
            name='live_revision',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision'),
        ),
        migrations.AlterField(
            model_name='basepage',
            name='audience',
            field=models.CharField(choices=[('staff', 'Everyone who can see the space'), ('space', 'Only members of the space')], default='staff', max_length=8, verbose_name='who can read this'),
        ),
        migrations.AlterField(
            model_name='basepage',
            name='locale',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wagtailcore.locale', verbose_name='locale'),
        ),
        migrations.AlterField(
            model_name='basepage',
            name='translation_key',
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.AlterUniqueTogether(
            name='basepage',
            unique_together={('translation_key', 'locale')},
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('editor_name', models.CharField(blank=True, max_length=200, verbose_name='name of an editor who has no account')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='what changed')),
                ('minor', models.BooleanField(default=False, verbose_name='minor change')),
                ('published', models.BooleanField(default=True)),
                ('at', models.DateTimeField(db_index=True)),
                ('audience_token', models.CharField(blank=True, default='', editable=False, max_length=32)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to=settings.WAGTAIL_PAGE_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='changes', to=settings.AUTH_USER_MODEL)),
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='change', to='wagtailcore.revision')),
            ],
            options={
                'verbose_name': 'change',
                'verbose_name_plural': 'changes',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='FormerAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url_path', models.CharField(max_length=2000, unique=True)),
                ('audience_token', models.CharField(blank=True, default='', editable=False, max_length=32)),
                ('left_at', models.DateTimeField(auto_now_add=True)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'former address',
                'verbose_name_plural': 'former addresses',
            },
        ),
        migrations.CreateModel(
            name='FormerTitle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_key', models.CharField(db_index=True, max_length=300)),
                ('audience_token', models.CharField(editable=False, max_length=32)),
                ('left_at', models.DateTimeField(auto_now=True)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_titles', to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'former title',
                'verbose_name_plural': 'former titles',
            },
        ),
        migrations.CreateModel(
            name='Naming',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answer', models.CharField(blank=True, choices=[('', 'not answered'), ('agreed', 'agreed'), ('declined', 'declined')], default='', max_length=8)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='namings', to=settings.WAGTAIL_PAGE_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='namings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'author credit',
                'verbose_name_plural': 'author credits',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PageAuthor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='page_authors', to=settings.WAGTAIL_PAGE_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='authorships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PageLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(max_length=500, verbose_name='as typed')),
                ('key', models.CharField(db_index=True, max_length=500)),
                ('fragment', models.CharField(blank=True, max_length=200)),
                ('text', models.CharField(blank=True, max_length=300, verbose_name='link text')),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to=settings.WAGTAIL_PAGE_MODEL)),
                ('to_page', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='backlinks', to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'link',
                'verbose_name_plural': 'links',
            },
        ),
        migrations.CreateModel(
            name='PageTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(blank=True, default='', max_length=100)),
                ('content_object', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='tagged_items', to=settings.WAGTAIL_PAGE_MODEL)),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_items', to='taggit.tag')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='basepage',
            name='tags',
            field=pages.tagging.PageTagsField(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='tags'),
        ),
        migrations.AddIndex(
            model_name='basepage',
            index=models.Index(fields=['url_path'], name='page_by_address'),
        ),
        migrations.AddIndex(
            model_name='basepage',
            index=models.Index(fields=['space', 'title_key'], name='page_by_title'),
        ),
        migrations.AddIndex(
            model_name='basepage',
            index=models.Index(fields=['space', 'sort_key', 'id'], name='page_of_space_sorted'),
        ),
        migrations.AddIndex(
            model_name='basepage',
            index=models.Index(condition=models.Q(('live', True)), fields=['-first_published_at', '-id'], name='page_newest'),
        ),
        migrations.AddIndex(
            model_name='basepage',
            index=models.Index(condition=models.Q(('live', True)), fields=['space', '-first_published_at', '-id'], name='page_newest_of_space'),
        ),
        migrations.AddIndex(
            model_name='basepage',
            index=models.Index(condition=models.Q(('live', True)), fields=['space', 'content_type', 'audience_token', 'latest_revision_created_at', 'id', 'live'], name='page_state_of_space'),
        ),
        migrations.AddIndex(
            model_name='basepage',
            index=models.Index(condition=models.Q(('live', False)), fields=['space', 'sort_key'], name='page_draft_of_space'),
        ),
        migrations.AddIndex(
            model_name='basepage',
            index=models.Index(condition=models.Q(('expire_at__isnull', False)), fields=['expire_at'], name='page_expires'),
        ),
        migrations.AddConstraint(
            model_name='basepage',
            constraint=models.CheckConstraint(condition=models.Q(('audience__in', ['staff', 'space'])), name='page_audience_is_known'),
        ),
        migrations.AddField(
            model_name='shown',
            name='page',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shown', to=settings.WAGTAIL_PAGE_MODEL),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['page', '-at'], name='change_newest_of_page'),
        ),
        migrations.AddConstraint(
            model_name='formertitle',
            constraint=models.UniqueConstraint(fields=('page', 'title_key'), name='one_former_title_a_page_and_title'),
        ),
        migrations.AddConstraint(
            model_name='naming',
            constraint=models.UniqueConstraint(fields=('page', 'person'), name='one_naming_a_page_and_person'),
        ),
        migrations.AddConstraint(
            model_name='naming',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['', 'agreed', 'declined'])), name='naming_answer_is_known'),
        ),
        migrations.AddConstraint(
            model_name='pageauthor',
            constraint=models.UniqueConstraint(fields=('page', 'person'), name='one_authorship_a_page_and_person'),
        ),
        migrations.AddIndex(
            model_name='shown',
            index=models.Index(fields=['kind', 'number'], name='shown_of_media'),
        ),
        migrations.AddConstraint(
            model_name='shown',
            constraint=models.UniqueConstraint(fields=('page', 'kind', 'number'), name='one_row_a_page_and_media'),
        ),
    ]
