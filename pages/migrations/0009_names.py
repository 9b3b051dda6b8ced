import django.db.models.deletion
import people.keys
from django.conf import settings
from django.db import migrations, models

from pages.markup import link_key
from people.keys import fill
from text.slugs import free, slug_or


def fill_keys(apps, schema_editor):
    fill(apps.get_model("pages", "BasePage"), "title_key", "sort_key")


def write_link_keys_again(apps, schema_editor):
    """Keys of links are addresses, which were made otherwise: by dropping signs, and letters of other scripts kept."""
    links = apps.get_model("pages", "PageLink").objects
    changed = []
    for link in links.exclude(key__startswith="path:").only("key", "target").iterator(500):
        space = link.key.partition(":")[0]
        prefix, colon, rest = link.target.partition(":")
        words = rest if colon and link_key(prefix) == space else link.target
        key = f"{space}:{link_key(words.replace(':', ' '))}"[:500]
        if key != link.key:
            link.key = key
            changed.append(link)
    links.bulk_update(changed, ["key"], batch_size=500)


def name_tags_without_letters(apps, schema_editor):
    """A tag of emoji alone had "" or "_1" for an address, which led to a search for nothing."""
    Tag, PageTag = apps.get_model("taggit", "Tag"), apps.get_model("pages", "PageTag")
    taken = set(Tag.objects.values_list("slug", flat=True))
    for tag in Tag.objects.all():
        if any(sign.isalnum() for sign in tag.slug.partition("_")[0]):
            continue
        before, tag.slug = tag.slug, free(slug_or(tag.name, "tag", longest=90), taken.__contains__)
        taken.add(tag.slug)
        tag.save()
        for page in apps.get_model("pages", "BasePage").objects.filter(
            pk__in=PageTag.objects.filter(tag=tag).values("content_object_id")
        ):
            page.labels = [
                {**label, "slug": tag.slug} if (label["slug"], label["name"]) == (before, tag.name) else label
                for label in page.labels
            ]
            page.save(update_fields=["labels"])


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('pages', '0008_decorative'),
        ('people', '0004_names'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0098_apitoken'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerTitle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_key', models.CharField(db_index=True, max_length=300)),
                ('audience_token', models.CharField(editable=False, max_length=32)),
                ('left_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'former title',
                'verbose_name_plural': 'former titles',
            },
        ),
        migrations.AddField(
            model_name='basepage',
            name='sort_key',
            field=people.keys.SortKeyField(of=('title',)),
        ),
        migrations.AddField(
            model_name='basepage',
            name='title_key',
            field=people.keys.TitleKeyField(of=('title',)),
        ),
        migrations.AddIndex(
            model_name='basepage',
            index=models.Index(fields=['space', 'title_key'], name='page_by_title'),
        ),
        migrations.AddIndex(
            model_name='basepage',
            index=models.Index(fields=['space', 'sort_key', 'id'], name='page_of_space_sorted'),
        ),
        migrations.AddField(
            model_name='formertitle',
            name='page',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_titles', to=settings.WAGTAIL_PAGE_MODEL),
        ),
        migrations.AddConstraint(
            model_name='formertitle',
            constraint=models.UniqueConstraint(fields=('page', 'title_key'), name='one_former_title_a_page_and_title'),
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
        migrations.RunPython(write_link_keys_again, migrations.RunPython.noop),
        migrations.RunPython(name_tags_without_letters, migrations.RunPython.noop),
    ]
