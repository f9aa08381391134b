"""Whether a refusal says what to do next, and not only what stands in the way."""

import re
from typing import Final

_TO_DO: Final = re.compile(
    r"(?i)\b(add|ask|attach|begin|bring|buy|call|cancel|change|check|choose|compare|configure|confirm|copy|correct|do|"
    r"export|find|give|go on|import|install|leave|let|list|look|make|name|open|plan|preview|put|quote|raise|read|"
    r"record|remove|renew|repeat|restore|run|runs|save|say|see|set|show|take|tell|test|tick|try|type|use|wait|write|"
    r"([a-z]+_[a-z_]+|axure://\w+) ([a-z]+ ){0,4}(shows|makes|lists|says))\b"
)
_QUOTED: Final = re.compile(r"“[^”]*”")


def says_what_to_do(sentence: str) -> bool:
    """Whether something is to be done by what follows the first clause; what is only quoted does not count.

    >>> says_what_to_do("C-1 has no step “x”. Its steps are remove-integrations, deactivate.")
    False
    >>> says_what_to_do("C-1 has no step “x”. Its steps are deactivate; do it again with one of these.")
    True
    """
    _, _, rest = re.sub(r"[.:;] ", "\n", _QUOTED.sub("", sentence)).partition("\n")
    return any(_TO_DO.search(re.sub(r"\b[\w]+(-\w+)+\b", "", clause)) for clause in rest.split("\n"))
