"""A repeated event is reported once in a while, and the memory of it is bounded."""

from people.repeats import RepeatFilter


def test_a_thing_is_news_once_and_others_are_news_beside_it() -> None:
    told = RepeatFilter(3_600, remembered=10)
    assert [told.is_news(thing) for thing in ("a", "a", "b", "a", ("a", 1), ("a", 1))] == [
        True,
        False,
        True,
        False,
        True,
        False,
    ]
    told.forget()
    assert told.is_news("a")


def test_it_is_news_again_later() -> None:
    told = RepeatFilter(0, remembered=10)
    assert told.is_news("a")
    assert told.is_news("a")


def test_no_more_is_remembered_than_was_said() -> None:
    told = RepeatFilter(3_600, remembered=10)
    assert all(told.is_news(number) for number in range(1_000))
    assert len(told._told) <= 10
