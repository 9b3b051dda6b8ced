"""The set-up of docs/operations.md, started from its code blocks as printed: PostgreSQL, three services, nginx.

Replaced is only what has to differ on a test machine: folders, ports, certificates, and the account. The tests do systemd's
part, following the printed units: sockets that outlive a restart, account, umask, environment file, order of commands.
"""

import configparser
import http.client
import os
import pwd
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from tests import nginx
from tests.intranet.processes import wait_for
from tests.postgres import Server

ROOT = Path(__file__).resolve().parents[2]
INSIDE, OUTSIDE = "intranet.example.org", "feeds.example.org"
MYSELF = pwd.getpwuid(os.geteuid()).pw_name
PYTHON_IS_FOR_ALL = all(folder.stat().st_mode & 0o001 for folder in Path(sys.executable).resolve().parents)
# An account that every Debian has plays the site's, where we may become another and that one may run this Python.
ACCOUNT = "daemon" if MYSELF == "root" and PYTHON_IS_FOR_ALL else MYSELF
BLOCK = re.compile(r"^```\w*\n(?:#|--) ([^\n]+)\n(.*?)^```$", re.M | re.S)
# The process that becomes the service gets the socket as systemd passes it: sd_listen_fds(3).
PASS_SOCKET = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1');"
    "os.execvp(sys.argv[2], sys.argv[2:])"
)


def blocks() -> dict[str, str]:
    """The printed files by their first line, which is their name; commands come under what they say of themselves."""
    found: dict[str, str] = {}
    for name, text in BLOCK.findall((ROOT / "docs" / "operations.md").read_text()):
        found[name] = found.get(name, "") + text
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Unit:
    """A service as its printed unit describes it."""

    def __init__(self, production: "Production", name: str) -> None:
        self.production, self.name = production, name
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.optionxform = str  # type: ignore[assignment, method-assign]
        parser.read_string(production.text(f"/etc/systemd/system/{name}.service"))
        self.service = dict(parser["Service"])
        self.socket: socket.socket | None = None
        if listens := re.search(r"ListenStream=([\d.]+):(\d+)", production.text(f"/etc/systemd/system/{name}.socket")):
            self.socket = socket.create_server((listens[1], int(listens[2])), backlog=1024)
        self.process: subprocess.Popen[bytes] | None = None
        self.log = production.folder / f"{name}.log"

    def environment(self) -> dict[str, str]:
        lines = self.production.text(self.service["EnvironmentFile"]).splitlines()
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **dict(line.split("=", 1) for line in lines if line)}

    def as_account(self, command: str | list[str]) -> list[str]:
        words = shlex.split(command) if isinstance(command, str) else command
        if ACCOUNT == MYSELF:
            return words
        return ["setpriv", f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--init-groups", "--no-new-privs", *words]

    def run(self, command: str | list[str], **environment: str) -> str:
        """Runs a command as the unit would, to its end."""
        done = subprocess.run(
            self.as_account(command),
            cwd=self.service["WorkingDirectory"],
            env={**self.environment(), **environment},
            umask=int(self.service["UMask"], 8),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout

    def start(self) -> None:
        if before := self.service.get("ExecStartPre"):
            self.run(before)
        command = self.as_account(self.service["ExecStart"])
        passed: tuple[int, ...] = ()
        if self.socket is not None:
            passed = (self.socket.fileno(),)
            command = [sys.executable, "-c", PASS_SOCKET, str(passed[0]), *command]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.service["WorkingDirectory"],
                env=self.environment(),
                umask=int(self.service["UMask"], 8),
                stdout=log,
                stderr=log,
                pass_fds=passed,
            )

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)
            self.process = None

    def restart(self) -> None:
        self.stop()
        self.start()


class Answer:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def text(self) -> str:
        return self.body.decode()


class Reader:
    """A browser of few words: HTTPS to nginx by the name of the host, cookies kept."""

    def __init__(self, port: int, host: str) -> None:
        self.port, self.host = port, host
        self.cookies: dict[str, str] = {}
        self.context = ssl.create_default_context()
        self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE

    def connect(self) -> ssl.SSLSocket:
        """For requests that a browser would not make."""
        return self.context.wrap_socket(socket.create_connection(("127.0.0.1", self.port), timeout=20))

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=60)
        try:
            sent = {"Host": self.host, **{name.replace("_", "-"): value for name, value in headers.items()}}
            if self.cookies:
                sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            connection.request(method, path, body, sent)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def send(self, path: str, form: str, **fields: str) -> Answer:
        """Posts fields with the token of the page `form`."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask(form).text)
        assert token, form
        body = urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        return self.ask(
            path,
            "POST",
            body,
            Content_Type="application/x-www-form-urlencoded",
            Referer=f"https://{self.host}{form}",
        )


class Production:
    """Everything of the page, from an empty database to a stop."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="commonplace-production-"))
        self.folder.chmod(0o755)
        self.printed = blocks()
        self.secure, self.plain, self.inside, self.outside = (free_port() for _port in range(4))
        self.postgres = Server()
        self.units: list[Unit] = []
        self.nginx: subprocess.Popen[bytes] | None = None

    def text(self, name: str) -> str:
        """A printed file, or "" where there is none, with what has to be different on this machine."""
        text = self.printed.get(name, "")
        for printed, here in (
            ("/srv/commonplace/site", str(ROOT)),
            ("/srv/commonplace/var", str(self.folder / "var")),
            ("/run/postgresql", str(self.postgres.server.get_postmaster_info().socket_dir)),
            ("/etc/nginx/snippets", str(self.folder / "snippets")),
            (f"{ROOT}/.venv/bin/python", sys.executable),
            ("127.0.0.1:8000", f"127.0.0.1:{self.inside}"),
            ("127.0.0.1:8001", f"127.0.0.1:{self.outside}"),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.secure} ssl"),
            ("listen 80;", f"listen 127.0.0.1:{self.plain};"),
        ):
            text = text.replace(printed, here)
        return re.sub(r"/etc/letsencrypt/live/[\w.]+/", f"{self.folder}/", text)

    def start(self) -> None:
        (self.folder / "var").mkdir(mode=0o710)
        if ACCOUNT != MYSELF:
            shutil.chown(self.folder / "var", ACCOUNT, ACCOUNT)
        self._start_database()
        internal, worker, public = (Unit(self, f"commonplace{what}") for what in ("", "-worker", "-public"))
        self.units = [internal, worker, public]
        internal.start()
        worker.start()
        internal.run(
            [sys.executable, "manage.py", "load_demo"],
            INTRANET_DEMO="1",
            INTRANET_DEMO_PASSWORD="long-and-not-published",
        )
        self.postgres.server.psql(f"\\c commonplace\nSET ROLE commonplace;\n{self._grant()}")
        public.start()
        self._start_nginx()
        wait_for(
            lambda: all(self.reader(host).ask("/health/").status == 200 for host in (INSIDE, OUTSIDE)), "health", 120
        )

    def _start_database(self) -> None:
        data = self.postgres.folder / "data"
        data.chmod(0o711)  # its socket lies in there
        for account in ("commonplace", "commonplace_public"):
            self.postgres.server.psql(f"CREATE ROLE {account} LOGIN")
        self.postgres.server.psql("CREATE DATABASE commonplace OWNER commonplace")
        hba, ident = (
            next(text for name, text in self.printed.items() if name.endswith(f"/{file}.conf"))
            for file in ("pg_hba", "pg_ident")
        )
        rules = (data / "pg_hba.conf").read_text()
        (data / "pg_hba.conf").write_text(f"{hba}local commonplace postgres trust\nlocal commonplace all peer\n{rules}")
        # The second column is the account of the system.
        (data / "pg_ident.conf").write_text(re.sub(r"^(\w+\s+)commonplace\b", rf"\1{ACCOUNT}", ident, flags=re.M))
        self.postgres.server.psql("SELECT pg_reload_conf()")

    def _grant(self) -> str:
        return next(text for text in self.printed.values() if text.startswith("GRANT SELECT"))

    def _start_nginx(self) -> None:
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={INSIDE}"),
                *("-keyout", str(self.folder / "privkey.pem"), "-out", str(self.folder / "fullchain.pem")),
            ],
            check=True,
            capture_output=True,
        )
        (self.folder / "snippets").mkdir()
        for name in self.printed:
            if name.startswith("/etc/nginx/snippets/"):
                (self.folder / "snippets" / Path(name).name).write_text(self.text(name))
        temporary = "".join(
            f"{what}_temp_path {self.folder}/{what};\n" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # As Debian's own; the site's group is what `adduser www-data commonplace` gives.
        account = f"user www-data {ACCOUNT};\n" if MYSELF == "root" else ""
        (self.folder / "nginx.conf").write_text(
            f"{account}pid {self.folder}/nginx.pid;\nerror_log {self.folder}/error.log;\nevents {{}}\nhttp {{\n"
            f"include /etc/nginx/mime.types;\ngzip on;\naccess_log {self.folder}/access.log;\n{temporary}"
            f"{self.text('/etc/nginx/sites-available/commonplace')}}}\n"
        )
        command = [nginx.ensure(), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        self.nginx = subprocess.Popen([*command, "-g", "daemon off;"])

    def reader(self, host: str) -> Reader:
        return Reader(self.secure, host)

    def during(self, work: Callable[[], None], ask: Callable[[], int], pause: float) -> list[int]:
        """What `ask` was answered, every `pause` seconds, while `work` was done and five seconds longer, until what it started is there."""
        with ThreadPoolExecutor(32) as pool:
            working = pool.submit(work)
            asked, until = [], 0.0
            while not working.done() or time.monotonic() < until:
                if not working.done():
                    until = time.monotonic() + 5
                asked.append(pool.submit(ask))
                time.sleep(pause)
            working.result()
            return [answer.result() for answer in asked]

    def logs(self) -> str:
        return "".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))

    def stop(self) -> None:
        if self.nginx is not None:
            self.nginx.terminate()
            self.nginx.wait(20)
        for unit in self.units:
            unit.stop()
            if unit.socket is not None:
                unit.socket.close()
        self.postgres.__exit__(None, None, None)
        shutil.rmtree(self.folder, ignore_errors=True)
