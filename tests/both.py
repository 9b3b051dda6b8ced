"""Which tests run on PostgreSQL too: those in which the databases could answer differently. All others say the same on SQLite.

A file of tests belongs here for one of the reasons below. `sqlite_only` leaves out one test of such a file; `both_databases`
adds one test of another file.
"""

from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent

ON_BOTH = {
    "statements of our own, the queries of the access rule, and what a list or a save costs": """
        database/ blog/test_reading.py conversation/test_comments.py desk/test_blame.py desk/test_changes.py
        desk/test_cost.py desk/test_history.py intranet/test_home.py intranet/test_stream.py news/test_inbox.py
        pages/test_access.py pages/test_news.py pages/test_newest.py pages/test_prepared.py pages/test_version.py
        people/test_members.py podcasts/test_listening.py syndication/test_body_cache.py
        syndication/test_feed_state.py syndication/test_private_feeds.py syndication/test_reading_account.py
        wiki/test_cost.py wiki/test_long_lists.py wiki/test_maintenance.py wiki/test_reading.py wiki/test_tree.py
    """,
    "transactions, locks and constraints": """
        desk/test_approval.py desk/test_when.py intranet/test_worker.py news/test_digest.py news/test_mail.py
        news/test_telling.py pages/test_actions.py pages/test_at_once.py pages/test_bin.py pages/test_deleting.py
        pages/test_saving.py people/test_accounts.py syndication/test_release.py
    """,
    "collation, case, and the length and content of columns": """
        desk/test_bounded_writing.py intranet/test_importing_anything.py intranet/test_junk_addresses.py pages/test_links.py
        pages/test_tagging.py pages/test_written_links.py people/test_user_names.py test_junk.py wiki/test_depth.py
        wiki/test_links_in_all_languages.py
    """,
    "search that the database answers": "search/",
    "migrations, imports, backup, and the state of the database": """
        intranet/test_away.py intranet/test_backup.py intranet/test_check_content.py intranet/test_exposure.py
        intranet/test_first_setup.py intranet/test_full_disk.py intranet/test_health.py intranet/test_importing_outcome.py
        intranet/test_preparation.py
    """,
    "every address once": "test_admin_door.py test_matrix.py",
}
PATHS = [TESTS / name for names in ON_BOTH.values() for name in names.split()]


def runs_on_postgresql(item: Any) -> bool:
    """A test that asks no database says nothing new on another one, wherever it is."""
    if not asks_database(item) or item.get_closest_marker("sqlite_only"):
        return False
    return item.get_closest_marker("both_databases") is not None or any(
        path == item.path or path in item.path.parents for path in PATHS
    )


def asks_database(item: Any) -> bool:
    return item.get_closest_marker("django_db") is not None or bool({"db", "django_db_setup"} & {*item.fixturenames})
