"""The words that stand in the cells of rosters, in English, Dutch, German and French, and what they mean.

All in lower case; compared after trimming, NFC and lower case.
"""

from collections.abc import Mapping
from typing import Final

from axure_lifecycle.domain.cells import DASHES
from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.user_objects import OKTA_STANDINGS


def _words(listed: str) -> frozenset[str]:
    return frozenset(word.strip() for word in listed.split(","))


def _meanings(groups: Mapping[str, str]) -> Mapping[str, str]:
    return {word: meaning for meaning, listed in groups.items() for word in _words(listed)}


NOBODY: Final = DASHES | _words(
    "none, n/a, na, null, unassigned, not assigned, available, free, vacant, geen, niet toegewezen, vrij, keine, "
    "keiner, nicht zugewiesen, frei, aucun, non attribué, libre"
)
"""What stands in place of the assigned user of a free subscription."""

YES: Final = _words("yes, y, true, on, 1, ✓, ✔, ✔️, ✅, ☑, x, enabled, ja, j, wahr, waar, oui, vrai, aan, ein")
NO: Final = _words("no, n, false, off, 0, ✗, ✘, ✖, ❌, ☐, disabled, nee, nein, falsch, onwaar, non, faux, uit, aus")

MEMBER_STATUS: Final = _meanings(
    {
        "active": "active, activated, enabled, actief, geactiveerd, aktiv, aktiviert, actif, activé",
        "deactivated": "deactivated, disabled, inactive, de-activated, gedeactiveerd, uitgeschakeld, inactief, "
        "niet actief, deaktiviert, inaktiv, nicht aktiv, désactivé, inactif",
        "invited": "invited, pending, invitation sent, invitation pending, pending invitation, invite sent, "
        "uitgenodigd, in afwachting, eingeladen, ausstehend, invité, en attente",
    }
)
ROLES: Final = _words("guest, member, admin, technical admin, super admin")
"""The levels of Cloud for Business; only for tables without headers, otherwise any word is a role."""

BOUGHT_BY: Final = _meanings(
    {
        "card": "card, credit card, creditcard, credit, debit card, kreditkarte, karte, kaart, carte, "
        "carte bancaire, carte de crédit",
        "purchase_order": "purchase order, purchase_order, purchase-order, po, p.o., inkooporder, bestelling, "
        "bestellung, bestellauftrag, bon de commande",
        "invoice": "invoice, factuur, rechnung, facture",
    }
)

_OTHER_STANDINGS: Final = {
    Standing.ACTIVE: "enabled, activated, employed, actief, aktiv, actif, in dienst, beschäftigt",
    Standing.HOLD: "hold, on hold, suspended, on leave, geschorst, op non-actief, gesperrt, beurlaubt, suspendu",
    Standing.DISABLED: "disabled, inactive, blocked, deactivated, uitgeschakeld, inactief, geblokkeerd, "
    "gedeactiveerd, deaktiviert, inaktiv, désactivé, inactif",
    Standing.DEPROVISIONED: "deleted, terminated, left, removed, offboarded, uit dienst, verwijderd, ausgeschieden, "
    "gelöscht, parti, supprimé",
}
STANDINGS: Final[Mapping[str, Standing]] = {
    **{word.lower(): standing for word, standing in OKTA_STANDINGS.items()},
    **{word: standing for standing, listed in _OTHER_STANDINGS.items() for word in _words(listed)},
}
"""What the statuses of directories mean."""

PERSONS: Final = _words(
    "person, user, human, employee, member, guest, external, contractor, medewerker, mitarbeiter, personne"
)
"""Kinds of accounts that belong to a person."""
