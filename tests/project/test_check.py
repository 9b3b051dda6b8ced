"""`make check` runs the tests near the change, nearest first."""

from pathlib import Path

import pytest

from tests.both import PATHS
from tests.check import near_tests


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "tests/pages/test_former.py": "",
        "tests/pages/test_links.py": "",
        "tests/wiki/test_reading.py": "from pages.former import MARK\n",
        "tests/wiki/test_writing.py": "from pages import former, targets\n",
        "tests/blog/test_list.py": "from pages.formers import MARK\n",
        "tests/functional/test_keyboard.py": "from pages.former import MARK\n",
        "tests/syndication/test_release.py": 'TEMPLATE = "public/item.html"\n',
        "tests/project/test_docs.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_tests_of_a_module_are_those_of_its_name_then_those_that_import_it_then_those_of_its_app(
    tree: Path,
) -> None:
    assert near_tests(["pages/former.py"], tree) == [
        "tests/pages/test_former.py",
        "tests/wiki/test_reading.py",
        "tests/wiki/test_writing.py",
        "tests/pages/test_links.py",
    ]


def test_a_test_that_changed_comes_first_and_no_browser_is_started(tree: Path) -> None:
    changed = ["pages/former.py", "tests/functional/test_keyboard.py", "tests/wiki/test_writing.py"]
    near = near_tests(changed, tree)
    assert near[0] == "tests/wiki/test_writing.py"
    assert "tests/functional/test_keyboard.py" not in near


def test_templates_and_docs_have_tests_too(tree: Path) -> None:
    assert near_tests(["templates/public/item.html"], tree) == ["tests/syndication/test_release.py"]
    assert near_tests(["README.md"], tree) == ["tests/project/test_docs.py"]
    assert near_tests(["static/js/menu.js"], tree) == []


def test_what_runs_on_both_databases_is_there() -> None:
    assert [path for path in PATHS if not path.exists()] == []
