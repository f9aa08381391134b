"""Certificates for servers of the tests: good, expired, for another name, and of an authority that nobody trusts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import trustme


class KeyPair(NamedTuple):
    """What a server shows, as two PEM files."""

    certificate: Path
    key: Path


class Authority:
    """A certificate authority of its own, which a client trusts by its file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._authority = trustme.CA()
        self.file = folder / "authority.pem"
        """What a client is told to trust, PEM."""
        self._authority.cert_pem.write_to_path(self.file)

    def issue(self, *names: str) -> KeyPair:
        """A certificate for these host names and IP addresses that is valid now."""
        return self._keep(self._authority.issue_cert(*names))

    def issue_expired(self, *names: str) -> KeyPair:
        """A certificate for these host names and IP addresses whose time ended years ago."""
        begins, ended = datetime(2019, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
        return self._keep(self._authority.issue_cert(*names, not_before=begins, not_after=ended))

    def _keep(self, issued: trustme.LeafCert) -> KeyPair:
        place = self._folder / f"server{len(list(self._folder.iterdir()))}"
        place.mkdir()
        pair = KeyPair(place / "certificate.pem", place / "key.pem")
        pair.certificate.write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
        pair.key.touch(mode=0o600)  # Samba refuses a key that others may read
        issued.private_key_pem.write_to_path(pair.key)
        return pair
