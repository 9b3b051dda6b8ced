"""The front of the site: reads requests and sends files without a thread of the site's own, within limits.

Granian speaks HTTP and hands each request to one event loop (RSGI). There a body is read, within limits of size and
time, before one of the few threads is taken that run Django; and files leave through granian, so that a reader who
reads slowly, or not at all, costs a connection and nothing else. See docs/decisions/0011-front.md.
"""
