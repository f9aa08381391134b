"""What `doctor` says of `[serve]`: whether it could be started as it is configured. Starts and writes nothing."""

from pathlib import Path

import anyio

from axure_lifecycle.directories.refusals import SecretMissing
from axure_lifecycle.directories.secrets import is_readable_by_others, read_secret
from axure_lifecycle.domain.directories import Finding, SecretKind, SecretReference
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.serving import LOOPBACK, IssuerSettings, ServeSettings, require_guard
from axure_lifecycle.domain.text import shown
from axure_lifecycle.web.issuer_keys import IssuerKeys, IssuerUnreachable
from axure_lifecycle.web.keys import KEY_FILE, KeyTooShort, ServeKeyMissing
from axure_lifecycle.web.sealing import LEAST_BYTES


def examine_serving(home: Path, settings: ServeSettings) -> list[Finding]:
    """Everything that can be said about `[serve]`: where it listens, its keys, its issuer. No secret is in it."""
    findings = [_reach(settings)]
    if settings.keys:
        findings += [_key(reference) for reference in settings.keys]
    else:
        findings.append(_key_of_home(home))
    if settings.issuer is not None:
        findings.append(_issuer(settings.issuer))
        if settings.issuer.client_secret is not None:
            findings.append(_client_secret(settings.issuer.client_secret))
    return findings


def _reach(settings: ServeSettings) -> Finding:
    try:
        require_guard(settings)
    except LifecycleError as refusal:
        return Finding("reach", is_fine=False, sentence=refusal.sentence)
    place = f"It listens on {settings.host}, port {settings.port}"
    ways = [*(["tokens"] if settings.takes_tokens else []), *(["the issuer"] if settings.issuer is not None else [])]
    if not ways:
        return Finding(
            "reach", is_fine=True, sentence=f"{place}, for this machine alone, and asks nobody who they are."
        )
    sentence = f"{place}, known as {settings.origin}; people come in by {' or '.join(ways)}."
    if settings.host not in LOOPBACK and not settings.origin.startswith("https://"):
        said = f"{sentence} What they send travels unencrypted: put a proxy with TLS before it, and set public_url."
        return Finding("reach", is_fine=True, sentence=said, is_warning=True)
    return Finding("reach", is_fine=True, sentence=sentence)


def _key(reference: SecretReference) -> Finding:
    try:
        key = read_secret("[serve]", reference).encode()
    except SecretMissing as missing:
        return Finding("key", is_fine=False, sentence=ServeKeyMissing(str(reference), missing.why).sentence)
    if len(key) < LEAST_BYTES:
        return Finding("key", is_fine=False, sentence=KeyTooShort(str(reference), len(key)).sentence)
    if is_readable_by_others(reference):
        return _open_to_others("key", reference)
    return Finding("key", is_fine=True, sentence=f"{reference} holds a key of {len(key)} bytes.")


def _key_of_home(home: Path) -> Finding:
    file = home / KEY_FILE
    if not file.exists():
        said = f"None is configured; the first start makes one in {file}, for this machine alone."
        return Finding("key", is_fine=True, sentence=said)
    return _key(SecretReference(SecretKind.FILE, str(file)))


def _client_secret(reference: SecretReference) -> Finding:
    try:
        read_secret("[serve.issuer]", reference)
    except SecretMissing as missing:
        said = (
            f"Nobody can sign in at the console with the issuer: {shown(str(reference), 120)}, its client_secret, "
            f"{missing.why}. Put the secret there, or say in the configuration where it lies."
        )
        return Finding("client secret", is_fine=False, sentence=said)
    if is_readable_by_others(reference):
        return _open_to_others("client secret", reference)
    return Finding("client secret", is_fine=True, sentence=f"{reference} holds something.")


def _open_to_others(about: str, reference: SecretReference) -> Finding:
    said = f"Others on this machine may read {reference}; let its owner alone do so (chmod 600)."
    return Finding(about, is_fine=True, sentence=said, is_warning=True)


def _issuer(settings: IssuerSettings) -> Finding:
    """Ask it who it is and for its keys, as the server does when the first token comes."""

    async def ask() -> None:
        keys = IssuerKeys(settings.issuer, settings.ca_file)
        await keys.metadata()
        await keys.key(None)

    try:
        anyio.run(ask)
    except IssuerUnreachable as refusal:
        return Finding("issuer", is_fine=False, sentence=refusal.sentence)
    said = f"{shown(settings.issuer, 120)} answers; its tokens must be for {shown(settings.audience, 120)}."
    if not settings.roles and not settings.people:
        said += f" Only our own names of roles count in the claim {shown(settings.roles_claim, 60)}."
    return Finding("issuer", is_fine=True, sentence=said)
