"""What the visual mode of the editor says, for the script that makes it."""

from typing import Any

from django.utils.translation import gettext as _

from text import phrases


def editor_words() -> dict[str, Any]:
    return {
        "mode": _("How you write"),
        "visual": _("Visual"),
        "markdown": _("Markdown"),
        "described": _(
            "Type / at the start of a line for headings, lists, tables and more. Shift and Tab lead to the toolbar."
        ),
        "failed": _("The visual editor could not be loaded. Your text is still here. Try again."),
        "unfit": _("This text can only be edited as Markdown, because it is too long or has unusual characters."),
        "shownAsSource": _(
            "Part of the text cannot be saved as it looked, so it is shown as Markdown. Check it, then save again."
        ),
        "apply": _("Apply"),
        "cancel": _("Cancel"),
        "askLink": _("Address of the link (leave empty to remove it)"),
        "askLanguage": _("Programming language, such as python"),
        "askPicture": phrases.WHAT_PICTURE_SHOWS,
        "tools": {
            "bold": _("Bold"),
            "italic": _("Italic"),
            "strike": _("Strikethrough"),
            "code": _("Code"),
            "link": _("Link"),
            "heading": _("Heading"),
            "heading2": _("Heading"),
            "heading3": _("Smaller heading"),
            "list": _("List"),
            "numbers": _("Numbered list"),
            "tasks": _("Task list"),
            "quote": _("Quote"),
            "callout": _("Call-out"),
            "note": _("Note"),
            "tip": _("Tip"),
            "important": _("Important"),
            "warning": _("Warning"),
            "caution": _("Caution"),
            "codeBlock": _("Code block"),
            "table": _("Table"),
            "rule": _("Line across the page"),
            "addRowAfter": _("Add row"),
            "addColumnAfter": _("Add column"),
            "deleteRow": _("Remove row"),
            "deleteColumn": _("Remove column"),
            "deleteTable": _("Remove table"),
            "sink": _("Indent"),
            "lift": _("Outdent"),
            "done": _("Done"),
            "language": _("Language"),
            "picture": _("Describe picture"),
        },
    }
