"""The form of one section: a form of the whole page that shows and takes only the lines under one heading.

The field `section` goes with the text, so that a kept draft of a section can never be taken for the whole text. What is
posted is put back into the version that the form was opened on, and from there it is an edit of the page like any other:
what others changed meanwhile is merged.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from pages import texts
from text.markup import Section, section_of

FIELD = "section"


def find(version: Any, wanted: str) -> Section | None:
    """The section of a version of a page, by the id of its heading."""
    return section_of(version.body, texts.text_of(version, stored=True).html, wanted)


class SectionForm:
    """`section` is None where the heading has gone."""

    def __init__(self, wanted: str, version: Any) -> None:
        self.wanted, self.section = wanted, find(version, wanted)

    def whole(self, posted: Any) -> Any:
        """The posted fields with the whole text. Where the section has gone they stay as they are, which `check` refuses."""
        if self.section is None:
            return posted
        posted = posted.copy()
        posted[FIELD] = ""
        posted["body"] = self.section.with_source(posted.get("body", "").replace("\r\n", "\n"))
        return posted

    def show(self, form: Any) -> None:
        """Let a form of the whole page show the section only."""
        values = form.data = form.data.copy() if form.is_bound else form.data
        values = values if form.is_bound else form.initial
        source = self.section.within(values.get("body", "")) if self.section else None
        if source is None:
            return
        values["body"], values[FIELD] = source, self.wanted
        name_field(form, source)


def name_field(form: Any, source: str) -> None:
    """Say at the field of the text which section it holds."""
    title = source.strip().partition("\n")[0].strip("# ")
    form.fields["body"].label = _("Section “%(title)s”") % {"title": title}
