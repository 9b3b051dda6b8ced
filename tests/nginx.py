"""Finds an nginx for the test of the documented production set-up; installs one if there is none and we have the rights."""

import os
import shutil
import subprocess
import sys

PLACES = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin{os.pathsep}/usr/local/sbin"


def find() -> str | None:
    return shutil.which("nginx", path=PLACES)


def ensure() -> str:
    """The path of an nginx that is there. Fails with one sentence where none can be had."""
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("no nginx here: fetching one", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], check=False)
        subprocess.run(
            ["apt-get", "install", "-q", "-y", "--no-install-recommends", "nginx"], env=environment, check=False
        )
    path = find()
    if not path:
        sys.exit("No nginx and none to be fetched: install one.")
    return path


if __name__ == "__main__":
    print(ensure())
