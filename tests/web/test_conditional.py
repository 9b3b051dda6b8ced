"""Clients that have a document already get a 304, by the same rules for feeds and for files."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from hypothesis import given
from hypothesis import strategies as st

from web.conditional import Validators, full, is_fresh

NOW = datetime(2026, 5, 1, 12, 0, 0, 500_000, tzinfo=UTC)
VALIDATORS = Validators("abc", NOW)

tags = st.lists(st.sampled_from(['"abc"', 'W/"abc"', '"abcd"', 'W/"b"', '""']), min_size=1, max_size=4).map(", ".join)
dates = st.one_of(
    st.integers(-3, 3).map(lambda seconds: http_date((NOW + timedelta(seconds=seconds)).timestamp())),
    st.sampled_from(["yesterday", "", "Fri, 99 May 2026 12:00:00 GMT"]),
)


@given(st.none() | st.just("*") | tags, st.none() | dates)
def test_it_answers_as_django_does(known: str | None, since: str | None) -> None:
    headers = {"If-None-Match": known, "If-Modified-Since": since}
    request = RequestFactory().get("/", headers={name: value for name, value in headers.items() if value is not None})
    answer = get_conditional_response(request, etag='"abc"', last_modified=int(NOW.timestamp()))
    assert is_fresh(request, VALIDATORS) == (answer is not None and answer.status_code == 304)


@pytest.mark.parametrize("tag", ["abc", "W/abc", ' "abc" ', 'x,"abc"'])
def test_a_tag_without_quotes_counts_too(tag: str) -> None:
    assert is_fresh(RequestFactory().get("/", headers={"If-None-Match": tag}), VALIDATORS)


def test_compressed_and_plain_bytes_have_tags_of_their_own_that_both_name_the_state() -> None:
    request = RequestFactory().get("/")
    sent = [full(request, VALIDATORS, "text/plain", b"x", compressed=way)["ETag"] for way in (False, True)]
    assert len(set(sent)) == 2
    assert all(is_fresh(RequestFactory().get("/", headers={"If-None-Match": tag}), VALIDATORS) for tag in sent)
