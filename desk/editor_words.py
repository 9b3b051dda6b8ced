"""What the visual mode of the editor says, for the script that makes it."""

from typing import Any

from django.utils.translation import gettext as _


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
        "askPicture": _("What the picture shows (leave empty if it is only decoration)"),
        "askCaption": _("Caption below the picture (optional)"),
        "notPasted": _(
            "Pictures that could not be pasted: {number}. Your browser cannot read them. Drag their files into the text."
        ),
        "uploads": {
            "uploading": _("Uploading {name}"),
            "uploadingMany": _("Uploading {number} files"),
            "added": _("{name} is in the text."),
            "cancelled": _("{name} was not added."),
            "cancel": _("Cancel"),
            "close": _("Close"),
            "describe": _("What {name} shows"),
            "addDescription": _("Add description"),
            "decoration": _("It is decoration"),
            "wait": _(
                "Some files are still uploading. Wait until they are in the text, or cancel them. Then try again."
            ),
            "tooLarge": _("“{name}” is too large. Choose a smaller file."),
            "signedOut": _("“{name}” was not added. You are signed out, or you can no longer write here."),
            "failed": _("“{name}” was not added, because the site cannot be reached. Try again."),
        },
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
            "files": _("Picture or file"),
        },
    }
