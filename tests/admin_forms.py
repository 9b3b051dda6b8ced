"""Builds POST data for the forms of Wagtail's admin as a browser would send it."""

from html.parser import HTMLParser
from typing import Any


class Fields(HTMLParser):
    """The names and values of a page's form, as they stand in its HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        name = known.get("name") or ""
        if tag == "textarea" and name:
            self.area = name
            self.values[name] = ""
        elif tag == "select":
            self.select = name
            self.values.setdefault(name, "")
        elif tag == "option" and self.select and "selected" in known:
            self.values[self.select] = known.get("value") or ""
        elif tag == "input" and name and sends(known):
            self.values[name] = known.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # A browser leaves out the line break behind the tag.
            self.values[self.area] = self.values[self.area].removeprefix("\n")
            self.area = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data


def sends(known: dict[str, str | None]) -> bool:
    kind = known.get("type")
    return kind not in ("submit", "button", "file") and (kind not in ("checkbox", "radio") or "checked" in known)


def admin_fields(client: Any, page: Any) -> dict[str, str]:
    """What the form of a page in the admin would send if nobody typed anything."""
    response = client.get(f"/admin/pages/{page.pk}/edit/")
    assert response.status_code == 200, response.status_code
    fields = Fields()
    html = response.content.decode()
    start = html.index(f'action="/admin/pages/{page.pk}/edit/"')
    fields.feed(html[html.rindex("<form", 0, start) :].split("</form>")[0])
    return {name: value for name, value in fields.values.items() if "__prefix__" not in name}


def admin_post(client: Any, page: Any, *, fields: dict[str, str] | None = None, **typed: str) -> Any:
    """Opens the form of `page` unless `fields` were taken from it before, types, and sends it."""
    sent = {**(admin_fields(client, page) if fields is None else fields), **typed}
    response = client.post(f"/admin/pages/{page.pk}/edit/", sent)
    if fields is None:
        assert response.status_code == 302, response.content.decode()[:5000]
    return response
