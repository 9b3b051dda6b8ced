"""The columns of a page by where their values come from; authors type only some."""

#: Stored instead of HTML that is to be rendered before anybody reads it.
PENDING = "<!-- not rendered -->"
#: The result of rendering.
RENDERED = ("html", "plain", "headings")
DERIVED = ("audience_token", "byline", "labels", *RENDERED, "title_key", "sort_key")
#: The position in the tree (treebeard).
PLACE = ("path", "depth", "numchild")
#: Properties of the page rather than of a version.
NOT_VERSIONED = ("uid", "space_id", "audience", "audience_token", "public_since", "source_path")
#: May have changed since a form was opened, so an edit must not write them back.
FACTS = (
    "live",
    "live_revision_id",
    "latest_revision_id",
    "latest_revision_created_at",
    "first_published_at",
    "last_published_at",
    "has_unpublished_changes",
    "go_live_at",
    "expire_at",
    "expired",
    "owner_id",
    "locked",
    "locked_at",
    "locked_by_id",
    "audience",
    "public_since",
    "source_path",
)
#: Never set by a form, so validating them would only cost queries.
NOT_TYPED = frozenset(
    {
        *("alias_of", "content_type", "latest_revision", "live_revision", "locale", "locked_by", "owner", "space"),
        *("path", "public_since", "source_path", "translation_key", "uid"),
        *DERIVED,
    }
)
