"""A second factor for exactly one answer: a code of an authenticator app, or a passkey.

A challenge is made for one answer in one session, and is used up by the first try at it. A code's time step never
serves twice. Wrong codes are counted by person, in the trail: whoever holds somebody's session and guesses is stopped
after a few, and everybody can see it afterwards. A passkey's signature cannot be guessed and is not counted.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final
from urllib.parse import urlsplit

from pyotp.totp import TOTP
from webauthn import generate_authentication_options, options_to_json, verify_authentication_response
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from axure_lifecycle.domain.access import digest_of
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Change, FactorKind, FactorRecord
from axure_lifecycle.store.refusals import FactorReplayed
from axure_lifecycle.web.console.visit import Site, Visit
from axure_lifecycle.web.sealing import Seal

STEP_SECONDS: Final = 30
"""Of a code (RFC 6238)."""
STEPS_AROUND: Final = 1
"""By how many steps a device's clock may be off."""
CHALLENGE_MINUTES: Final = 5
BOUNDS: Final = ((timedelta(minutes=15), 5), (timedelta(days=1), 20))
"""How many wrong codes of one person are taken within which time."""
REFUSED: Final = "factor.refused"
_CHALLENGE_BYTES: Final = 32


class FactorRefused(LifecycleError):
    """A device's answer that proves nothing."""

    code: ClassVar[str] = "factor_refused"

    def __init__(self, why: str) -> None:
        super().__init__(f"Nothing was recorded: {why}. Try again with your own device.")


class FactorMissing(LifecycleError):
    """Somebody is to give a second factor and has none."""

    code: ClassVar[str] = "factor_missing"

    def __init__(self, person: str) -> None:
        super().__init__(
            f"Nothing was recorded: policy wants a second factor for this, and {shown(person, 80)} has none here. Ask "
            "whoever runs the server for an invitation (`axure-lifecycle factor invite`), then add a device under "
            "Account."
        )


class TooManyCodes(FactorRefused):
    """Somebody guesses codes."""

    code: ClassVar[str] = "too_many_codes"

    def __init__(self, most: int, within: timedelta) -> None:
        span = f"{within.days * 24} hours" if within.days else f"{int(within.total_seconds() // 60)} minutes"
        super().__init__(
            f"{most} wrong codes were given within {span}, and no further code is taken until these are over. If it "
            "was not you, end every session under Account and tell whoever runs the server; a passkey is still taken"
        )


@dataclass(frozen=True, slots=True)
class Device:
    """What a page asks of a person's devices."""

    challenge: str
    """Base64url; only its SHA-256 is kept."""
    has_totp: bool
    options: str | None
    """For the browser's passkey dialogue, JSON; None where the person has none, or the address allows none."""


def seed_seal(site: Site) -> Seal:
    """Seals the seeds of authenticator apps."""
    return Seal(site.house.keys, "totp-seed")


def relying_party(site: Site) -> str | None:
    """The host that passkeys are for; None where browsers allow none: on an address in digits, or without https."""
    found = urlsplit(site.house.settings.origin)
    host = found.hostname or ""
    is_name = not host.replace(".", "").isdecimal() and ":" not in host
    return host if is_name and (found.scheme == "https" or host == "localhost") else None


def factors_of(visit: Visit) -> Sequence[FactorRecord]:
    """The person's devices that count, oldest first."""
    with visit.desk.store.reading() as view:
        return view.factors_of(visit.session.person)


def ask(visit: Visit, purpose: str) -> Device:
    """Make a challenge for one purpose in this session. Raises `FactorMissing`."""
    factors = factors_of(visit)
    if not factors:
        raise FactorMissing(visit.session.person)
    challenge = new_challenge(visit, purpose)
    return Device(
        challenge=challenge,
        has_totp=any(one.kind is FactorKind.TOTP for one in factors),
        options=_passkey_options(visit.site, factors, challenge),
    )


def new_challenge(visit: Visit, purpose: str) -> str:
    """A challenge that serves once, for this purpose, in this session; base64url."""
    challenge = bytes_to_base64url(secrets.token_bytes(_CHALLENGE_BYTES))
    with visit.desk.store.writing(visit.desk.actor) as change:
        change.open_challenge(
            digest_of(challenge),
            visit.session.digest,
            purpose=purpose,
            expires_at=visit.desk.now + timedelta(minutes=CHALLENGE_MINUTES),
        )
    return challenge


def _passkey_options(site: Site, factors: Sequence[FactorRecord], challenge: str) -> str | None:
    host = relying_party(site)
    keys = [one for one in factors if one.kind is FactorKind.PASSKEY]
    if host is None or not keys:
        return None
    options = generate_authentication_options(
        rp_id=host,
        challenge=base64url_to_bytes(challenge),
        allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential)) for one in keys],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def prove(visit: Visit, purpose: str) -> None:
    """Take a device's answer from the form. Raises `FactorRefused`, and `TooManyCodes` for whoever guesses."""
    challenge, code = visit.form.get("challenge", ""), visit.form.get("code", "")
    credential = visit.form.get("credential", "")
    with visit.desk.store.writing(_actor(visit)) as change:
        if not credential:
            require_few_refusals(change, visit)
        why = (
            "the question to the device is over, or was answered before"
            if not change.use_challenge(digest_of(challenge), visit.session.digest, purpose=purpose)
            else _refuse_passkey(change, visit, challenge, credential)
            if credential
            else _refuse_code(change, visit, code)
        )
        # Kept by this very transaction: a refusal is no reason to forget that it happened.
    if why:
        raise FactorRefused(why)


def require_few_refusals(change: Change, visit: Visit) -> None:
    """Stop whoever guesses, before another guess is looked at. Raises `TooManyCodes`."""
    for within, most in BOUNDS:
        if change.count_noted(REFUSED, visit.session.person, visit.desk.now - within) >= most:
            raise TooManyCodes(most, within)


def note_refusal(change: Change, visit: Visit, kind: str) -> None:
    """Write down that a guess was wrong."""
    change.note(REFUSED, {"address": visit.session.person, "device": kind})


def _refuse_code(change: Change, visit: Visit, code: str) -> str:
    """Why a code proves nothing; empty where it does."""
    seal = seed_seal(visit.site)
    for factor in change.factors_of(visit.session.person):
        seed = seal.open(factor.material) if factor.kind is FactorKind.TOTP else None
        step = None if seed is None else step_of(seed.decode(), code, visit.desk.now.timestamp())
        if step is not None:
            try:
                change.use_factor(factor.id, step)
            except FactorReplayed:
                return "that code was used before; wait for the next one"
            return ""
    note_refusal(change, visit, FactorKind.TOTP)
    return "the code is not the one that your device shows now"


def step_of(seed: str, code: str, now: float) -> int | None:
    """The time step that a code is of; None for a code of no step around this moment (seconds, Unix)."""
    given = "".join(code.split())
    totp = TOTP(seed, interval=STEP_SECONDS)
    present = int(now // STEP_SECONDS)
    found: int | None = None
    for step in range(present - STEPS_AROUND, present + STEPS_AROUND + 1):
        # Each of them is looked at, so that the time it takes tells nothing.
        if totp.verify(given, for_time=step * STEP_SECONDS):
            found = step
    return found


def _refuse_passkey(change: Change, visit: Visit, challenge: str, credential: str) -> str:
    """Why a passkey's answer proves nothing; empty where it does."""
    host = relying_party(visit.site)
    try:
        named = str(json.loads(credential)["id"])
    except (ValueError, KeyError, TypeError):
        return "the passkey's answer cannot be read"
    factors = change.factors_of(visit.session.person)
    factor = next((one for one in factors if one.kind is FactorKind.PASSKEY and one.credential == named), None)
    if factor is None or host is None:
        return "that passkey is not one of yours here"
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host,
            expected_origin=visit.site.house.settings.origin,
            credential_public_key=base64url_to_bytes(factor.material),
            credential_current_sign_count=factor.counter,
            require_user_verification=True,
        )
        change.use_factor(factor.id, verified.new_sign_count)
    except (WebAuthnException, FactorReplayed):
        return "the passkey's answer is not for this question"
    return ""


def _actor(visit: Visit) -> Actor:
    return Actor(visit.session.person, Channel.CONSOLE, None, visit.session.proof)
