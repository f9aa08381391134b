"""My account: the sessions that last, and the devices that answer for me.

A device is added only with an invitation that somebody else made at a terminal (`axure-lifecycle factor invite`):
whoever holds a stolen session, an assistant with a browser for one, cannot add a device of its own.
"""

import json
import secrets
from dataclasses import dataclass
from typing import ClassVar, Final

import segno
from markupsafe import Markup
from pyotp import random_base32
from pyotp.totp import TOTP
from starlette.responses import Response
from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from axure_lifecycle.domain.access import digest_of
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import FactorKind
from axure_lifecycle.store.refusals import InvitationUnusable
from axure_lifecycle.web.console import second_factor
from axure_lifecycle.web.console.numbers import NoSuchPage
from axure_lifecycle.web.console.visit import Site, Visit
from axure_lifecycle.web.sealing import Seal

_ENROL: Final = "enrol:"
ENROLMENT_SECONDS: Final = 15 * 60
_LONGEST_LABEL: Final = 60
_DIGEST_DIGITS: Final = 64


class CodeWrong(LifecycleError):
    """A new device that does not show the right code."""

    code: ClassVar[str] = "code_wrong"

    def __init__(self, why: str) -> None:
        super().__init__(f"The device was not added: {why}. The invitation is still good; begin again with it.")


@dataclass(frozen=True, slots=True)
class NewSeed:
    """An authenticator app that is being added."""

    seed: str
    invitation: str


def _seal(site: Site) -> Seal:
    return Seal(site.house.keys, "totp-enrolment")


def show(visit: Visit, problem: LifecycleError | None = None) -> Response:
    """Sessions and devices of the person."""
    with visit.desk.store.reading() as view:
        sessions = view.sessions_of(visit.session.person)
        factors = view.factors_of(visit.session.person)
    return visit.page(
        "account.html",
        409 if problem is not None else 200,
        sessions=sessions,
        current=visit.session.digest,
        factors=factors,
        takes_passkeys=second_factor.relying_party(visit.site) is not None,
        problem=problem,
    )


def end_session(visit: Visit) -> Response:
    """End one of the person's own sessions."""
    digest = visit.path("session")
    with visit.desk.store.writing(visit.desk.actor) as change:
        if digest not in {one.digest for one in change.sessions_of(visit.session.person)}:
            raise NoSuchPage
        change.end_session(digest)
    return visit.go("/account", "That session is over.")


# -- invitations ------------------------------------------------------------------------------------------------------


def _invited(visit: Visit) -> str:
    """The SHA-256 of the invitation in the form. Raises `InvitationUnusable`; for whoever guesses, `TooManyCodes`."""
    digest = digest_of(visit.form.get("invitation", "").strip())
    with visit.desk.store.writing(visit.desk.actor) as change:
        second_factor.require_few_refusals(change, visit)
        found = change.invitation(digest)
        is_usable = (
            found is not None
            and found.person == visit.session.person
            and found.used_at is None
            and found.expires_at > visit.desk.now
        )
        if not is_usable:
            second_factor.note_refusal(change, visit, "invitation")
    if not is_usable:
        raise InvitationUnusable(visit.session.person)
    return digest


def _label(visit: Visit, otherwise: str) -> str:
    return shown(visit.form.get("label", "").strip(), _LONGEST_LABEL) or otherwise


# -- authenticator apps -----------------------------------------------------------------------------------------------


def begin_totp(visit: Visit) -> Response:
    """Show the seed of a new authenticator app, as a picture and as letters; nothing is kept yet."""
    try:
        invitation = _invited(visit)
    except LifecycleError as refused:
        return show(visit, refused)
    return _show_seed(visit, NewSeed(random_base32(), invitation), _label(visit, "Authenticator app"))


def _show_seed(visit: Visit, new: NewSeed, label: str, problem: LifecycleError | None = None) -> Response:
    name = f"Axure Lifecycle ({visit.desk.organization.name})"
    address = TOTP(new.seed).provisioning_uri(name=visit.session.person, issuer_name=name)
    picture = segno.make(address, error="m").svg_inline(scale=4, border=0, omitsize=True, title="Code to scan")
    sealed = _seal(visit.site).close(json.dumps([visit.session.digest, new.invitation, new.seed]).encode())
    return visit.page(
        "enrol_totp.html",
        409 if problem is not None else 200,
        picture=Markup(picture),  # noqa: S704 - drawn by segno from the address alone: a path of numbers
        letters=" ".join(new.seed[at : at + 4] for at in range(0, len(new.seed), 4)),
        sealed=sealed,
        label=label,
        problem=problem,
    )


def finish_totp(visit: Visit) -> Response:
    """Keep the app's seed, sealed, once the app has shown a right code. Raises `InvitationUnusable`, `CodeWrong`."""
    opened = _seal(visit.site).open(visit.form.get("sealed", ""), ENROLMENT_SECONDS)
    session, invitation, seed = json.loads(opened) if opened is not None else ("", "", "")
    if session != visit.session.digest:
        return show(visit, CodeWrong("its page is over, or of another session"))
    label = _label(visit, "Authenticator app")
    step = second_factor.step_of(seed, visit.form.get("code", ""), visit.desk.now.timestamp())
    if step is None:
        wrong = CodeWrong("the code is not the one that it shows now")
        return _show_seed(visit, NewSeed(seed, invitation), label, wrong)
    material = second_factor.seed_seal(visit.site).close(seed.encode())
    with visit.desk.store.writing(visit.desk.actor) as change:
        made = change.enrol_factor(
            invitation,
            visit.session.person,
            FactorKind.TOTP,
            label=label,
            credential="",
            material=material,
            counter=step,
        )
    return visit.go("/account", f"{made.label} was added. It answers for you from now on.")


# -- passkeys ---------------------------------------------------------------------------------------------------------


def begin_passkey(visit: Visit) -> Response:
    """Ask the browser to make a passkey; nothing is kept yet."""
    host = second_factor.relying_party(visit.site)
    if host is None:
        return show(visit, CodeWrong("browsers make passkeys only for a name with https, or for localhost"))
    try:
        invitation = _invited(visit)
    except LifecycleError as refused:
        return show(visit, refused)
    challenge = second_factor.new_challenge(visit, _ENROL + invitation)
    with visit.desk.store.reading() as view:
        known = [one for one in view.factors_of(visit.session.person) if one.kind is FactorKind.PASSKEY]
    options = generate_registration_options(
        rp_id=host,
        rp_name=f"Axure Lifecycle ({visit.desk.organization.name})",
        user_name=visit.session.person,
        user_id=secrets.token_bytes(32),
        challenge=base64url_to_bytes(challenge),
        authenticator_selection=AuthenticatorSelectionCriteria(user_verification=UserVerificationRequirement.REQUIRED),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential)) for one in known],
    )
    return visit.page(
        "enrol_passkey.html",
        options=options_to_json(options),
        challenge=challenge,
        invitation=invitation,
        label=_label(visit, "Passkey"),
    )


def finish_passkey(visit: Visit) -> Response:
    """Keep the passkey's public key. Raises `InvitationUnusable`."""
    host, challenge = second_factor.relying_party(visit.site), visit.form.get("challenge", "")
    invitation = visit.form.get("invitation", "")
    if host is None or len(invitation) != _DIGEST_DIGITS:
        raise NoSuchPage
    with visit.desk.store.writing(visit.desk.actor) as change:
        is_asked = change.use_challenge(digest_of(challenge), visit.session.digest, purpose=_ENROL + invitation)
    if not is_asked:
        return show(visit, CodeWrong("its page is over, or was answered before"))
    try:
        verified = verify_registration_response(
            credential=visit.form.get("credential", ""),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host,
            expected_origin=visit.site.house.settings.origin,
            require_user_verification=True,
        )
    except WebAuthnException:
        return show(visit, CodeWrong("the browser's answer is not for this page"))
    with visit.desk.store.writing(visit.desk.actor) as change:
        made = change.enrol_factor(
            invitation,
            visit.session.person,
            FactorKind.PASSKEY,
            label=_label(visit, "Passkey"),
            credential=bytes_to_base64url(verified.credential_id),
            material=bytes_to_base64url(verified.credential_public_key),
            counter=verified.sign_count,
        )
    return visit.go("/account", f"{made.label} was added. It answers for you from now on.")
