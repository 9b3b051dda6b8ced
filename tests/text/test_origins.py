"""Which version each line comes from, against `git blame` itself and by its meaning."""

import shutil
import subprocess
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
