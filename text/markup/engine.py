"""The Markdown engine behind a small interface, so that it can be replaced."""

from typing import Protocol

import comrak


class Renderer(Protocol):
    """CommonMark with tables, footnotes, task lists, strikethrough, autolinks, GitHub alerts and wiki links.

    Guarantees: raw HTML is escaped; attribute values are in double quotes and have no ">"; a wiki link is `<a
    href="TARGET" data-wikilink="true">TEXT</a>` with TARGET percent-encoded. Addresses are not checked. Without
    `addresses`, bare addresses do not become links.
    """

    def to_html(self, text: str, *, addresses: bool = True) -> str: ...


class ComrakRenderer:
    """With `positions`, each tag says where it is in the text, and footnotes stay where they are defined.

    Columns count bytes: for characters the engine reads the line again for every tag on it.
    """

    def __init__(self, *, positions: bool = False) -> None:
        self.extensions, self.without_addresses = self._extensions("autolink"), self._extensions()
        self.parsing = comrak.ParseOptions()
        self.output = comrak.RenderOptions()
        # Raw HTML is shown as typed. With "escape", "unsafe" only affects addresses: without it comrak would drop
        # "file:7", and our own pass checks each address against the allowed schemes.
        self.output.escape = True
        self.output.unsafe_ = True
        self.output.tasklist_classes = True
        self.output.sourcepos = self.output.full_info_string = positions
        self.parsing.leave_footnote_definitions = positions

    @staticmethod
    def _extensions(*more: str) -> comrak.ExtensionOptions:
        extensions = comrak.ExtensionOptions()
        for name in ("table", "footnotes", "tasklist", "strikethrough", "alerts", *more):
            setattr(extensions, name, True)
        extensions.wikilinks_title_after_pipe = True
        extensions.cjk_friendly_emphasis = True
        return extensions

    def to_html(self, text: str, *, addresses: bool = True) -> str:
        extensions = self.extensions if addresses else self.without_addresses
        return comrak.render_markdown(text, extensions, self.parsing, self.output)
