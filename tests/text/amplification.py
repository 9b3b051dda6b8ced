"""Texts built to cost more than their size, for measuring the renderer: `python -m tests.text.amplification`.

Each has one of the shapes in which Markdown grows: repetition, alternation, nesting, many uses of one definition, a table,
ever deeper indentation. The same seed makes the same texts.
"""

import argparse
import os
import random
import resource
import struct
import sys
import time
from collections.abc import Callable

from django import setup

MAX_BYTES = 400_000

PIECES = (
    *(
        "*",
        "**",
        "***",
        "_",
        "__",
        "~~",
        "~",
        "`",
        "``",
        "```",
        "[",
        "]",
        "(",
        ")",
        "![",
        "](",
        "[[",
        "]]",
        "|",
        "\\",
        "<",
        ">",
    ),
    *(
        "*a",
        "**a ",
        "_a_ ",
        "a**a",
        "*a*",
        "~a~ ",
        "`a` ",
        "``a` ",
        "[a](b) ",
        "[a](<b> 'c')",
        "![a](b)",
        "![a](picture:12)",
    ),
    *(
        "[[a]]",
        "[[a|b]]",
        "[[a#b]]",
        "[[a:b]]",
        "[[a|",
        "[a][",
        "[a]",
        "[^a]",
        "[^",
        "[a]: b\n",
        "[^a]: b\n",
        "[^a]: b\n\n",
    ),
    *(
        "a@b.c ",
        "a@b.c\n",
        "@ada ",
        "@",
        "a@",
        "@a.b",
        "www.b.c ",
        "www.",
        "http://b.c ",
        "http://",
        "https://b.c/(((",
        "http://b.c)))",
    ),
    *(
        "ftp://b.c ",
        "mailto:a@b.c ",
        "xmpp:a@b.c/d ",
        "<http://b.c>",
        "<a@b.c>",
        "file:1 ",
        "[a](file:7)",
        "[a](recording:8)",
    ),
    *(
        "&amp;",
        "&",
        "&#0;",
        "&#x41;",
        "&#1234567;",
        "&CounterClockwiseContourIntegral;",
        "&a",
        "<!--",
        "-->",
        "<!-- a -->",
        "<?",
        "<![CDATA[",
    ),
    *("<a", "<a>", "<div>", "<div>\n", "</div>", "<br>", "<a b='c'", "<script>", "<!a", "\\<", "\\*", "\\\n", "  \n"),
    *(
        "\n",
        "\n\n",
        "a\n",
        "a\n\n",
        "# a\n",
        "#",
        "# \n",
        "###### a\n",
        "a\n=\n",
        "a\n-\n",
        "---\n",
        "***\n",
        "> ",
        ">",
        ">\n",
        "> a\n",
        "> > ",
    ),
    *(
        "- ",
        "- a\n",
        "-\n",
        "-\n\n",
        "* a\n\n",
        "1. a\n",
        "1) ",
        "9. a\n8) b\n",
        "- [ ] a\n",
        "- [x] ",
        "+ - * ",
        "    a\n",
        "\ta\n",
        "    ",
        "\t",
    ),
    *(
        "```\n",
        "```a\n",
        "~~~\n",
        "~~~~~~",
        "> [!NOTE]\n",
        "> [!NOTE] a\n> b\n\n",
        "|a|b|\n",
        "|-|-|\n",
        "|a|\n|-|\n",
        "|a|\n|-|\n\n",
        "|-",
        "a|b\n-|-\n",
        ":-:|",
    ),
    *(
        "a",
        "ä",
        "日本",
        "。",
        "**日**",
        "\u00ad",
        "\u200b",
        "\u202e",
        "😀",
        "'",
        '"',
        "--",
        "...",
        "a.",
        "0",
        " ",
        "\r",
        "\0",
        "\x0b",
        "\ufffd",
        "/spaces/a/wiki/b/ ",
    ),
    *(
        "[a]: <b> 'c'\n",
        "[a\n",
        "![[a]]",
        "$a$ ",
        "==a== ",
        "^a^ ",
        ":a: ",
        "||a|| ",
        "<details>\n",
        "{#a}",
        "::: a\n",
        "%%",
    ),
)


def _sized(chance: random.Random) -> int:
    return MAX_BYTES if chance.random() < 0.6 else int(10 ** chance.uniform(3, 5.6))


def _some(chance: random.Random, most: int = 3) -> str:
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(1, most)))


def _repeated(chance: random.Random, size: int) -> str:
    piece = _some(chance)
    return piece * (size // len(piece.encode()) + 1)


def _with_tail(chance: random.Random, size: int) -> str:
    return _some(chance) + "\n\n" + _repeated(chance, size) + _some(chance)


def _nested(chance: random.Random, size: int) -> str:
    before, after = _some(chance, 2), _some(chance, 2)
    count = size // len((before + after).encode())
    return before * count + "a" + after * count


def _indented(chance: random.Random, size: int) -> str:
    mark, step = (
        chance.choice(("- a", "> a", "1. a", "-", "- [ ] a", "* - a", "| a", "[^a]: b", "a", "- > a")),
        chance.choice((1, 2, 3, 4)),
    )
    lines, total, depth = [], 0, 0
    most = chance.choice((50, 400, 5_000))
    while total < size:
        lines.append(" " * (step * (depth % most)) + mark)
        total, depth = total + len(lines[-1]) + 1, depth + 1
    return "\n".join(lines)


def _defined(chance: random.Random, size: int) -> str:
    """One long thing that is used many times: references, footnotes, titles."""
    long = chance.choice(("x", "%20", "&amp;", "ä", "\\*", "a ", "<", '\\"')) * int(10 ** chance.uniform(0, 4.5))
    kind = chance.randrange(6)
    head, use = (
        (f"[a]: http://b/{long.replace(' ', '')}\n\n", "[a] "),
        (f"[^a]: {long}\n\n", "[^a]"),
        (f"[a]: b '{long}'\n\n", "![a]"),
        ("".join(f"[a{n}]: b\n" for n in range(size // 24)) + "\n", "[a7] "),
        ("".join(f"[^{n}]: b\n\n" for n in range(size // 40)) + "\n", "".join(f"[^{n}]" for n in range(size // 20))),
        (f"[{long[:900]}]: b\n\n", f"[{long[:900]}] "),
    )[kind]
    return head + use * max(1, (size - len(head)) // len(use))


def _numbered(chance: random.Random, size: int) -> str:
    """All different, so that nothing is found twice."""
    form = chance.choice(
        (
            "[[p{n}]] ",
            "@u{n} ",
            "![a](picture:{n})\n\n",
            "[a](file:{n}) ",
            "u{n}@b.c\n",
            "u{n}@b.c ",
            "# h{n}\n",
            "[a{n}]: b\n",
            "[^n{n}]: b\n\n",
            "[^n{n}]",
            "[x](/spaces/a/wiki/p{n}/)\n",
            "http://b.c/{n} ",
            "- [ ] {n}\n",
            "|{n}",
            "{n}. a\n",
            "**{n}** ",
            "&#{n};",
            "[a](<b{n}> 'c')",
        )
    )
    lines, total, number = [], 0, 0
    while total < size:
        number += 1
        lines.append(form.replace("{n}", str(number)))
        total += len(lines[-1])
    return "".join(lines)


def _table(chance: random.Random, size: int) -> str:
    columns = int(10 ** chance.uniform(0, 4.5))
    cell = chance.choice(("a", "", " ", "\\|", "`|`", "*a*", "[[a\\|b]]", "a@b.c", "[a]", "&amp;", "ä", ":-:"))
    dashes = chance.choice(("-", ":-", ":-:", "---------"))
    before = chance.choice(("", "", "> ", "- ", "  "))
    after = "  " if before == "- " else before
    head = f"{before}|" + "a|" * columns + f"\n{after}|" + f"{dashes}|" * columns + "\n"
    row = (
        after
        + chance.choice(
            (
                f"|{cell}|",
                f"|{cell}",
                cell,
                f"|{cell}" * columns + "|",
                "|" * min(columns, 50),
                f"|{cell}" * (columns + 1),
            )
        )
        + "\n"
    )
    tables = chance.choice((1, 1, 1, 3, 30))
    rows = max(1, (size // tables - len(head)) // max(1, len(row.encode())))
    return (head + row * rows + "\n") * tables


def _mixed(chance: random.Random, size: int) -> str:
    chosen = [_some(chance, 4) for _ in range(chance.randint(2, 12))]
    parts, total = [], 0
    while total < size:
        part = chance.choice(chosen) * chance.choice((1, 1, 2, 7, 40, 1_000))
        parts.append(part)
        total += len(part.encode())
    return "".join(parts)


SHAPES: tuple[Callable[[random.Random, int], str], ...] = (
    *(_repeated, _repeated, _with_tail, _nested, _indented, _defined, _numbered, _table, _table, _mixed, _mixed),
)


def generated(seed: int) -> tuple[str, str]:
    """The shape's name, and a text of at most 400,000 bytes."""
    chance = random.Random(seed)
    size, shape = _sized(chance), chance.choice(SHAPES)
    text = shape(chance, size).encode("utf-8", "replace")[:MAX_BYTES].decode("utf-8", "ignore")
    return shape.__name__.strip("_"), text


def cost_of(work: Callable[[str], object], text: str) -> tuple[float, float, str]:
    """CPU seconds, megabytes beyond what the process held before, and how it ended: measured in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        ended = b"done"
        held = _high_water(reset=True)
        begun = time.process_time()
        try:
            work(text)
        except Exception as problem:
            ended = type(problem).__name__.encode()
        os.write(writing, struct.pack("dd", time.process_time() - begun, _high_water() - held) + ended)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        content = answer.read()
    _pid, status = os.waitpid(child, 0)
    if len(content) < 16:
        return float("inf"), float("inf"), f"ended by {status}"
    seconds, megabytes = struct.unpack("dd", content[:16])
    return seconds, megabytes, content[16:].decode()


def _high_water(*, reset: bool = False) -> float:
    """The most memory in megabytes that this process ever held, or since the last reset."""
    if reset:
        with open("/proc/self/clear_refs", "w") as clear:
            clear.write("5")
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=12)
    chosen = parser.parse_args()
    setup()
    from tests.text.test_markup import Intranet
    from text.markup import render

    resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))
    render("*warm* [[up]] a@b.c", context=Intranet())
    costs = []
    for seed in range(chosen.seed, chosen.seed + chosen.texts):
        shape, text = generated(seed)
        costs.append((*cost_of(lambda text: render(text, context=Intranet()), text), seed, shape, text))
    print(
        f"{len(costs)} texts: CPU at most {max(cost[0] for cost in costs):.2f} s, memory at most {max(cost[1] for cost in costs):.0f} MB"
    )
    for place, unit in ((0, "s"), (1, "MB")):
        for cost in sorted(costs, key=lambda cost: -cost[place])[: chosen.show]:
            print(
                f"{cost[place]:8.2f} {unit:2} {cost[0]:6.2f} s {cost[1]:5.0f} MB  seed {cost[3]:5} {cost[4]:9} {len(cost[5]):7} {cost[2]:12} {cost[5][:60]!r}"
            )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
