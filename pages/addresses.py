"""Addresses of pages, and `url_path`, the same as the tree stores it."""

#: The root of the tree, with which every `url_path` begins, but no address.
HOME_PATH = "/home"
#: Above all deleted pages (`pages.deleting`).
BIN_PATH = "/bin/"


def to_path(address: str) -> str:
    """The `url_path` of an address: `/home/spaces/it/` for `/spaces/it/`."""
    return HOME_PATH + address


def to_address(path: str) -> str:
    """The address of a `url_path`: `/spaces/it/` for `/home/spaces/it/`."""
    return path.removeprefix(HOME_PATH) or "/"
