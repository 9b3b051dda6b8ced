"""Defaults of Wagtail and Django that an intranet has to override; and one clear line for a wrong value."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.databases import ROOT


def test_nothing_calls_home_and_nothing_is_public_by_default():
    assert settings.WAGTAIL_GRAVATAR_PROVIDER_URL is None
    assert settings.WAGTAIL_ENABLE_UPDATE_CHECK is False
    assert settings.WAGTAIL_ENABLE_WHATS_NEW_BANNER is False
    assert settings.WAGTAILEMBEDS_FINDERS == []
    assert settings.WAGTAIL_PRIVATE_PAGE_OPTIONS == {"SHARED_PASSWORD": False}
    assert settings.WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS == {"SHARED_PASSWORD": False}
    assert settings.WAGTAILREDIRECTS_AUTO_CREATE is False
    assert "wagtail.contrib.redirects" not in settings.INSTALLED_APPS
    assert settings.WAGTAILDOCS_INLINE_CONTENT_TYPES == []
    assert settings.WAGTAIL_PASSWORD_RESET_ENABLED is False
    assert not [app for app in settings.INSTALLED_APPS if "wagtail.api" in app]


@pytest.mark.django_db
def test_sqlite_waits_instead_of_failing():
    if connection.vendor != "sqlite":
        pytest.skip("The database of this run is PostgreSQL.")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (20000,)
    assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.parametrize(
    "name, value",
    [
        ("INTRANET_ROLE", "both"),
        ("INTRANET_DEMO", "maybe"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("DATABASE_URL", "postgresql://localhost"),
        ("DATABASE_URL", "commonplace.db"),
        ("SEARCH_URL", "solr://localhost"),
        ("SEARCH_URL", "opensearch://localhost"),
        ("CACHE_URL", "memcached://localhost"),
        ("EMAIL_URL", "mail.example.org"),
        ("INTRANET_PUBLIC_URL", "ftp://example.org"),
        ("SECRET_KEY", "short"),
        ("INTRANET_MAX_UPLOAD_MB", "-3"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line_that_names_it(name, value):
    from django.core.exceptions import ImproperlyConfigured

    with pytest.raises(ImproperlyConfigured, match=name) as raised:
        read_settings({name: value})
    assert "\n" not in str(raised.value)


def read_settings(environment):
    """The settings as a new process with these variables would read them."""
    import runpy

    before = dict(os.environ)
    os.environ.update(environment)
    try:
        return runpy.run_path(str(ROOT / "intranet/settings/__init__.py"))
    finally:
        os.environ.clear()
        os.environ.update(before)


def test_the_services_follow_their_addresses(tmp_path):
    values = read_settings(
        {
            "DATABASE_URL": "postgresql://ada:p%40ss@db.example.org:5433/house?sslmode=require",
            "SEARCH_URL": "opensearch://ada:p%40ss@search.example.org:9200/house?tls=1",
            "CACHE_URL": "redis://cache.example.org:6379/1",
            "EMAIL_URL": "smtp://mail:secret@mail.example.org:587",
            "INTRANET_PUBLIC_URL": "https://public.example.org/",
        }
    )
    database = values["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["PASSWORD"]) == ("db.example.org", "5433", "p@ss")
    assert database["OPTIONS"] == {"sslmode": "require", "connect_timeout": "5", "prepare_threshold": 1}
    host = values["WAGTAILSEARCH_BACKENDS"]["default"]["HOSTS"][0]
    assert (host["host"], host["use_ssl"], host["http_auth"]) == ("search.example.org", True, ("ada", "p@ss"))
    assert values["CACHES"]["default"]["LOCATION"] == "redis://cache.example.org:6379/1"
    assert (values["EMAIL_HOST"], values["EMAIL_PORT"]) == ("mail.example.org", 587)
    assert values["INTRANET_PUBLIC_URL"] == "https://public.example.org"


def test_the_state_of_the_site_is_for_its_own_account_only(tmp_path):
    folder = tmp_path / "var"
    environment = {**os.environ, "INTRANET_VAR": str(folder), "SECRET_KEY": ""}
    for _start in range(2):
        subprocess.run([sys.executable, "-c", "import intranet.settings"], cwd=ROOT, env=environment, check=True)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "secret-key").stat().st_mode & 0o777 == 0o600


OWN = ["127.0.0.1", "localhost", "[::1]"]
ANYWHERE = "0.0.0.0"  # noqa: S104 (read, not bound)


@pytest.mark.parametrize(
    "environment, hosts",
    [
        ({}, OWN),
        ({"HOST": ANYWHERE}, ["*"]),
        ({"HOST": "10.0.0.5", "INTRANET_PUBLIC_URL": "https://feeds.example.org"}, ["*"]),
        ({"HOST": ANYWHERE, "INTRANET_URL": "https://in.example.org"}, ["in.example.org", *OWN]),
        (
            {"INTRANET_URL": "http://in.example.org:8000", "INTRANET_PUBLIC_URL": "https://out.example.org/x"},
            ["in.example.org", "out.example.org", *OWN],
        ),
        (
            {"HOST": "::", "INTRANET_ROLE": "public", "INTRANET_PUBLIC_URL": "http://[2001:db8::1]:80"},
            ["[2001:db8::1]", *OWN],
        ),
        ({"HOST": ANYWHERE, "ALLOWED_HOSTS": "a.example, .b.example"}, ["a.example", ".b.example", *OWN]),
        ({"ALLOWED_HOSTS": "*"}, ["*", *OWN]),
    ],
)
def test_the_site_answers_to_the_names_that_it_was_given(environment, hosts):
    assert read_settings(environment)["ALLOWED_HOSTS"] == hosts


@pytest.mark.django_db
def test_another_name_gets_a_plain_answer_that_does_not_repeat_it(client, settings):
    settings.ALLOWED_HOSTS = OWN
    for host, status in [("localhost", 200), ("evil.example", 400), ("no host at all", 400), ("[", 400)]:
        for address in ("/sign-in/", "/public/"):
            response = client.get(address, HTTP_HOST=host)
            assert response.status_code == status, (host, address)
            page = response.content.decode()
            assert host == "localhost" or "This site has another address" in page
            assert "evil.example" not in page + str(response.headers)


@pytest.mark.django_db
def test_pages_run_only_scripts_and_styles_of_the_site(house, client):
    client.force_login(house.otto)
    for address in ("/", "/sign-in/", "/nothing/here/", "/public/"):
        policy = client.get(address)["Content-Security-Policy"]
        assert "default-src 'self'" in policy, address
        assert not {"'unsafe-inline'", "'unsafe-eval'"} & set(policy.replace(";", " ").split()), address


@pytest.mark.django_db
def test_pages_inside_are_kept_by_no_shared_cache(house, client):
    for person in (None, house.otto):
        if person:
            client.force_login(person)
        for address in ("/", "/sign-in/", "/spaces/digital-services/", "/nothing/here/"):
            kept = client.get(address)["Cache-Control"]
            assert "private" in kept, address
            assert "public" not in kept, address
