"""Views inside: publishing, channels, and one's own private feed links."""
