"""A time stamp authority on loopback, by OpenSSL, that can be told to lie."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Test
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[tsa_cert]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[plain_cert]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
[tsa]
default_tsa = tsa_config
[tsa_config]
dir = .
serial = ./serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = yes
ess_cert_id_alg = sha256
"""

Answer = Callable[["Authority", bytes], tuple[int, bytes]]
"""From a request to status and body."""


class Authority:
    """Its certificates and its key, in a folder of its own."""

    def __init__(self, folder: Path, *, kind: str = "tsa_cert") -> None:
        """`kind` of the certificate: `tsa_cert`, or `plain_cert`, which may not stamp."""
        self.folder = folder
        folder.mkdir(parents=True)
        (folder / "openssl.cnf").write_text(_CONFIG)
        (folder / "serial").write_text("01\n")
        new_key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
        self._openssl(
            f"req -x509 {new_key} -keyout ca.key -out ca.pem -days 3650 -subj /CN=Root"
            " -config openssl.cnf -extensions ca"
        )
        self._openssl(
            f"req {new_key} -keyout tsa.key -out tsa.csr -subj /CN=Stamper -config openssl.cnf"
        )
        self._openssl(
            f"req {new_key} -keyout mid.key -out mid.csr -subj /CN=Between -config openssl.cnf"
        )
        for name, by, extensions in (("mid", "ca", "ca"), ("tsa", "mid", kind)):
            self._openssl(
                f"x509 -req -in {name}.csr -CA {by}.pem -CAkey {by}.key -CAcreateserial"
                f" -out {name}.pem -days 3650 -extfile openssl.cnf -extensions {extensions}"
            )
        pems = [(folder / f"{name}.pem").read_text() for name in ("ca", "mid")]
        self.roots.write_text("".join(pems))

    @property
    def roots(self) -> Path:
        """The file of certificates that its stamps lead to: the root, and the one between."""
        return self.folder / "roots.pem"

    def stamp(self, request: bytes) -> bytes:
        """An honest reply."""
        (self.folder / "request.tsq").write_bytes(request)
        self._openssl(
            "ts -reply -queryfile request.tsq -inkey tsa.key -signer tsa.pem"
            " -config openssl.cnf -out reply.tsr"
        )
        return (self.folder / "reply.tsr").read_bytes()

    def query(self, content: bytes) -> bytes:
        """A request of our own, over other content, as openssl makes it."""
        (self.folder / "content").write_bytes(content)
        self._openssl("ts -query -data content -sha256 -cert -out own.tsq")
        return (self.folder / "own.tsq").read_bytes()

    def is_right(self, content: bytes, reply: bytes) -> bool:
        """Whether openssl itself verifies the reply over the content."""
        (self.folder / "content").write_bytes(content)
        (self.folder / "reply.tsr").write_bytes(reply)
        done = self._run("ts -verify -data content -in reply.tsr -CAfile roots.pem")
        return done.returncode == 0

    def _openssl(self, words: str) -> None:
        done = self._run(words)
        assert done.returncode == 0, done.stderr

    def _run(self, words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["openssl", *words.split()],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )


def honest(authority: Authority, request: bytes) -> tuple[int, bytes]:
    return 200, authority.stamp(request)


@dataclass
class Served:
    """The authority as it is reached."""

    url: str
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """Headers and body of each request."""


@contextmanager
def serving(authority: Authority, answer: Answer = honest) -> Iterator[Served]:
    """The authority on loopback."""
    served = Served("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            served.asked.append(({k.lower(): v for k, v in self.headers.items()}, body))
            status, content = answer(authority, body)
            self.send_response(status)
            if status in (301, 307):
                self.send_header("location", f"{served.url}/elsewhere")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}/tsr"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
