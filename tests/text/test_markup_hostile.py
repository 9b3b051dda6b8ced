"""Hostile Markdown: nothing in it runs, makes a request, or takes long."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.text.markup_oracle import complaints
from tests.text.test_markup import Intranet
from text.markup import Link, Media, RenderContext, TextTooLong, render

VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<style>body{background:url(//evil.example)}</style>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href='//evil.example/'>",
    "<form action=//evil.example><input name=q><button formaction=javascript:alert(1)>x</form>",
    "<img srcset='//evil.example/a.png 1x'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1))",
    "[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](<\x01javascript:alert(1)>)",
    "[x](<&#1;javascript:alert(1)>)",
    "[x](<\u00a0javascript:alert(1)>)",
    "[x](<java&NewLine;script:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    "![x](javascript:alert(1))",
    "![x](\\\\evil.example\\a.png)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[[javascript:alert(1)]]",
    "[[javascript:alert(1)|x]]",
    '[[a" onmouseover="alert(1)|x]]',
    "[[a|<img src=x onerror=alert(1)>]]",
    '[[x#" onclick="alert(1)|y]]',
    "[[data:text/html,<script>alert(1)</script>]]",
    '@ada"onmouseover="alert(1)',
    "@<script>alert(1)</script>",
    '![a" onerror="alert(1)](picture:12)',
    '![a](picture:12 "t\\" onerror=alert(1)")',
    '![a](x" onerror="alert(1))',
    '[a](x "t\\" onclick=\\"alert(1)")',
    '[a](<x" onclick="alert(1)>)',
    '```"><script>alert(1)</script>\ncode\n```',
    "```x onclick=alert(1)\ncode\n```",
    '[^"><script>]: x\n\n[^"><script>]',
    '# x" onclick="alert(1)\n\n# <script>alert(1)</script>',
    "| <script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "\u202e[x](javascript:alert(1))",
    "[x](ｊavascript:alert(1))",
    "[x](https://evil.example@javascript:alert(1))",
    '<https://evil.example/"onclick=alert(1)>',
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;script>",
    "<br onclick=alert(1)>",
    "<br/onclick=alert(1)><br ><BR/>",
    "- [x] <input onfocus=alert(1) autofocus>",
    "> [!NOTE] <img src=x onerror=alert(1)>",
    "[x](file:///etc/passwd) [y](blob:x) [z](filesystem:x) [w](intent:x) [v](ms-word:ofe|u|x)",
]


class Hostile(RenderContext):
    """A database full of hostile values must not harm either."""

    space_slug = '"><script>'

    def resolve_link(self, target: str) -> Link | None:
        return [None, Link("javascript:alert(1)", "<b>"), Link('/a"onclick="x', '<script>"'), Link("//evil.example")][
            len(target) % 4
        ]

    def resolve_media(self, kind: str, number: int) -> Media | None:
        return [None, Media("https://evil.example/x"), Media('/media/"onerror="x', '<script>"'), Media("javascript:x")][
            number % 4
        ]

    def resolve_person(self, username: str):
        class Person:
            def get_full_name(self) -> str:
                return '"><script>alert(1)</script>'

        Person.username = f"{username}\"'><svg/onload=x>"
        return Person()


@pytest.mark.parametrize(
    "context", [Intranet(), Hostile(), RenderContext()], ids=lambda context: type(context).__name__
)
@pytest.mark.parametrize("vector", VECTORS)
def test_a_known_attack_does_nothing(vector, context):
    for text in (vector, f"> - {vector}", f"*{vector}*", f"[{vector}](/x/)", f"before {vector} after"):
        assert complaints(render(text, context=context).html) == []


@pytest.mark.parametrize("html", ["<script>", "<a onclick=x>", '<img src="http://x/">', '<a href="java&#10;script:x">'])
def test_the_second_parser_would_see_an_attack(html):
    assert complaints(html)


PIECES = (
    *(
        "[[",
        "]]",
        "|",
        "](",
        "![",
        ")",
        "`",
        "```\n",
        "\n",
        "\n\n",
        "> ",
        "- ",
        "*",
        "**",
        "_",
        "~~",
        "#",
        "@ada",
        "<",
        ">",
    ),
    *(
        '"',
        "'",
        "&",
        "&#x3a;",
        "javascript:",
        "picture:12",
        "recording:1",
        "file:2",
        "[^1]",
        "|---|\n",
        "\\",
        ":",
        "//",
    ),
    *("onerror=x", "\t", "    ", "http://", "data:", "<!--", "--&gt;", "<br>", "[ ]", "\x00", "\u2028", "%22", "%3C"),
)
SNIPPETS = st.sampled_from([*VECTORS, *PIECES])


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SNIPPETS | st.text(max_size=8), max_size=30).map("".join), st.sampled_from([Intranet(), Hostile()]))
def test_no_mixture_of_characters_makes_html_that_could_run_a_script(text, context):
    assert complaints(render(text, context=context).html) == []


N = 20_000
PATHOLOGICAL = {
    **{f"many {mark}": mark * N for mark in ">[*`_~!@#<&|\\"},
    "200 kB of quotation marks": ">" * 200_000,
    "200 kB of brackets": "[" * 200_000,
    "beginnings of wiki links": "[[" * N,
    "wiki links": "[[a]]" * 40_000,
    "beginnings of links": "[a](" * N,
    "pictures within pictures": "![" * N + "x" + "](y)" * N,
    "lists on one line": "- " * N,
    "lists and quotations on one line": "> - " * N,
    "nested lists": "\n".join("  " * depth + "- a" for depth in range(440)),
    "10,000 cells": "|a" * 100 + "|\n" + "|-" * 100 + "|\n" + ("|b" * 100 + "|\n") * 100,
    "cells that the writer left out": "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n" + "|\n" * N,
    "emphasis that never ends": "*a **a " * 8_000,
    "footnotes": "[^1]" * N + "\n\n[^1]: x",
    "one long reference": "[a]: http://" + "x" * 90_000 + "\n\n" + "[a]" * 30_000,
    "comments that never end": "<!--" * N,
    "headings of one name": "# a\n" * 40_000,
    "mentions": "@ada " * 39_000,
    "pictures": "![a](picture:12)\n\n" * 10_000,
    "half of an address": "a" * 100_000 + "@",
    "deep emphasis": "*a " * 60_000,
    "blanks": " " * 200_000,
    "soft hyphens": "\u00ad" * 200_000,
}


@pytest.mark.parametrize("text", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_a_text_made_to_choke_us_takes_bounded_time_and_memory(text):
    begun = time.process_time()
    try:
        rendered = render(text, context=Intranet())
    except TextTooLong:
        pass
    else:
        assert len(rendered.html) <= 3_000_000
        assert len(rendered.headings) <= 1_000
        assert len(rendered.links) <= 2_000
    assert time.process_time() - begun < 4, "seconds of CPU; half a second where nothing else runs"


def test_nesting_stops_at_a_depth_that_browsers_bear():
    rendered = render(">" * 5_000 + " deep", context=Intranet())
    assert rendered.html.count("<blockquote>") <= 40
    assert "deep" in rendered.plain
    assert render("\n".join("  " * depth + "- a" for depth in range(300)), context=Intranet()).html.count("<ul>") <= 40
