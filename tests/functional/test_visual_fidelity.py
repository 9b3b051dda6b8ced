"""The visual mode keeps the bytes of a text: opened and saved without a change, and around an edit of one paragraph."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import Desk
from text.markup import tree_of

pytestmark = pytest.mark.browser

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
CONSTRUCTS = [
    "# One #\n\nTwo\n===\n\n* a\n* b\n\n  c\n+ d\n\n1) e\n2) f\n   - g\n",
    "_a_ *b* __c__ **d** ~e~ ~~f~~ ``g ` h`` \\* &amp; &copy; 5 * 3 a_b_c\n",
    "[a](/b 'c') [d][e] [e] <https://f.org> https://g.org [[H|i]] [[J#k]] @grace x[^1]\n\n[e]: /e\n\n[^1]: Note\n    more\n",
    "a\\\nb  \nc\nd\n\n\n\n   e\n",
    "- [ ] a\n- [x] b *c*\n\n  d\n\n1. e\n\n\n2. f\n",
    "> a\nb\n> > c\n> - d\n\n> [!WARNING] Title\n> e\n> f\n\n> [!NOTE]\n> g\n",
    "|a|b|\n|:-|-:|\n|c \\| d|`e`\n\n| f | g |\n| --- | --- |\n| *h*<br>i | |\n",
    "```py x\na\n```\n\n~~~\n```\n~~~\n\n    b\n\n<div>\n*c*\n</div>\n\n***\n- - -\n",
    "-\ta\n-\tb\n\n- c\n\n\n- d\n\n\n      e\n\nf",
    '![a *b*](picture:3 "c") ![](picture:4)\n\n**[d](/e)** [**f**](/g) *h **i** j* ***k***\n',
    "\n\n😀 *ü* **日本**語\n\nعربي *كلمة*\n  \n",
    "",
]

SCRIPT = r"""async (rows) => {
  const load = (name) => import(`/static/js/visual/${name}.js`);
  const [{ read }, { write }, { schema, origins }, { pm }] = await Promise.all(
    [...["read", "write", "schema"].map(load), import("/static/django_prose_editor/editor.js")]);
  return rows.map(({ text, tree }, row) => {
    const doc = read(text, tree);
    doc.check();
    const again = schema.nodeFromJSON(doc.toJSON());
    const blocks = [];
    doc.descendants((node, pos) => { if (node.isTextblock && !node.type.spec.code && node.content.size) blocks.push([node, pos]); });
    const step = Math.ceil(blocks.length / 8);
    const edits = blocks.filter((_, index) => index % step === 0).map(([node, pos], index) => {
      const place = pos + 1 + ((index * 7 + row) % (node.content.size + 1));
      // Not between the halves of an emoji.
      const at = place > pos + 1 && /[\ud800-\udbff]$/.test(doc.textBetween(place - 1, place)) ? place - 1 : place;
      const edited = new pm.transform.Transform(doc).insert(at, schema.text("Zq", doc.resolve(at).marks())).doc;
      const { start, end } = origins.get(node);
      return { text: write(edited, doc), start, end, doc: edited.toJSON() };
    });
    return { same: write(doc, doc), anew: write(again, doc), edits };
  });
}"""

COMPARE = """async (rows) => {
  const load = (name) => import(`/static/js/visual/${name}.js`);
  const [{ read }, { schema }, { differences }] = await Promise.all(["read", "schema", "same"].map(load));
  return rows.map(({ text, tree, doc }) => differences(schema.nodeFromJSON(doc), read(text, tree)).map(String));
}"""


def texts() -> list[str]:
    if not CORPUS.is_dir():
        return CONSTRUCTS
    rows = (CORPUS / "wiki.jsonl").read_text(encoding="utf-8").splitlines()[::150]
    return [*CONSTRUCTS, *(json.loads(row)["body_markdown"] for row in rows if len(row) < 20_000)]


def changed_lines(before: str, after: str) -> tuple[int, int]:
    """The first line that differs, and the one after the last, in `before`."""
    one, other = before.split("\n"), after.split("\n")
    first = next((at for at in range(min(len(one), len(other))) if one[at] != other[at]), min(len(one), len(other)))
    left = min(len(one), len(other)) - first
    same = next((at for at in range(left) if one[-1 - at] != other[-1 - at]), left)
    return first, len(one) - same


def test_texts_keep_their_bytes_and_an_edit_changes_only_its_lines(desk: Desk) -> None:
    desk.open("/sign-in/")
    typed = texts()
    results: list[Any] = desk.page.evaluate(SCRIPT, [{"text": text, "tree": tree_of(text)} for text in typed])
    edits = []
    for text, result in zip(typed, results, strict=True):
        assert result["same"] == text
        assert result["anew"] == text
        for edit in result["edits"]:
            assert "Zq" in edit["text"]
            first, end = changed_lines(text, edit["text"])
            assert edit["start"] <= first <= end <= edit["end"], (text, edit["text"])
            edits.append(edit)
    assert len(edits) > 40
    asked = [{"text": edit["text"], "tree": tree_of(edit["text"]), "doc": edit["doc"]} for edit in edits]
    for edit, differences in zip(edits, desk.page.evaluate(COMPARE, asked), strict=True):
        assert differences == [], edit["text"]
