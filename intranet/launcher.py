"""`make run`: prepares the site if needed, starts its processes, and restarts them until told to stop.

It does not set up Django itself, so that a second start takes no longer than the server.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from intranet import environment_file, facts, setup_code
from intranet.serving import listening
from intranet.state_folder import InUse, alone_in
from web.numbers import whole_number

ROOT = Path(__file__).resolve().parent.parent
INDEX_WITHIN = 15  # seconds; after that, a site whose only problem is the index counts as ready
READY_WITHIN = 120  # seconds until the first response; a cold disk and a busy machine are slow
STOP_WITHIN = 30  # seconds for a process to finish its work
CRASHES_A_MINUTE = 5


class StartFailed(Exception):
    pass


class Stopped(Exception):
    pass


def listener() -> socket.socket:
    """Bound to HOST and PORT from the start, so that nobody else takes them. Port 0 means any free one."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    number = whole_number(port, digits=5)
    if number is None or number > 65_535:
        raise StartFailed(f"PORT={port!r} is not a whole number from 0 to 65535.")
    try:
        return listening.bind(host, number)
    except listening.Taken as taken:
        raise StartFailed(str(taken)) from None


class Supervisor:
    def __init__(self, commands: dict[str, list[str]], listener: socket.socket) -> None:
        self.commands = commands
        self.listener = listener  # held open here, so that connections wait while a server restarts
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.crashes: list[float] = []
        self.told_to_stop = False
        self.parent = os.getppid()

    def listen_to_signals(self) -> None:
        def stop(signum: int, frame: FrameType | None) -> None:
            self.told_to_stop = True

        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            signal.signal(getattr(signal, name), stop)

    def run_to_end(self, command: list[str]) -> int:
        with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as process:
            while process.poll() is None:
                self.pause(0.05)
                if self.told_to_stop:
                    process.terminate()
                    process.wait()
                    raise Stopped
            return process.returncode

    def start(self, name: str) -> None:
        # In its own session: Ctrl-C goes to the terminal's whole process group, but the order of stopping matters.
        self.running[name] = subprocess.Popen(
            self.commands[name], cwd=ROOT, start_new_session=True, pass_fds=[self.listener.fileno()]
        )

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)
        if os.environ.get("MAKELEVEL") and os.getppid() != self.parent:
            self.told_to_stop = True  # make was killed, so nobody else can stop this

    def watch(self) -> None:
        while not self.told_to_stop:
            for name, process in self.running.items():
                if process.poll() is not None:
                    self.restart(name, process.returncode)
                    break
            self.pause(0.1)

    def restart(self, name: str, code: int) -> None:
        now = time.monotonic()
        self.crashes = [moment for moment in self.crashes if now - moment < 60] + [now]
        if len(self.crashes) > CRASHES_A_MINUTE:
            raise StartFailed(f"the {name} process keeps dying (last with code {code}), see above.")
        print(f"commonplace: the {name} process died (code {code}) and starts again", flush=True)
        self.start(name)

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait_until_ready(self, host: str, port: int, name: str) -> None:
        """Return once all parts of the site are healthy. The index alone is waited for only INDEX_WITHIN."""
        began, answer = time.monotonic(), "no answer"
        while time.monotonic() < began + READY_WITHIN:
            if self.told_to_stop:
                raise Stopped
            for process_name, process in self.running.items():
                if process.poll() is not None:
                    raise StartFailed(f"the {process_name} process ended with code {process.returncode}, see above.")
            status, answer = ask_health(host, port, name)
            if status == 200:
                return
            if time.monotonic() > began + INDEX_WITHIN and lacks_only_its_index(answer):
                print(
                    f"commonplace: the search index is not well, so the database answers searches: {answer}", flush=True
                )
                return
            self.pause(0.1)
        raise StartFailed(f"the site did not become ready within {READY_WITHIN} s: {answer}")


def lacks_only_its_index(answer: str) -> bool:
    states = dict(part.partition(": ")[::2] for part in answer.split(", "))
    return states.get("database") == "ok" and states.get("worker") == "ok" and states.get("storage") == "ok"


def ask_health(host: str, port: int, name: str) -> tuple[int, str]:
    """Status and parts of /health/, or 0 and the reason why there is no response."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    connection = http.client.HTTPConnection(target, port, timeout=10)
    try:
        connection.request("GET", "/health/", headers={"Host": name, "X-Forwarded-Proto": "https"})
        response = connection.getresponse()
        body = response.read().decode(errors="replace")
    except OSError as error:
        return 0, str(error)
    finally:
        connection.close()
    with contextlib.suppress(ValueError):
        body = ", ".join(f"{part}: {said}" for part, said in json.loads(body).items())
    return response.status, body[:500]


def prepare(supervisor: Supervisor, settings: facts.Facts) -> None:
    if settings.INTRANET_ROLE != "public" and supervisor.run_to_end([sys.executable, "manage.py", "prepare"]):
        raise StartFailed("the site could not be prepared, see above.")


def run() -> None:
    os.umask(0o077)
    with listener() as bound:
        host, port = os.environ.get("HOST") or "127.0.0.1", bound.getsockname()[1]
        os.environ.update(HOST=host, PORT=str(port), DJANGO_SETTINGS_MODULE="intranet.settings")
        os.environ["INTRANET_LISTEN_FD"] = str(bound.fileno())
        settings = facts.read()
        with alone_in(settings.INTRANET_VAR):
            supervisor = Supervisor({"server": [sys.executable, "-m", "intranet.server"]}, bound)
            keep_running(supervisor, settings, host, port)


def keep_running(supervisor: Supervisor, settings: facts.Facts, host: str, port: int) -> None:
    supervisor.listen_to_signals()
    try:
        prepare(supervisor, settings)
        for name in supervisor.commands:
            supervisor.start(name)
        url = settings.INTRANET_URL
        supervisor.wait_until_ready(host, port, urlsplit(url).netloc or f"{host}:{port}")
        print(f"Commonplace is ready: {url}/", flush=True)
        first = "" if settings.INTRANET_ROLE == "public" else setup_code.address(settings)
        if first:
            print(f"commonplace: no one has an account yet. Set up the site, once, at {first}", flush=True)
        supervisor.watch()
    except Stopped:
        pass
    finally:
        supervisor.stop()


def main() -> None:
    try:
        environment_file.load()
        run()
    except (StartFailed, InUse, ImproperlyConfigured, environment_file.Unreadable) as error:
        sys.exit(f"commonplace: {error}")


if __name__ == "__main__":
    main()
