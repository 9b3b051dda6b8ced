"""Where pages hang: the address that people see, and `url_path`, in which the tree keeps it."""

#: The root of the tree. Every `url_path` begins with it; an address goes without it.
HOME_PATH = "/home"


def to_path(address: str) -> str:
    """The `url_path` of the page at an address: `/spaces/it/` gives `/home/spaces/it/`."""
    return HOME_PATH + address


def to_address(path: str) -> str:
    """The address of a page by its `url_path`: `/home/spaces/it/` gives `/spaces/it/`."""
    return path.removeprefix(HOME_PATH) or "/"
