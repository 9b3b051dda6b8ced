"""Records what waited for somebody's answer before there were notices: requests to join, and author credits."""

from django.db import migrations


def record(apps, schema_editor):
    event, membership = apps.get_model("news", "Event"), apps.get_model("people", "Membership")
    owners = {}
    for space, person in membership.objects.filter(role="owner").values_list("space", "person"):
        owners.setdefault(space, []).append(person)
    requests = apps.get_model("people", "JoinRequest").objects.all()
    credits = apps.get_model("pages", "AuthorInvitation").objects.filter(answer="")
    event.objects.bulk_create(
        [
            event(
                kind="asked_to_join",
                key=f"join:{row.pk}",
                by_id=row.person_id,
                space_id=row.space_id,
                to={"asked": owners.get(row.space_id, [])},
                at=row.requested_at,
            )
            for row in requests
        ]
        + [
            event(
                kind="page_credit",
                key=f"credit:{row.pk}",
                by_id=row.by_id,
                page_id=row.page_id,
                to={"named": [row.person_id]},
                at=row.at,
            )
            for row in credits
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("news", "0002_mail"), ("pages", "0006_large_sites"), ("people", "0004_unread_notices")]

    operations = [migrations.RunPython(record, migrations.RunPython.noop)]
