"""Okta's `filter` and `search` expressions.

Source: "Core Okta API" (developer.okta.com/docs/reference/core-okta-api), *Filter*, and "List all users" of the Okta
management API: names are case-sensitive, operators are not; `filter` takes `eq`, for `lastUpdated` also the
inequalities, and is case-sensitive in values; `search` takes `eq`, `sw`, `co`, `pr` and the inequalities and is not;
neither knows `ne` nor `not`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from tests.directories.vendors.people import Person

Subject = Mapping[str, str]
Test = Callable[[Subject], bool]

WORD: Final = re.compile(r'\s*(?:(?P<open>\()|(?P<close>\))|(?P<text>"(?:[^"\\]|\\.)*")|(?P<name>[\w.]+))')
INEQUALITIES: Final = frozenset({"gt", "ge", "lt", "le"})
FILTERED: Final = frozenset(
    {"status", "lastUpdated", "id", "profile.login", "profile.email", "profile.firstName", "profile.lastName"}
)
CONTAINED: Final = frozenset({"profile.firstName", "profile.lastName", "profile.email", "profile.login"})


class InvalidExpressionError(Exception):
    """Okta would answer E0000031."""


class Asked(Subject):
    """A user of whom an expression asks something: made only then, because one asks of everybody."""

    def __init__(self, properties: Mapping[str, Callable[[Person], str]], person: Person) -> None:
        self._properties, self._person = properties, person

    def __getitem__(self, name: str) -> str:
        return self._properties[name](self._person)

    def __contains__(self, name: object) -> bool:
        return name in self._properties

    def __iter__(self) -> Iterator[str]:
        return iter(self._properties)

    def __len__(self) -> int:
        return len(self._properties)


class Word(NamedTuple):
    """One word of an expression: a name, a text in quotes, or a parenthesis."""

    kind: str
    value: str


class Parser:
    """Reads one expression; `or` binds weaker than `and`."""

    def __init__(self, expression: str, *, is_search: bool) -> None:
        self.is_search = is_search
        self.words = split(expression)
        self.position = 0

    def parse(self) -> Test:
        """The whole expression."""
        test = self.alternatives()
        if self.position != len(self.words):
            raise InvalidExpressionError
        return test

    def alternatives(self) -> Test:
        """Tests joined by `or`."""
        tests = [self.conjunction()]
        while self.take_word("or"):
            tests.append(self.conjunction())
        return lambda subject: any(test(subject) for test in tests)

    def conjunction(self) -> Test:
        """Tests joined by `and`."""
        tests = [self.comparison()]
        while self.take_word("and"):
            tests.append(self.comparison())
        return lambda subject: all(test(subject) for test in tests)

    def comparison(self) -> Test:
        """One comparison, or an expression in parentheses."""
        if self.take("open"):
            test = self.alternatives()
            if not self.take("close"):
                raise InvalidExpressionError
            return test
        name, operator = self.expect("name"), self.expect("name").lower()
        if operator == "pr" and self.is_search:
            return lambda subject: name in subject
        value = self.expect("text")[1:-1].replace('\\"', '"')
        self.check(name, operator)
        return self.compare(name, operator, value)

    def compare(self, name: str, operator: str, value: str) -> Test:
        """The test that an operator means."""
        fold = str.casefold if self.is_search else str
        wanted = fold(value)
        relations: Mapping[str, Callable[[str], bool]] = {
            "eq": lambda found: found == wanted,
            "gt": lambda found: found > wanted,
            "ge": lambda found: found >= wanted,
            "lt": lambda found: found < wanted,
            "le": lambda found: found <= wanted,
            "sw": lambda found: found.startswith(wanted),
            "co": lambda found: wanted in found,
        }
        relation = relations[operator]
        return lambda subject: name in subject and relation(fold(subject[name]))

    def check(self, name: str, operator: str) -> None:
        """Refuse what Okta does not support."""
        if self.is_search:
            supported = operator in INEQUALITIES | {"eq", "sw"} or (operator == "co" and name in CONTAINED)
        else:
            supported = name in FILTERED and (operator == "eq" or (name == "lastUpdated" and operator in INEQUALITIES))
        if not supported:
            raise InvalidExpressionError

    def take(self, kind: str) -> bool:
        """Go on if the next word is of this kind."""
        found = self.position < len(self.words) and self.words[self.position].kind == kind
        self.position += found
        return found

    def take_word(self, word: str) -> bool:
        """Go on if the next word is this one."""
        found = self.position < len(self.words) and self.words[self.position] == Word("name", word)
        self.position += found
        return found

    def expect(self, kind: str) -> str:
        """The next word, which must be of this kind."""
        if not self.take(kind):
            raise InvalidExpressionError
        return self.words[self.position - 1].value


def split(expression: str) -> list[Word]:
    """The words of an expression."""
    words: list[Word] = []
    position = 0
    while position < len(expression.rstrip()):
        found = WORD.match(expression, position)
        if found is None or found.lastgroup is None:
            raise InvalidExpressionError
        value = found[found.lastgroup]
        joins = value.lower() in {"and", "or"}
        words.append(Word(found.lastgroup, value.lower() if joins else value))
        position = found.end()
    return words


def parse(expression: str, *, is_search: bool) -> Test:
    """Whether a user matches an expression; `InvalidExpressionError` for one that Okta would not take."""
    return Parser(expression, is_search=is_search).parse()
