"""The headers under which the fields of a roster are known, in English, Dutch, German and French.

For each field the better name stands first: a table with both `User` and `Email` names its addresses under `Email`.
Names are compared by their letters and digits alone, without case, accents and punctuation (`header_key`).
"""

import unicodedata
from collections.abc import Mapping
from typing import Final

from axure_lifecycle.domain.rosters import RosterKind

Ranks = Mapping[str, int]
"""Header key → how good a name it is for the field, 0 the best."""


def header_key(header: str) -> str:
    """What is compared of a header.

    >>> header_key(" E-Mail_Adresse "), header_key("Prénom (usuel)")
    ('emailadresse', 'prenomusuel')
    """
    folded = unicodedata.normalize("NFKD", header).casefold()
    return "".join(character for character in folded if character.isalnum())


def _ranked(names: str) -> Ranks:
    return {header_key(name): rank for rank, name in reversed(list(enumerate(names.split(","))))}


_ADDRESS: Final = (
    "email, email address, e-mail address, mail, mail address, primary email, user email, member email, work email, "
    "emailadres, e-mailadressen, mailadres, emailadresse, mailadresse, adresse email, adresse mail, courriel, "
    "adresse électronique, address, adres, adresse, user principal name, upn, login, login name, username, user name, "
    "gebruikersnaam, benutzername, nom d'utilisateur, user, member, account, gebruiker, benutzer, utilisateur, lid, "
    "mitglied, membre"
)
_NAME: Final = (
    "display name, full name, name, member name, weergavenaam, volledige naam, naam, anzeigename, vollständiger name, "
    "nom complet, nom affiché, nom, user name, user, member, gebruiker, benutzer, utilisateur, lid, mitglied, membre"
)
_STATUS: Final = "status, state, member status, account status, user status, lidstatus, toestand, zustand, statut, état"
ASKING: Final[Ranks] = _ranked(
    "active, is active, enabled, is enabled, account enabled, actief, ingeschakeld, aktiv, aktiviert, actif, activé"
)
"""Headers that ask a question, so that the cell below says yes or no."""

FIELDS: Final[Mapping[RosterKind, Mapping[str, Ranks]]] = {
    RosterKind.MEMBERS: {
        "address": _ranked(_ADDRESS),
        "display_name": _ranked(_NAME),
        "role": _ranked(
            "system role, role, user role, member role, level, access level, account type, permission, permissions, "
            "systeemrol, rol, niveau, systemrolle, rolle, berechtigung, rôle système, rôle, niveau d'accès"
        ),
        "status": _ranked(f"{_STATUS}, {', '.join(ASKING)}"),
        "use_sso": _ranked(
            "use sso, sso, uses sso, sso enabled, single sign-on, saml sso, saml, gebruik sso, sso gebruiken, "
            "sso verwenden, sso nutzen, utiliser sso, utiliser le sso, authentification unique"
        ),
    },
    RosterKind.SEATS: {
        "subscription": _ranked(
            "subscription, subscription id, subscription number, subscription key, serial, serial number, license key, "
            "licence key, license id, licence id, license, licence, key, abonnement, abonnementsnummer, serienummer, "
            "licentiesleutel, licentie, lizenzschlüssel, lizenz, seriennummer, numéro de série, clé de licence, clé"
        ),
        "edition": _ranked("edition, product, product name, plan, editie, produkt, produit, édition"),
        "owner": _ranked(
            "owner, subscription owner, license owner, licence owner, eigenaar, besitzer, eigentümer, inhaber, "
            "propriétaire"
        ),
        "managers": _ranked(
            "managers, manager, subscription managers, license managers, licence managers, beheerders, beheerder, "
            "verwalter, gestionnaires, gestionnaire"
        ),
        "assigned": _ranked(
            "assigned user, assignee, assigned to, assigned, seat user, toegewezen gebruiker, toegewezen aan, "
            "zugewiesener benutzer, zugewiesen an, utilisateur attribué, attribué à, affecté à, user, user email, "
            "gebruiker, benutzer, utilisateur"
        ),
        "renews_on": _ranked(
            "renews on, renewal date, renewal, renews, next renewal, expires on, expires, expiry date, "
            "expiration date, end date, verlengt op, verlengdatum, verlenging, einddatum, verlängert am, verlängerung, "
            "ablaufdatum, renouvellement, date de renouvellement, expire le"
        ),
        "bought_by": _ranked(
            "bought by, bought with, purchase, purchase method, purchased by, purchased with, payment method, payment, "
            "paid by, gekocht met, betaalmethode, betaald met, gekauft mit, zahlungsart, zahlungsmethode, "
            "mode de paiement, paiement, achat"
        ),
    },
    RosterKind.DIRECTORY: {
        "key": _ranked("id, key, user id, object id, employee id, employee number, external id, uid, guid"),
        "address": _ranked(_ADDRESS),
        "display_name": _ranked(_NAME),
        "standing": _ranked(f"standing, {', '.join(ASKING)}"),
        "status": _ranked(_STATUS),
        "leave_at": _ranked(
            "leave date, leave at, leaves on, employee leave date time, last day, last working day, termination date, "
            "end date, laatste werkdag, laatste dag, uit dienst, uit dienst datum, einddatum, austrittsdatum, "
            "austritt, letzter arbeitstag, date de départ, date de sortie, départ"
        ),
        "aliases": _ranked(
            "aliases, alias, other mails, other emails, other addresses, proxy addresses, secondary email, "
            "second email, alternate email, aliassen, andere adressen, weitere adressen, autres adresses"
        ),
        "kind": _ranked("kind, type, account kind, account type, soort, art, typ, accounttype, kontotyp"),
    },
}
"""The fields of each kind of roster, named as in its row type, with their headers."""

TELLING: Final[Mapping[RosterKind, tuple[int, frozenset[str]]]] = {
    RosterKind.MEMBERS: (
        1,
        frozenset(_ranked("system role, systeemrol, systemrolle, rôle système, use sso, sso gebruiken, gebruik sso")),
    ),
    RosterKind.SEATS: (
        2,
        frozenset(
            _ranked(
                "subscription, subscription id, subscription number, serial, serial number, license key, licence key, "
                "assigned user, assignee, renews on, renewal date, bought by, abonnement, licentiesleutel, "
                "lizenzschlüssel, seriennummer, serienummer, toegewezen gebruiker, zugewiesener benutzer"
            )
        ),
    ),
    RosterKind.DIRECTORY: (
        2,
        frozenset(
            _ranked(
                "kind, aliases, alias, other mails, proxy addresses, account enabled, leave date, last day, "
                "last working day, termination date, employee leave date time, user principal name, "
                "laatste werkdag, austrittsdatum, letzter arbeitstag, date de départ"
            )
        ),
    ),
}
"""By which headers a kind gives itself away, and how many of them it takes."""
