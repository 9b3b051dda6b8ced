"""Creates `.venv` from the locked requirements, then runs a command in it. Needs only Python's standard library.

python3 -m intranet.bootstrap run           the dependencies of the site
python3 -m intranet.bootstrap dev CMD ...   those of tests and checks too
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("INTRANET_VENV", ROOT / ".venv"))
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / ".commonplace"
REQUIREMENTS = ROOT / "requirements"


def fail(reason):
    # type: (str) -> None
    sys.exit("commonplace: " + reason)


def fingerprint(kind):
    # type: (str) -> str
    """What the environment would contain if it were made now; equal to the stamp if it is up to date."""
    digest = hashlib.sha256(sys.version.encode())
    for name in dict.fromkeys(("base.txt", "%s.txt" % kind)):
        digest.update((REQUIREMENTS / name).read_bytes())
    return "%s %s" % (kind, digest.hexdigest())


def served():
    # type: () -> str
    """The requirements of the site: some services need clients, and an upgrade in a shell without the settings keeps
    them.
    """
    asked = [os.environ.get(name, "").strip() for name in ("SEARCH_URL", "CACHE_URL")]
    needed = any(url.startswith(("opensearch:", "redis:", "rediss:")) for url in asked)
    there = any(
        (folder / name).is_dir() for folder in VENV.glob("lib/*/site-packages") for name in ("opensearchpy", "redis")
    )
    return "services" if needed or there else "base"


def up_to_date(kind):
    # type: (str) -> bool
    """The "dev" set includes the others, so `make run` after `make test` changes nothing."""
    if not PYTHON.exists() or not STAMP.exists():
        return False
    return STAMP.read_text().strip() in {fingerprint(kind), fingerprint("dev")}


def compile_sources():
    # type: () -> None
    """Compile the site's own code, for an account that cannot write to it: else each start would compile all of it."""
    apps = sorted(str(path.parent) for path in ROOT.glob("*/__init__.py"))
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", *apps], check=False, cwd=str(ROOT))


def make_environment(kind):
    # type: (str) -> None
    if PYTHON.exists() and (BIN / "pytest").exists():
        kind = "dev"
    if not PYTHON.exists():
        print("commonplace: making the Python environment in %s" % VENV, flush=True)
        # uv needs no pip in the environment, and installing it takes three seconds.
        without = ["--without-pip"] if shutil.which("uv") else []
        command = [sys.executable, "-m", "venv", *without, str(VENV)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            fail("Python's venv module does not work here (on Debian: apt-get install python3-venv)")
    locked = REQUIREMENTS / ("%s.txt" % kind)
    print("commonplace: installing the locked packages of requirements/%s.txt" % kind, flush=True)
    uv = find_uv()
    if uv:
        command = [uv, "pip", "sync", "--quiet", "--compile-bytecode", "--require-hashes", "--python", str(PYTHON)]
        command.append(str(locked))
    else:
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "-r", str(locked)]
    if subprocess.run(command, check=False, cwd=ROOT).returncode:
        fail("the locked packages could not be installed, see above")
    STAMP.write_text(fingerprint(kind) + "\n")


def find_uv():
    # type: () -> str | None
    """The machine's uv, else a pinned one, installed beside the environment so that `sync` does not remove it."""
    found = shutil.which("uv")
    if found:
        return found
    if not (BIN / "pip3").exists():
        subprocess.run([str(PYTHON), "-m", "ensurepip"], stdout=subprocess.DEVNULL, check=False)
    beside = VENV / ".uv"
    uv = beside / "bin" / "uv"
    if not uv.exists():
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--require-hashes", "--target", str(beside), "-r", str(REQUIREMENTS / "uv.txt")]
        subprocess.run(command, check=False, cwd=ROOT)
    return str(uv) if uv.exists() else None


def main(arguments):
    # type: (list[str]) -> None
    """Prepare the environment, then exec the command, which keeps the process id and so receives signals."""
    if sys.version_info < (3, 11):
        fail("Python 3.11 or newer is needed, this is %s" % sys.version.split()[0])
    if arguments[0] not in ("run", "base", "dev"):
        fail("%s is unknown. Use run, base or dev." % arguments[0])
    from intranet import environment_file

    try:
        environment_file.load()
    except environment_file.Unreadable as error:
        fail(str(error))
    kind, command = ("dev" if arguments[0] == "dev" else served()), arguments[1:]
    if not up_to_date(kind):
        make_environment(kind)
    if arguments[0] == "base":
        compile_sources()
    os.environ["PATH"] = os.pathsep.join([str(BIN), os.environ.get("PATH", ""), str(VENV / ".uv" / "bin")])
    os.environ["VIRTUAL_ENV"] = str(VENV)
    os.chdir(ROOT)
    if arguments[0] == "run":
        command = [str(PYTHON), "-m", "intranet.launcher", *command]
    sys.stdout.flush()
    if command:
        os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:] or ["run"])
