"""Creates the floor's tables, an article as large as the site's, a user and a session; prints the session key."""

import sys
from pathlib import Path

import django


def main(html_file: str) -> None:
    django.setup()
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import connection

    from bench.floor.models import Article

    call_command("migrate", verbosity=0, interactive=False)
    with connection.schema_editor() as editor:
        editor.create_model(Article)
    Article.objects.create(pk=1, title="The floor", html=Path(html_file).read_text())
    user: User = get_user_model().objects.create_user("reader", password=None)
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    print(session.session_key)


if __name__ == "__main__":
    main(sys.argv[1])
