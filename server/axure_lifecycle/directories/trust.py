"""Which certificates are trusted. Verification is never switched off."""

import ssl
from pathlib import Path

import httpx

from axure_lifecycle.directories.refusals import CaFileUnusable


def certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """The failed check of a certificate, wherever it stands among the causes."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, ssl.SSLCertVerificationError):
            return at
        at = at.__cause__ or at.__context__
    return None


def usual_trust() -> ssl.SSLContext:
    """Verification by the certificates of the system, or httpx's where the system has none.

    Not by both: reading either takes as long as reading thousands of people.
    """
    context = ssl.create_default_context()
    known = ssl.get_default_verify_paths()
    if not context.get_ca_certs() and not known.capath:
        context = httpx.create_ssl_context()
    return context


def trusting(directory: str, ca_file: Path | None) -> ssl.SSLContext:
    """The usual trust, and that in the certificates of the file. Raises `CaFileUnusable`."""
    context = usual_trust()
    is_loaded = True
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError):
            is_loaded = False
    if not is_loaded:
        raise CaFileUnusable(directory, ca_file.name if ca_file else "")
    return context
