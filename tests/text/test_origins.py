"""Which version each line comes from, against `git blame` itself and by its meaning."""

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.origins import origins

LINES = st.lists(st.sampled_from("abcdef"), max_size=8)


@given(st.lists(LINES, min_size=1, max_size=6))
def test_a_line_was_there_in_every_version_since_the_one_it_comes_from(versions: list[list[str]]) -> None:
    """`versions` from the newest."""
    found = origins((number, "\n".join(lines)) for number, lines in enumerate(versions))
    assert len(found) == len(versions[0])
    for line, origin in zip(versions[0], found, strict=True):
        assert all(line in version for version in versions[: origin + 1])


def test_what_is_older_than_every_line_is_not_read() -> None:
    def versions():
        yield 3, "new\nnewer"
        yield 2, "new"
        yield 1, "other"
        raise AssertionError("read on")

    assert origins(versions()) == [2, 3]


def test_nothing_comes_from_nowhere() -> None:
    assert origins([]) == []
    assert origins([(1, "")]) == []


def test_many_versions_of_a_text_that_is_shuffled_each_time_cost_no_more_than_a_few() -> None:
    chance, read = random.Random(1), []

    def versions() -> Iterator[tuple[int, str]]:
        for number in range(3_000):
            read.append(number)
            yield number, "\n".join(["first", *(f"w{chance.randrange(70)}" for _ in range(2_000)), "last"])

    found = origins(versions())
    assert 10 < len(read) < 1_000
    # What has stayed counts as written in the oldest version that was compared.
    assert found[0] == found[-1] == read[-2]


@pytest.mark.skipif(shutil.which("git") is None, reason="compares with git")
def test_it_says_what_git_blame_says(tmp_path: Path) -> None:
    """Of a text that grows, loses, moves and repeats lines, each once, so that only one answer is right."""
    texts = [
        "one\ntwo\nthree\n",
        "zero\none\ntwo\nthree\n",
        "zero\none\nTWO\nthree\nfour\n",
        "one\nTWO\nfour\nfive\nsix\n",
        "one\nTWO\nthree\nfour\nfive\nsix and more\n",
        "one\nTWO\nthree\nfour\nsix and more\nfive\n",
    ]

    def git(*arguments: str) -> str:
        environment = {"GIT_CONFIG_GLOBAL": "/dev/null", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, text=True, env=environment).stdout

    git("init", "-q")
    commits = []
    for text in texts:
        (tmp_path / "text").write_text(text)
        git("add", "text")
        git("commit", "-q", "-m", "x")
        commits.append(git("rev-parse", "HEAD").strip())
    blamed = [line.split()[0].lstrip("^") for line in git("blame", "-l", "--root", "text").splitlines()]
    ours = origins(reversed(list(zip(commits, texts, strict=True))))
    assert ours == blamed
