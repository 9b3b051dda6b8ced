"""Views of the public site, of publishing and channels, and of private feeds."""
