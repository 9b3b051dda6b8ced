"""The columns of a page by where their values come from; a writer decides only over what she types."""

#: Stands for a text that is rendered before anybody reads it.
PENDING = "<!-- not rendered -->"
#: What rendering the text gives.
RENDERED = ("html", "plain", "headings")
DERIVED = ("audience_token", "byline", "labels", *RENDERED, "title_key", "sort_key")
#: Where a page hangs in the tree, in the words of treebeard.
PLACE = ("path", "depth", "numchild")
#: Belong to the page, not to one of its texts.
KEPT_ACROSS_REVISIONS = ("uid", "space_id", "audience", "audience_token", "public_since", "source_path")
#: May have changed while somebody typed, and are not hers to write back.
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
#: Set by the house alone, so that no form can get them wrong: asking the database whether they are right is for nothing.
NOT_TYPED = frozenset(
    {
        *("alias_of", "content_type", "latest_revision", "live_revision", "locale", "locked_by", "owner", "space"),
        *("path", "public_since", "source_path", "translation_key", "uid"),
        *DERIVED,
    }
)
