"""HTTP on top of Django's, without the database: conditional requests, byte ranges, paging, numbers in
query strings.
"""
