import re
from collections import defaultdict

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Cast, Concat

IN_TEXT = re.compile(r"\b(picture|recording|file):(\d{1,12})\b")
FIELDS = {"hero": "picture", "cover": "picture", "recording": "recording"}
MODELS = {"picture": "Picture", "recording": "Recording", "file": "Attachment"}
ROWS = 500


def named_in(content):
    named = {(kind, int(number)) for kind, number in IN_TEXT.findall(content.get("body") or "")}
    return named | {(kind, content[name]) for name, kind in FIELDS.items() if isinstance(content.get(name), int)}


def remember(apps, schema_editor):
    """From every published version that is kept: what each page shows and showed, and whether all staff could read it."""
    Shown = apps.get_model("pages", "Shown")
    page_model, change_model = apps.get_model("pages", "BasePage"), apps.get_model("pages", "Change")
    items = {
        (kind, pk): [space, audience, False]
        for kind, model in MODELS.items()
        for pk, space, audience in apps.get_model("pages", model).objects.values_list("pk", "space_id", "audience")
    }
    if not items:
        return
    pages = {
        pk: (space, audience, token, live, live_revision)
        for pk, space, audience, token, live, live_revision in page_model.objects.values_list(
            "pk", "space_id", "audience", "audience_token", "live", "live_revision_id"
        )
    }
    rows = defaultdict(lambda: [False, False])  # by page and media: shown now, told to all staff
    for pk, body in page_model.objects.exclude(body="").values_list("pk", "body").iterator():
        for named in named_in({"body": body}):
            rows[pk, named][0] = True
    changes = change_model.objects.filter(published=True)
    columns = ("page_id", "revision_id", "audience_token", "revision__content")
    for pk, revision, token, content in changes.values_list(*columns).iterator(chunk_size=ROWS):
        newest = revision == pages[pk][4]
        for named in named_in(content):
            row = rows[pk, named]
            row[0] = row[0] or newest
            row[1] = row[1] or token == "staff"
    found = []
    for (pk, named), (now, told) in rows.items():
        if named not in items:
            continue
        space, audience, token, live, _revision = pages[pk]
        own = space is not None and space == items[named][0]
        told = own and (told or (now and live and token == "staff"))
        items[named][2] = items[named][2] or (own and live and audience == "staff" and (now or told))
        found.append(Shown(page_id=pk, kind=named[0], number=named[1], own=own, now=now, told=told))
    Shown.objects.bulk_create(found, batch_size=ROWS)
    close(apps, items, {(row.kind, row.number) for row in found if row.own})


def close(apps, items, shown):
    """Closes to all but members what only pages that are closed by now showed, also pages that are gone.

    What no page names and somebody put into the administration is left as it was chosen there.
    """
    chosen = set()
    for kind, model in MODELS.items():
        log = apps.get_model("wagtailcore", "ModelLogEntry").objects.filter(
            content_type__app_label="pages", content_type__model=model.lower(), action="wagtail.create"
        )
        chosen |= {(kind, int(pk)) for pk in log.values_list("object_id", flat=True) if pk.isdigit()}
    for kind, model in MODELS.items():
        numbers = [
            pk
            for (of, pk), (space, audience, opened) in items.items()
            if of == kind and space is not None and audience == "staff" and not opened
            if (kind, pk) in shown or (kind, pk) not in chosen
        ]
        for start in range(0, len(numbers), ROWS):
            some = apps.get_model("pages", model).objects.filter(pk__in=numbers[start : start + ROWS])
            token = Concat(models.Value("space:"), Cast("space_id", models.CharField()))
            some.update(audience="space", audience_token=token)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0005_change_audience"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="Shown",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=10)),
                ("number", models.PositiveBigIntegerField()),
                ("own", models.BooleanField(default=False)),
                ("now", models.BooleanField(default=True)),
                ("told", models.BooleanField(default=False)),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shown",
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "shown media",
                "verbose_name_plural": "shown media",
                "indexes": [models.Index(fields=["kind", "number"], name="shown_of_media")],
                "constraints": [
                    models.UniqueConstraint(fields=("page", "kind", "number"), name="one_row_a_page_and_media")
                ],
            },
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
    ]
