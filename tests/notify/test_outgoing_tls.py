"""TLS is for the name that was asked for, while the address that was checked is dialled."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.notify.outgoing import Outgoing
from service.notify.policy import Policy
from tests.notify.outward import Names, failure, loopback, posted, run

ALLOWED = Policy.read("127.0.0.1")


def certificates(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server under this name, and for whoever trusts who signed for it."""
    now = datetime.now(UTC)

    def signed(
        subject: str, key: ec.EllipticCurvePrivateKey, by: str, by_key: ec.EllipticCurvePrivateKey
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder(
            subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]),
            issuer_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, by)]),
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - timedelta(hours=1),
            not_valid_after=now + timedelta(days=1),
        )
        builder = builder.add_extension(
            x509.BasicConstraints(ca=key is by_key, path_length=None), critical=True
        )
        return builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by_key.public_key()), critical=False
        ).add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)

    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = signed("Root", root_key, "Root", root_key).sign(root_key, hashes.SHA256())
    leaf = signed(name, key, "Root", root_key).add_extension(
        x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False
    )
    chain = folder / "server.pem"
    chain.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + leaf.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain)
    trusting = ssl.create_default_context(
        cadata=root.public_bytes(serialization.Encoding.PEM).decode()
    )
    return server, trusting


def test_tls_is_for_the_name_while_the_checked_address_is_dialled(tmp_path: Path) -> None:
    server, trusting = certificates(tmp_path, "hooks.example.org")
    wanted: list[str | None] = []
    server.sni_callback = lambda _, name, __: wanted.append(name)
    names = Names({"hooks.example.org": [["127.0.0.1"]], "other.example.org": [["127.0.0.1"]]})
    policy = Policy.read("hooks.example.org, other.example.org")
    with loopback(server) as receiver:

        def post(host: str, tls: ssl.SSLContext | None) -> Outgoing:
            return Outgoing(policy, resolver=names, tls=tls)

        url = receiver.url(scheme="https", host="hooks.example.org")
        assert run(posted(post("hooks", trusting), url)).status == 204
        assert wanted == ["hooks.example.org"]
        assert receiver.had[0].headers["host"] == f"hooks.example.org:{receiver.port}"

        wrong = receiver.url(scheme="https", host="other.example.org")
        assert "certificate is not valid" in str(failure(posted(post("other", trusting), wrong)))
        by_number = Outgoing(ALLOWED, tls=trusting)
        unnamed = receiver.url(scheme="https")
        assert "certificate is not valid" in str(failure(posted(by_number, unnamed)))
        assert "certificate is not valid" in str(failure(posted(post("hooks", None), url)))
        assert len(receiver.had) == 1

    with loopback() as plain:
        url = plain.url(scheme="https", host="hooks.example.org")
        assert "encrypted" in str(failure(posted(Outgoing(policy, resolver=names), url)))
