"""Serves a WSGI application exactly as `intranet.server` does: `python -m bench.serve module:application`."""

import sys

from intranet.server import serve

if __name__ == "__main__":
    serve(sys.argv[1])
