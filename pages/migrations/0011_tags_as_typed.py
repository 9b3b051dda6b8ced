from django.db import migrations, models

import pages.tagging
from text.collation import sort_key
from text.slugs import slug_or


def move_to_own_addresses(apps, schema_editor):
    """Tags whose address told of another tag, or of none ("c_1", ""), get the address that their words make."""
    page_tags, tags = apps.get_model("pages", "PageTag").objects, apps.get_model("taggit", "Tag").objects
    base_pages = apps.get_model("pages", "BasePage").objects
    for row in page_tags.filter(label="").select_related("tag").order_by("pk").iterator():
        page_tags.filter(pk=row.pk).update(label=row.tag.name[:100])
    for tag in tags.filter(pk__in=page_tags.values("tag")).order_by("pk"):
        address = slug_or(tag.name, "tag", longest=90)
        if tag.slug == address:
            continue
        rows = page_tags.filter(tag_id=tag.pk)
        touched = list(rows.values_list("content_object_id", flat=True))
        there = tags.filter(slug=address).first()
        if there is None:
            tags.filter(pk=tag.pk).update(slug=address)
        else:
            rows.filter(content_object__in=page_tags.filter(tag_id=there.pk).values("content_object")).delete()
            page_tags.filter(tag_id=tag.pk).update(tag_id=there.pk)
        for page in base_pages.filter(pk__in=touched).only("pk"):
            # From the rows that are left: where two tags became one, one label is too many.
            left = page_tags.filter(content_object_id=page.pk).select_related("tag")
            labels = [{"slug": row.tag.slug, "name": row.label or row.tag.name} for row in left]
            base_pages.filter(pk=page.pk).update(labels=sorted(labels, key=lambda label: sort_key(label["name"])))


class Migration(migrations.Migration):
    dependencies = [("pages", "0010_links_and_leavers"), ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx")]

    operations = [
        migrations.AddField(
            model_name="pagetag",
            name="label",
            field=models.CharField(blank=True, default="", max_length=100),
        ),
        migrations.AlterField(
            model_name="basepage",
            name="tags",
            field=pages.tagging.PageTagsField(
                blank=True,
                help_text="A comma-separated list of tags.",
                through="pages.PageTag",
                to="taggit.Tag",
                verbose_name="tags",
            ),
        ),
        migrations.RunPython(move_to_own_addresses, migrations.RunPython.noop),
    ]
