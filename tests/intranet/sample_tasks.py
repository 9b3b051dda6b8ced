"""Tasks for the worker tests. Each writes to a file, because a killed process leaves no other trace."""

import time
from pathlib import Path

from django_tasks import task


def leave(trace: str, word: str) -> None:
    with Path(trace).open("a") as file:
        file.write(f"{word}\n")


@task()
def note(trace: str, word: str) -> str:
    leave(trace, word)
    return word


@task()
def sleep(trace: str, seconds: float) -> str:
    leave(trace, "began")
    time.sleep(seconds)
    leave(trace, "ended")
    return "slept"


@task()
def fail(trace: str) -> None:
    leave(trace, "failed")
    raise ValueError("this task always fails")


@task()
def give_back_what_json_cannot_hold() -> object:
    return object()
