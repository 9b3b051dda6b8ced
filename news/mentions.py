"""Who is mentioned in a text: the names that become links when it is rendered, so none in code."""

from text.markup import RenderContext, TextTooLong, render


class _Names(RenderContext):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def resolve_person(self, username: str) -> None:
        self.names.add(username)


def mentioned(text: str) -> set[str]:
    """Usernames as typed; some may be of nobody."""
    if "@" not in text:
        return set()
    context = _Names()
    try:
        render(text, context=context)
    except TextTooLong:
        return set()
    return context.names
