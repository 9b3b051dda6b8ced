"""Converts addresses in a corpus text to those of this site; unknown ones are left as typed."""

import re
from collections.abc import Callable

from intranet.importing.plan import Item, Plan
from limits import LINK_TARGET_CHARACTERS
from pages.addresses import to_address
from text.markup import written_words

# Code is matched first and left alone. Each branch starts with a different character, by which the regular
# expression engine skips other text: three times as fast as with the groups first.
_PLACES = re.compile(
    r"""
    `(?<!``) (?P<code>`*) (?!`) .+? (?<!`)`(?P=code)(?!`)
    | ~(?<!~~)~~ (?P<fenced>.*?) (?: \n[ ]{0,3}~~~ | \Z )
    | \[(?<!\\\[)\[ (?P<target>[^\[\]|\#\n]+) (?P<fragment>\#[^\[\]|\n]*)? (?: \| (?P<text> (?:(?!\]\])[^\n])* ) )? \]\]
    | \]\( /(?P<room>blog|wiki|images)/ (?P<path>[^)\s\#]+) (?P<hash>\#[^)\s]*)?
    """,
    re.VERBOSE | re.DOTALL,
)
_WIKI_ADDRESS = re.compile(r"^/home/spaces/([^/]+)/wiki/(.+)/$")


class Translator:
    """`picture_number` maps a file name in /images/ and a department to the id of a Picture, or None."""

    def __init__(self, plan: Plan, picture_number: Callable[[str, str], int | None]) -> None:
        self.plan = plan
        self.picture_number = picture_number

    def translate(self, text: str, department: str) -> str:
        def replace(found: re.Match[str]) -> str:
            if found["code"] is not None or found["fenced"] is not None:
                return found[0]
            if found["target"]:
                return self._wiki_link(found, department)
            if found["room"] == "images":
                number = self.picture_number(found["path"], department)
                return found[0] if number is None else f"](picture:{number}"
            return f"]({self._address(found['room'], found['path'], department)}{found['hash'] or ''}"

        if "[[" in text or "](/" in text:
            return _PLACES.sub(replace, text)
        return text

    def _wiki_link(self, found: re.Match[str], department: str) -> str:
        """`[[slug_path#fragment|text]]` with the path in our wiki, and with the space if it is another one."""
        slug_path = found["target"].strip().strip("/")
        item = self.plan.wiki_pages.get(slug_path)
        rest = found["fragment"] or ""
        if item is not None:
            place = _WIKI_ADDRESS.match(item.url_path)
            if place is None:
                return f"[{found['text'] or written_words(item.title)}]({_site_address(item)}{rest})"
            space, path = place.groups()
        else:
            owner = self.plan.departments.by_wiki.get(slug_path.partition("/")[0])
            if owner is None or owner.slug == department:
                return found[0]
            space, path = owner.slug, slug_path
        target = path if space == department else f"{space}:{path}"
        text = found["text"] or written_words(item.title if item else slug_path)
        if len(target) > LINK_TARGET_CHARACTERS:
            return f"[{text}](/spaces/{space}/wiki/{path}/{rest})"
        return f"[[{target}{rest}|{text}]]"

    def _address(self, room: str, path: str, department: str) -> str:
        slug_path = path.strip("/")
        item = (self.plan.posts if room == "blog" else self.plan.wiki_pages).get(slug_path)
        if item is not None:
            return _site_address(item)
        departments = self.plan.departments
        owners = departments.by_blog if room == "blog" else departments.by_wiki
        first, _slash, rest = slug_path.partition("/")
        owner = owners[first].slug if first in owners else department
        return f"/spaces/{owner}/{room}/{rest if room == 'blog' and rest else slug_path}/"


def _site_address(item: Item) -> str:
    return to_address(item.url_path)
