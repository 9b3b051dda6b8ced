"""One pass over the engine's HTML that inserts links, mentions, media and headings."""

import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from itertools import islice
from typing import Any

from limits import TEXT_NESTING, TEXT_QUESTIONS
from text.invisible import is_seen
from text.markup import snippets
from text.markup.addresses import media_of
from text.markup.boxes import BoxNames, box_attributes
from text.markup.code import Colours
from text.markup.context import RenderContext, Wanted
from text.markup.headings import Outline
from text.markup.linking import Attributes, Linker, attributes_of, read_target

_TAGS = re.compile(r"(<[^>]+>)")
_WIKI_LINK = re.compile(r'<a href="([^"]*)" data-wikilink')
_MEDIA_ADDRESS = re.compile(r'"((?:picture|recording|file):[0-9]{1,9})"')
# Names may have combining accents.
_LETTER = r"\w\u0300-\u036f"
MENTION = re.compile(rf"(?<![{_LETTER}@/.+\-])@(\w(?:[{_LETTER}.+\-]{{0,148}}[{_LETTER}])?)")
_LINE_BREAK = re.compile(r"&lt;br ?/?&gt;", re.IGNORECASE)
_COMMENT_END = "--&gt;"
_COMMENT = re.compile(rf"&lt;!--.*?{_COMMENT_END}", re.DOTALL)
_LANGUAGE = re.compile(r'<code class="language-([\w+#-]{1,30})">')
_LINES = re.compile(r"\n[ \n]+")

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ENDS_A_LINE = {"p", "li", "tr", "pre", "blockquote", "div", "table", "section", *_HEADINGS}


def wanted_of(raw: str) -> Wanted:
    """All that weaving will ask for, found without parsing: sometimes more (names in code), never less."""
    hrefs = _WIKI_LINK.findall(raw) if "data-wikilink" in raw else ()
    targets = (target for href in hrefs for target, _fragment in read_target(unescape(href))[0])
    media = (media_of(address) for address in _MEDIA_ADDRESS.findall(raw))
    usernames = MENTION.findall(raw) if "@" in raw else ()
    return Wanted(*(frozenset(_first(asked)) for asked in (targets, media, usernames)))


def _first(asked: Iterable[Any]) -> Iterable[Any]:
    return islice(dict.fromkeys(filter(None, asked)), TEXT_QUESTIONS)


class Weaver:
    """Reads the engine's HTML; the results are in `out` (HTML), `outline` and `linker`."""

    def __init__(self, context: RenderContext) -> None:
        self.out: list[str] = []
        self.outline = Outline()
        self.linker = Linker(context)
        self._plain: list[str] = []
        self._open: list[tuple[str, str]] = []  # open tags and what will close each; "" if it was dropped
        self._code = 0
        self._link: tuple[int, int, Attributes] | None = None  # where it began in out and plain; its attributes
        self._heading: tuple[int, int] | None = None  # where it began in out and plain
        self._boxes: list[tuple[int, int]] = []  # tables and code blocks: where each began in out and plain
        self._box_names = BoxNames()
        self._colours = Colours()
        self._on_open: dict[str, Callable[[str], str]] = {
            "a": self._open_link,
            "pre": self._open_code,
            "code": self._open_code,
            "table": lambda tag: self._open_box("table"),
            "img": lambda tag: self._image(tag, alone=False),
            "input": lambda tag: snippets.CHECKED if " checked" in tag else snippets.UNCHECKED,
            "br": self._line_break,
            "hr": lambda tag: tag,
        } | dict.fromkeys(_HEADINGS, self._open_heading)

    def weave(self, raw: str) -> None:
        pieces = _TAGS.split(raw)  # text, tag, text, tag, …, text
        position, last = 0, len(pieces) - 1
        while True:
            text = pieces[position]
            if text:
                self._text(text)
            if position == last:
                return
            tag = pieces[position + 1]
            if tag == "<p>" and _is_lonely_image(pieces, position):
                self.out.append(self._image(pieces[position + 3], alone=True))
                self._plain.append("\n")
                position += 6
            else:
                self._tag(tag)
                position += 2

    def plain_text(self) -> str:
        text = unescape("".join(self._plain)).replace("\t", " ").replace("\u00a0", " ")
        while "  " in text:
            text = text.replace("  ", " ")
        text = text.replace(" \n", "\n")
        return _LINES.sub("\n", text).strip()

    def _text(self, text: str) -> None:
        if not self._code and ("&lt;" in text or "@" in text):
            text = _without_comments(text)
            if self._heading is None:
                text = _LINE_BREAK.sub("<br>", text)
            self._plain.append(text.replace("<br>", "\n"))
            if self._link is None:
                text = MENTION.sub(lambda found: self.linker.mention(found[1]), text)
        else:
            self._plain.append(text)
        self.out.append(text)

    def _tag(self, tag: str) -> None:
        if tag[1] == "/":
            self._close(tag[2:-1])
            return
        end = tag.find(" ")
        name = tag[1:end] if end > 0 else tag[1:-1]
        special = self._on_open.get(name)
        piece = special(tag) if special else self._push(name, tag)
        if piece:
            self.out.append(piece)

    def _push(self, name: str, piece: str, closing: str | None = None) -> str:
        """Record an open tag. Beyond the nesting limit both tags are dropped and the words stay."""
        if len(self._open) >= TEXT_NESTING:
            piece = closing = ""
        self._open.append((name, f"</{name}>" if closing is None else closing))
        return piece

    def _close(self, name: str) -> None:
        if not self._open or self._open[-1][0] != name:
            return  # The engine's tags are balanced; otherwise the sanitiser repairs them.
        closing = self._open.pop()[1]
        if name in _ENDS_A_LINE:
            self._plain.append("\n")
        if name == "a" and self._link and closing:
            closing, self._link = self._close_link(*self._link), None
        elif name in ("pre", "code"):
            self._code -= 1
            if closing == "box":
                closing = self._close_box("pre")
        elif name == "table" and closing == "box":
            closing = self._close_box("table")
        elif name in _HEADINGS and self._heading:
            closing, self._heading = self._close_heading(int(name[1]), *self._heading), None
        elif name == "tr" and self._boxes and not self.out[self._boxes[-1][0]]:
            self._name_table()
        if closing:
            self.out.append(closing)

    def _open_code(self, tag: str) -> str:
        self._code += 1
        return self._open_box("pre") if tag.startswith("<pre") else self._push("code", tag)

    def _open_box(self, name: str) -> str:
        if len(self._open) >= TEXT_NESTING:
            return self._push(name, "")
        self._boxes.append((len(self.out), len(self._plain)))
        self.out.append("")
        self._open.append((name, "box"))
        return ""

    def _name_table(self) -> None:
        """Called when the header row of the innermost table is complete, one cell per line of plain text."""
        at, plain_at = self._boxes[-1]
        cells = unescape("".join(self._plain[plain_at:])).splitlines()
        self.out[at] = f'<div class="table-scroll"{box_attributes(self._box_names.table(cells))}><table>'

    def _close_box(self, name: str) -> str:
        at, plain_at = self._boxes.pop()
        if name == "table":
            return "</table></div>"
        code = unescape("".join(self._plain[plain_at:-1]))
        language = _LANGUAGE.fullmatch(self.out[at + 1]) if len(self.out) > at + 1 else None
        if language and (coloured := self._colours.of(language[1], code)):
            self.out[at + 2 :] = [coloured, "</code>"]
        self.out[at] = f"<pre{box_attributes(self._box_names.code(code))}>"
        return "</pre>"

    def _line_break(self, tag: str) -> str:
        self._plain.append("\n")
        return "<br>"

    def _open_heading(self, tag: str) -> str:
        self._heading = (len(self.out), len(self._plain))
        self.out.append("")
        self._open.append((tag[1:3], "heading"))
        return ""

    def _close_heading(self, typed_level: int, at: int, plain_at: int) -> str:
        text = " ".join(unescape("".join(self._plain[plain_at:-1])).split())
        heading = self.outline.add(typed_level, text)
        self.out[at] = f'<h{heading["level"]} id="{heading["id"]}">'
        return f"</h{heading['level']}>"

    def _open_link(self, tag: str) -> str:
        if self._link is not None:
            self._open.append(("a", ""))  # A link inside a link becomes plain words.
            return ""
        self._link = (len(self.out), len(self._plain), attributes_of(tag))
        self._open.append(("a", "link"))
        return tag

    def _close_link(self, at: int, plain_at: int, attributes: Attributes) -> str:
        if "data-footnote-ref" in attributes or "data-footnote-backref" in attributes:
            del self._plain[plain_at:]
            return "</a>"
        text = " ".join(unescape("".join(self._plain[plain_at:])).split())
        has_words = is_seen(text)
        anchor = self.linker.link(attributes, text if has_words else "")
        self.out[at] = anchor.opening
        words = anchor.words
        if not has_words and anchor.opening.startswith("<a "):
            # Nobody could see or hear a link without words.
            words = words or escape(attributes["href"])
            pictures = [place for place in range(at + 1, len(self.out)) if self.out[place].startswith("<img ")]
            if pictures:
                self.out[pictures[0]] = self.out[pictures[0]].replace('alt=""', f'alt="{words}"', 1)
                words = ""
        if words:
            self.out[at + 1 :] = [words]
            self._plain[plain_at:] = [words + anchor.after]
        return anchor.closing + anchor.after

    def _image(self, tag: str, *, alone: bool) -> str:
        attributes = attributes_of(tag)
        self._plain.append(_escaped(attributes.get("alt", "")))
        html = self.linker.image(attributes, alone=alone, inside_link=self._link is not None)
        return f"<p>{html}</p>" if alone and not html.startswith("<figure") else html


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;")


def _is_lonely_image(pieces: list[str], position: int) -> bool:
    return (
        position + 6 < len(pieces)
        and pieces[position + 3].startswith("<img ")
        and pieces[position + 5] == "</p>"
        and not pieces[position + 2]
        and not pieces[position + 4]
    )


def _without_comments(text: str) -> str:
    """Searches only before the last end of a comment: many unclosed beginnings would be quadratic."""
    end = text.rfind(_COMMENT_END) + len(_COMMENT_END)
    return _COMMENT.sub("", text[:end]) + text[end:] if end >= len(_COMMENT_END) else text
