"""Filters for people, and names in the tree."""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

import sansldap

from axure_lifecycle.directories.ldap.refusals import LdapFilterUnusable
from axure_lifecycle.domain.directories import LdapFlavour, LdapSettings

USUAL: Final[Mapping[LdapFlavour, str]] = {
    # (objectClass=user) alone finds computers, too.
    LdapFlavour.ACTIVE_DIRECTORY: "(&(objectCategory=person)(objectClass=user))",
    LdapFlavour.OPENLDAP: "(objectClass=inetOrgPerson)",
}
FOLLOWED: Final = frozenset(
    {
        *("accountexpires", "objectcategory", "objectclass", "objectguid", "samaccountname", "useraccountcontrol"),
        *("mail", "mailnickname", "othermailbox", "proxyaddresses", "userprincipalname"),
        *("cn", "description", "displayname", "givenname", "name", "ou", "sn", "title"),
        *("company", "department", "departmentnumber", "division", "employeeid", "employeenumber", "employeetype"),
        *("c", "co", "l", "physicaldeliveryofficename", "st"),
        *(f"extensionattribute{number}" for number in range(1, 16)),
    }
)
"""Attributes of Active Directory that stand in the user's own object, so that DirSync tells of a change.

Membership in a group (memberOf) stands in the group: a filter on it can begin or cease to match without a word.
"""
_BITWISE: Final = frozenset({"1.2.840.113556.1.4.803", "1.2.840.113556.1.4.804"})
_WITHOUT_PEOPLE: Final = ("cn=configuration", "cn=schema", "dc=domaindnszones", "dc=forestdnszones")
"""Partitions of Active Directory that hold no accounts ([MS-ADTS] 3.1.1.1.5)."""
_COMMA: Final = re.compile(r"(?<!\\)((?:\\\\)*),")


def people_filter(settings: LdapSettings) -> sansldap.LDAPFilter:
    """Who is read. Raises `LdapFilterUnusable`."""
    text = settings.people if settings.people is not None else USUAL[settings.flavour]
    try:
        return sansldap.LDAPFilter.from_string(text)
    except (ValueError, IndexError, RecursionError):
        unusable = LdapFilterUnusable(settings.name, text)
    raise unusable


def one_of(people: sansldap.LDAPFilter, attribute: str, values: Sequence[bytes]) -> sansldap.LDAPFilter:
    """Those of the people who have one of the values."""
    either = [sansldap.FilterEquality(attribute, value) for value in values]
    return sansldap.FilterAnd([people, sansldap.FilterOr(list(either))])


def attributes_in(asked: sansldap.LDAPFilter) -> frozenset[str]:
    """The attributes that decide whether the filter matches, in lower case; `?` among them for what cannot be told."""
    match asked:
        case sansldap.FilterAnd() | sansldap.FilterOr():
            return frozenset[str]().union(*map(attributes_in, asked.filters))
        case sansldap.FilterNot():
            return attributes_in(asked.filter)
        case sansldap.FilterExtensibleMatch():
            is_told = asked.attribute is not None and asked.rule in _BITWISE and not asked.dn_attributes
            return frozenset({asked.attribute.lower() if asked.attribute and is_told else "?"})
        case (
            sansldap.FilterEquality()
            | sansldap.FilterSubstrings()
            | sansldap.FilterGreaterOrEqual()
            | sansldap.FilterLessOrEqual()
            | sansldap.FilterPresent()
            | sansldap.FilterApproxMatch()
        ):
            return frozenset({asked.attribute.partition(";")[0].lower()})
        case _:
            return frozenset({"?"})


def is_below(dn: str, base: str) -> bool:
    """Whether a name is the base's own, or lies below it.

    >>> is_below("OU=People, DC=acme,DC=example", "dc=Acme,dc=example")
    True
    >>> is_below("DC=notacme,DC=example", "DC=acme,DC=example")
    False
    """
    names, bases = _split(dn), _split(base)
    return names[len(names) - len(bases) :] == bases if len(names) >= len(bases) else False


def misses_people(reference: str, base: str) -> bool:
    """Whether an address at which a search goes on may hold people below the base.

    >>> misses_people("ldap://acme.example/CN=Configuration,DC=acme,DC=example", "DC=acme,DC=example")
    False
    >>> misses_people("ldap://child.acme.example/DC=child,DC=acme,DC=example", "DC=acme,DC=example")
    True
    >>> misses_people("ldap://elsewhere.example/", "DC=acme,DC=example")
    True
    """
    try:
        parts = urlsplit(reference)
    except ValueError:
        return True
    dn = unquote(parts.path.removeprefix("/"))
    names = _split(dn)
    if parts.scheme not in {"ldap", "ldaps"} or not names:
        return True
    return is_below(dn, base) and names[0] not in _WITHOUT_PEOPLE


def _split(dn: str) -> list[str]:
    """The parts of a name, in lower case and without the blanks that mean nothing."""
    parts = _COMMA.sub("\\1\n", dn).split("\n") if dn.strip() else []
    return ["=".join(side.strip() for side in part.lower().split("=", 1)) for part in parts]
