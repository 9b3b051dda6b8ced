"""HTTP beside Django's own, pure: conditional requests, byte ranges, pages of a list, numbers in a query string."""
