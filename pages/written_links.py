"""What to type so that a link leads to a page: offered by completion."""

from collections.abc import Collection, Sequence

from pages.addresses import to_path
from pages.targets import WIKI_ADDRESS, find, readings
from people.models import Space
from text.markup import link_key, written_link, written_wiki_link


def written_links(pages: Sequence[tuple[str, str]], *, within: str, tokens: Collection[str]) -> list[str]:
    """A link to each page (title and address), as it is typed in a text of the space `within`.

    `[[Title]]` where that leads to the page; by its path where another page has the title, or the title means something
    else in a link; an ordinary link to a page that is in no wiki. Three queries.
    """
    targets = [_targets(title, url, within) for title, url in pages]
    every = {target for each in targets for target, _words in each}
    slugs = {within, *(link_key(target.partition(":")[0]) for target in every if ":" in target)}
    spaces = {space.slug: space for space in Space.objects.filter(slug__in=slugs)}
    found = find({target: readings(target, spaces.get(within), spaces) for target in every}, tokens=tokens)
    links = []
    for (title, url), each in zip(pages, targets, strict=True):
        leading = (kept for kept in each if kept[0] in found and found[kept[0]]["url_path"] == to_path(url))
        best = next(leading, None)
        links.append(written_wiki_link(*best) if best else written_link(title, url))
    return links


def _targets(title: str, url: str, within: str) -> list[tuple[str, str]]:
    """Target and words, the best first."""
    place = WIKI_ADDRESS.match(to_path(url))
    if place is None:
        return []
    space, path = place.groups()
    prefix = "" if space == within else f"{space}:"
    # These begin a link to a heading of the same page, or to another site.
    names_a_page = prefix or not title.startswith(("#", "http://", "https://"))
    by_title = [(f"{prefix}{title}", "")] if names_a_page else []
    return [*by_title, (f"{prefix}{path}", title)] if path else by_title
