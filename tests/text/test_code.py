"""Code gets colours by classes, and stays exactly what was typed."""

import re
from html import unescape

import pytest

from text.markup import RenderContext, render
from text.markup.code import LANGUAGES, MAX_BLOCK, Colours


def shown(text: str) -> str:
    return render(text, context=RenderContext()).html


def test_words_of_a_known_language_get_classes():
    html = shown('```python\ndef f(x):\n    return "a<b"  # why\n```')
    assert '<span class="code-keyword">def</span>' in html
    assert '<span class="code-name">f</span>' in html
    assert '<span class="code-comment"># why</span>' in html
    assert "a&lt;b" in html


@pytest.mark.parametrize("text", ["```\nplain\n```", "```klingon\nplain\n```", '```python"><script>\nplain\n```'])
def test_other_code_stays_as_it_is(text: str):
    assert "code-" not in shown(text)
    assert "plain" in shown(text)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("code", ["a = '<b>' & 1\n\n\n  // x\n", "\n\n x \t\n", "é 中 \u00a0 \\ ` \" '\n"])
def test_the_code_is_the_code(language: str, code: str):
    coloured = Colours().of(language, code)
    assert coloured is None or unescape(re.sub(r"</?span[^>]*>", "", coloured)) == code


def test_a_long_block_costs_nothing():
    assert Colours().of("python", "x = 1\n" * MAX_BLOCK) is None
    colours = Colours()
    blocks = [colours.of("python", "x = 1\n" * 600) for _ in range(20)]
    assert blocks[0]
    assert blocks[-1] is None
