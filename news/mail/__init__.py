"""Notifications by e-mail, at once or in a digest (docs/decisions/0031-mail.md)."""

#: The ways of `news.ways` that this package sends.
MAIL, DIGEST = "mail", "digest"
