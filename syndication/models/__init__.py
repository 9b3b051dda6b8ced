"""Channels, releases and their media for the public; private feed links for staff.

`Channel`, `Release`, `ReleasedMedia` and `FeedDocument` refer to nothing internal: the public site reads only them.
"""

from syndication.models.channel import Channel, FeedDocument
from syndication.models.private import PrivateFeed
from syndication.models.release import Release, ReleasedMedia

__all__ = ["Channel", "FeedDocument", "PrivateFeed", "Release", "ReleasedMedia"]
