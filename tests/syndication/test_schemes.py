"""An address without a scheme means the same inside and outside."""

import pytest

from syndication.private_feeds import _address
from syndication.schemes import with_scheme


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("//example.org/a?b=c", "https://example.org/a?b=c"),
        ("//sub.example.org", "https://sub.example.org"),
        ("//localhost/x", ""),
        ("//intranet/x", ""),
        ("//2015/03/19/", ""),
        ("//.", ""),
        ("//", ""),
        ("///x.y", ""),
        ("//[", ""),
        ("//[::1]/x", ""),
        ("//user@example.org/", "https://user@example.org/"),
    ],
)
def test_one_rule_says_which_host_an_address_names(address: str, expected: str) -> None:
    assert with_scheme(address) == expected
    found = _address(address, feed=None, base="https://house.example", page_url="/page/")  # type: ignore[arg-type]
    assert found == (expected or ("//[" if address == "//[" else "https://house.example/page/"))
