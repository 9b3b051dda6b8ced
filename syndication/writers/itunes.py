"""Apple's podcast tags: https://podcasters.apple.com/support/823-podcast-requirements, as PSP-1 reads them."""

from syndication.writers.characters import one_line
from syndication.writers.elements import ITUNES, Element, add
from syndication.writers.entries import Feed, Item

# A comma separates a category from its subcategory: "News, Politics".
CATEGORIES = (
    "Arts",
    "Business",
    "Education",
    "Education, How To",
    "Fiction",
    "Government",
    "Health & Fitness",
    "History",
    "Kids & Family",
    "Leisure",
    "Music",
    "News",
    "News, Daily News",
    "News, Politics",
    "Science",
    "Society & Culture",
    "Society & Culture, Documentary",
    "Sports",
    "Technology",
)

#: The category of a private feed, which is in no directory.
UNLISTED = "Government"


def describe_channel(channel: Element, feed: Feed) -> None:
    if feed.private:
        add(channel, f"{{{ITUNES}}}block", "Yes")
    if not feed.podcast:
        if feed.private:
            # Validators that see one of these tags require these two as well.
            add(channel, f"{{{ITUNES}}}explicit", "false")
            add(channel, f"{{{ITUNES}}}category", text=UNLISTED)
        return
    podcast = feed.podcast
    add(channel, f"{{{ITUNES}}}author", one_line(podcast.author))
    add(channel, f"{{{ITUNES}}}explicit", "true" if podcast.explicit else "false")
    add(channel, f"{{{ITUNES}}}type", "episodic")
    if feed.picture_url:
        add(channel, f"{{{ITUNES}}}image", href=feed.picture_url)
    main, _, sub = podcast.category.partition(", ")
    category = add(channel, f"{{{ITUNES}}}category", text=main)
    if sub:
        add(category, f"{{{ITUNES}}}category", text=sub)
    # No owner's address in a private feed: directories treat it as proof of ownership.
    if podcast.owner_email and not feed.private:
        owner = add(channel, f"{{{ITUNES}}}owner")
        add(owner, f"{{{ITUNES}}}name", one_line(podcast.author))
        add(owner, f"{{{ITUNES}}}email", podcast.owner_email)


def describe_item(element: Element, feed: Feed, item: Item) -> None:
    if not (feed.podcast and item.enclosure):
        return
    add(element, f"{{{ITUNES}}}explicit", "true" if feed.podcast.explicit else "false")
    add(element, f"{{{ITUNES}}}episodeType", "full")
    if item.enclosure.duration:
        add(element, f"{{{ITUNES}}}duration", str(item.enclosure.duration))
    if item.season and item.season > 0:
        add(element, f"{{{ITUNES}}}season", str(item.season))
    if item.number and item.number > 0:
        add(element, f"{{{ITUNES}}}episode", str(item.number))
