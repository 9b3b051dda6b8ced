"""Runs a template checker on every template of the project: `python -m tests.templates djade|djhtml`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = {
    "djade": ["djade", "--check", "--target-version", "5.2"],
    "djhtml": ["djhtml", "--check", "--tabwidth", "2"],
}


def main(checker: str) -> int:
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))
    return subprocess.run([*COMMANDS[checker], *templates], cwd=ROOT, check=False).returncode if templates else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
