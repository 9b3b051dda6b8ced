"""Who looks after search."""

from typing import Any

from people.permissions import CURATE_SEARCH


def may_curate(person: Any) -> bool:
    """Decide on words, chosen answers and weights, and read the report: administrators, and whoever was given the right."""
    return bool(person.is_active and person.is_authenticated and person.has_perm(f"search.{CURATE_SEARCH}"))
