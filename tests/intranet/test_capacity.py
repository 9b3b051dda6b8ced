"""The default number of server processes."""

from pathlib import Path

import pytest

from intranet import capacity

MB = 1024 * 1024


@pytest.mark.parametrize(
    ("cores", "megabytes", "expected"),
    [(1, 8_000, 1), (2, 8_000, 2), (2, 960, 2), (2, 500, 1), (2, 100, 1), (8, 16_000, 4), (4, 1_900, 4), (4, 1_400, 3)],
)
def test_a_process_a_core_as_far_as_the_memory_goes(
    monkeypatch: pytest.MonkeyPatch, cores: int, megabytes: int, expected: int
) -> None:
    monkeypatch.delenv("INTRANET_WORKERS", raising=False)
    monkeypatch.setattr(capacity, "cores", lambda: cores)
    monkeypatch.setattr(capacity, "memory", lambda: megabytes * MB)
    assert capacity.server_processes() == expected
    monkeypatch.setenv("INTRANET_WORKERS", "7")
    assert capacity.server_processes() == 7


@pytest.mark.parametrize(
    ("file", "said", "is_less"),
    [
        ("memory.max", "104857600\n", True),
        ("memory.max", "max\n", False),
        ("memory/memory.limit_in_bytes", "4096", True),
    ],
)
def test_a_container_has_what_its_limit_leaves_it(tmp_path: Path, file: str, said: str, is_less: bool) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / file).write_text(said)
    assert capacity.memory(tmp_path) == int(said) if is_less else capacity.memory(tmp_path) > 100 * MB
