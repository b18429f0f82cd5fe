"""Certificates of a test's own authority: good ones, and such as must not be accepted."""

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_DAY = timedelta(days=1)


@cache
def _key(kind: str = "ec") -> Key:
    if kind == "weak":
        return rsa.generate_private_key(public_exponent=65537, key_size=1024)
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(slots=True)
class Authority:
    """An authority whose certificate is in `store`."""

    folder: Path
    key: Key = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    name: x509.Name = field(default_factory=lambda: _name("A test's authority"))

    @property
    def store(self) -> Path:
        """The authority's own certificate in a file, as a store of certificates to trust."""
        path = self.folder / "store.pem"
        if not path.exists():
            made = _builder(self.name, self.name, self.key).add_extension(
                x509.BasicConstraints(ca=True, path_length=None), critical=True
            )
            path.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        return path

    def server(
        self, *hosts: str, days: tuple[int, int] = (-1, 30), key: str = "ec", signed_by_itself: bool = False
    ) -> ssl.SSLContext:
        """Return what a server for `hosts` needs; its certificate is good from and until `days` from now."""
        own, name = _key(key), _name("a server")
        issuer, signer = (name, own) if signed_by_itself else (self.name, self.key)
        names = [x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts]
        made = _builder(name, issuer, own, days=days).add_extension(x509.SubjectAlternativeName(names), critical=False)
        chain = self.folder / f"{abs(hash((hosts, days, key, signed_by_itself)))}.pem"
        private = own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        chain.write_bytes(made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(chain)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, *, days: tuple[int, int] = (-1, 30)
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now + days[0] * _DAY,
        not_valid_after=now + days[1] * _DAY,
    )
