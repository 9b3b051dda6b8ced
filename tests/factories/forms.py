"""Builds the POST data that a browser would send for a form in a response."""

from html.parser import HTMLParser


def _is_sent(given: dict[str, str]) -> bool:
    if given.get("type") in {"checkbox", "radio"}:
        return "checked" in given
    return given.get("type", "text") not in {"file", "submit", "button"}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append({})
        if tag == "option" and self.select and ("selected" in given or self.select not in self.forms[-1]):
            self.forms[-1][self.select] = given.get("value", "")
        name = given.get("name", "")
        if not self.forms or not name:
            return
        if tag == "textarea":
            self.area = name
            self.forms[-1][name] = ""
        elif tag == "select":
            self.select = name
        elif tag == "input" and _is_sent(given):
            self.forms[-1][name] = given.get("value", "on" if given.get("type") == "checkbox" else "")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1][self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "textarea" and self.area:
            # The first line break after the tag belongs to the markup.
            self.forms[-1][self.area] = self.forms[-1][self.area].removeprefix("\n")
            self.area = ""


def form_with(html: str, field: str = "body") -> dict[str, str]:
    """The fields of the form that has this field, as they stand; the buttons are left to whoever presses one."""
    parser = _Forms()
    parser.feed(html)
    found = [form for form in parser.forms if field in form]
    assert found, f"no form with {field}"
    return {name: value for name, value in found[-1].items() if name != "csrfmiddlewaretoken"}
