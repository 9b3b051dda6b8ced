"""Creates a public channel with fifty released posts: `python -m bench.release`."""

import django


def main(count: int = 50) -> None:
    django.setup()
    from blog.models import BlogPostPage
    from people.models import Person
    from search import indexer
    from syndication.actions import create_channel, release_page
    from syndication.models import Channel

    ada = Person.objects.get(username="ada")
    channel = Channel(slug="bench", title="Bench", description="Fifty posts.", language="en", author="Bench")
    create_channel(person=ada, channel=channel)
    for page in BlogPostPage.objects.filter(live=True).order_by("-pk")[:count]:
        release_page(person=ada, page=page, channel=channel)
    # No worker runs during the benchmark, and each search checks the outbox.
    indexer.drain_all()


if __name__ == "__main__":
    main()
