"""The HTTP front: reads request bodies and sends files without occupying a thread of the site, within limits.

Granian hands each request to one event loop (RSGI). There the body is read, within limits of size and time, before one
of the few Django threads is used. Files are sent by granian, so a client that reads slowly or not at all costs only a
connection. See docs/decisions/0011-front.md.
"""
