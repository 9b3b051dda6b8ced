import re
from urllib.parse import quote

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Substr


def keys_without_prefix(apps, schema_editor):
    """A space may be called `path`: links typed as addresses are told from wiki links by their slash alone."""
    links = apps.get_model("pages", "PageLink").objects.filter(key__startswith="path:/")
    links.update(key=Substr(F("key"), Value(len("path:") + 1)))


def names_without_links(apps, schema_editor):
    """Bylines and mentions of people who have left lead nowhere."""
    pages = apps.get_model("pages", "BasePage").objects
    for person in apps.get_model("people", "Person").objects.filter(is_active=False):
        for page in pages.filter(page_authors__person=person):
            byline = [one | {"gone": True} if one.get("username") == person.username else one for one in page.byline]
            pages.filter(pk=page.pk).update(byline=byline)
        link = f'<a href="/people/{quote(person.username, safe="")}/" class="mention">'
        mention = re.compile(f"{re.escape(link)}(.*?)</a>")
        for pk, html in pages.filter(html__contains=link).values_list("pk", "html"):
            pages.filter(pk=pk).update(html=mention.sub(r'<span class="mention">\1</span>', html))


class Migration(migrations.Migration):
    dependencies = [("pages", "0009_names"), ("people", "0001_initial")]

    operations = [
        migrations.RunPython(keys_without_prefix, migrations.RunPython.noop),
        migrations.RunPython(names_without_links, migrations.RunPython.noop),
    ]
