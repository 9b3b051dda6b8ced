"""The Markdown engine behind a small interface, so that it can be changed without touching anything else."""

from typing import Protocol

import comrak


class Renderer(Protocol):
    """CommonMark with tables, footnotes, task lists, strike-through, autolinks, GitHub alerts and wiki links.

    Promises: raw HTML comes out escaped; attribute values are in double quotes and hold no ">"; a wiki link is
    `<a href="TARGET" data-wikilink="true">TEXT</a>` with TARGET percent-encoded. Addresses are not checked.
    Without `addresses`, one that is in the text by itself is words and not a link.
    """

    def to_html(self, text: str, *, addresses: bool = True) -> str: ...


class ComrakRenderer:
    def __init__(self) -> None:
        self.extensions, self.without_addresses = self._extensions("autolink"), self._extensions()
        self.parsing = comrak.ParseOptions()
        self.output = comrak.RenderOptions()
        # Raw HTML is shown as typed. "unsafe" only concerns addresses once "escape" is set: comrak would empty
        # "file:7", and our own pass holds every address against a list of allowed schemes.
        self.output.escape = True
        self.output.unsafe_ = True
        self.output.tasklist_classes = True

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
