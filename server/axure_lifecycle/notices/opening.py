"""From the configuration to places that can be written to."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import assert_never

from axure_lifecycle.directories.secrets import find_secret, is_readable_by_others
from axure_lifecycle.domain.directories import Finding, SecretReference
from axure_lifecycle.domain.places import (
    KINDS,
    Delivery,
    MailPlace,
    MailSecurity,
    NotDelivered,
    Place,
    SlackPlace,
    TeamsPlace,
    Unclear,
    WebhookPlace,
)
from axure_lifecycle.domain.reminding import Message
from axure_lifecycle.domain.signing import ID, LEAST_BYTES, SIGNATURE, TIMESTAMP, key_of, sign
from axure_lifecycle.notices.forms import Console, for_slack, for_teams, for_webhook
from axure_lifecycle.notices.reaching import needs_proxy, reach
from axure_lifecycle.notices.wire import Limits, post, usable_address


class ConfiguredPlaces:
    """Implements `ports.Notifier`."""

    def __init__(self, places: Sequence[Place], console: Console, limits: Limits | None = None) -> None:
        self._places = tuple(places)
        self._console = console
        self._limits = limits or Limits()

    def places(self) -> Sequence[Place]:
        """In the order of the configuration."""
        return self._places

    def examine(self) -> Sequence[Finding]:
        """Look for each secret, connect where that disturbs nobody, and say what is wrong; no message is sent."""
        return [finding for place in self._places for finding in _examine(place, self._limits)]

    def deliver(self, place: Place, message: Message, *, key: str, at: datetime) -> Delivery:
        """Send one message and hear what the other side says; ends within seconds."""
        match place:
            case SlackPlace():
                return self._post(place, for_slack(message, self._console, key, at), {})
            case TeamsPlace():
                return self._post(place, for_teams(message, self._console, key, at), {})
            case WebhookPlace():
                return self._post_signed(place, for_webhook(message, self._console, key, at), key)
            case MailPlace():
                return self._mail(place, message, key, at)
            case _:
                assert_never(place)

    def _post(self, place: SlackPlace | TeamsPlace | WebhookPlace, body: bytes, headers: dict[str, str]) -> Delivery:
        url, why = find_secret(place.url)
        if url is None:
            return _missing(place.name, place.url, why)
        return post(place.name, url, body, headers, place.ca_file, self._limits, time.time())

    def _post_signed(self, place: WebhookPlace, body: bytes, key: str) -> Delivery:
        secret, why = find_secret(place.secret)
        if secret is None:
            return _missing(place.name, place.secret, why)
        signing = key_of(secret)
        if signing is None:
            return NotDelivered("signing_key_too_short", _too_short(place.name))
        timestamp = str(int(time.time()))
        headers = {ID: key, TIMESTAMP: timestamp, SIGNATURE: sign(signing, key, timestamp, body)}
        delivery = self._post(place, body, headers)
        if isinstance(delivery, Unclear):  # by its id the other side knows it again: it may be sent until it is heard
            return NotDelivered(delivery.code, delivery.sentence)
        return delivery

    def _mail(self, place: MailPlace, message: Message, key: str, at: datetime) -> Delivery:
        from axure_lifecycle.notices.mail import recipient_of, send_mail, write_mail

        to = recipient_of(place, message)
        if to is None:
            return NotDelivered("recipient_missing", f"{place.name}: there is no address for {message.recipient}.")
        password = None
        if place.password is not None:
            password, why = find_secret(place.password)
            if password is None:
                return _missing(place.name, place.password, why)
        mail = write_mail(place, to, message, self._console, key=key, at=at)
        return send_mail(place, to, mail, password, self._limits)


def _missing(place: str, reference: SecretReference, why: str) -> NotDelivered:
    return NotDelivered("secret_missing", f"{place}: {reference} {why}. Put the secret there.")


def _too_short(place: str) -> str:
    return (
        f"{place}: the key that signs has fewer than {LEAST_BYTES} bytes, or is no base64 after whsec_. Make one with "
        "32 random bytes."
    )


def secrets_of(place: Place) -> tuple[SecretReference, ...]:
    """Where its secrets lie."""
    match place:
        case SlackPlace(url=url) | TeamsPlace(url=url):
            return (url,)
        case WebhookPlace(url=url, secret=secret):
            return url, secret
        case MailPlace(password=password):
            return () if password is None else (password,)
        case _:
            assert_never(place)


def _examine(place: Place, limits: Limits) -> list[Finding]:
    findings: list[Finding] = []
    found: dict[SecretReference, str] = {}
    for reference in secrets_of(place):
        secret, why = find_secret(reference)
        if secret is None:
            return [_wrong(place, _missing(place.name, reference, why))]
        if isinstance(place, WebhookPlace) and reference == place.secret and key_of(secret) is None:
            return [_wrong(place, NotDelivered("signing_key_too_short", _too_short(place.name)))]
        if is_readable_by_others(reference):
            said = f"Others on this machine may read {reference}; let its owner alone do so (chmod 600)."
            findings.append(Finding(place.name, is_fine=True, sentence=said, is_warning=True))
        found[reference] = secret
    hindrance, said = _reach(place, found, limits)
    return [*findings, _wrong(place, hindrance) if hindrance else Finding(place.name, is_fine=True, sentence=said)]


def _wrong(place: Place, hindrance: NotDelivered) -> Finding:
    return Finding(place.name, is_fine=False, sentence=hindrance.sentence)


def _reach(place: Place, secrets: Mapping[SecretReference, str], limits: Limits) -> tuple[NotDelivered | None, str]:
    """What stands in the way, or how far it could be tried without telling anybody anything."""
    kind = KINDS[type(place)]
    if isinstance(place, MailPlace):
        from axure_lifecycle.notices.mail import greet

        tried = "it greets" if place.security is MailSecurity.NONE else "its certificate is trusted"
        signed_in = ", and it takes our name and password" if place.password is not None else ""
        password = None if place.password is None else secrets[place.password]
        return greet(place, password, limits), (
            f"A place of kind {kind}: it can be reached, {tried}{signed_in}. Nothing was sent, so whether it takes "
            "mail for its recipients is not known."
        )
    url = secrets[place.url]
    hindrance = reach(place.name, url, place.ca_file, limits)
    address = usable_address(url)
    if address is not None and needs_proxy(address):
        tried = "its secrets are there. It lies behind a proxy, so it was not tried"
    elif address is not None and address.scheme == "https":
        tried = "its secrets are there, it can be reached, and its certificate is trusted"
    else:
        tried = "its secrets are there, and it can be reached"
    return hindrance, (
        f"A place of kind {kind}: {tried}. Nothing was sent, because whatever a webhook is sent is a message: whether "
        "it takes ours is not known."
    )
