"""Every mutant of a security rule matches the current code, so that `make mutants` tries what it says (`tests.mutants`)."""

import pytest

from tests.mutants.listing import Mutant, mutants


@pytest.mark.parametrize("mutant", mutants(), ids=lambda one: one.rule)
def test_a_mutant_names_a_line_and_a_test_that_are_there(mutant: Mutant) -> None:
    mutant.check()


def test_enough_rules_are_tried_and_each_once() -> None:
    rules = [one.rule for one in mutants()]
    assert len(rules) == len(set(rules)) >= 40
