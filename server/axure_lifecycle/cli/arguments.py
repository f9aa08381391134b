"""Arguments typed in a shell, held against what the verbs say about theirs, so that one description serves both."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from axure_lifecycle.domain.text import shown


def object_to(run: Callable[..., Any], arguments: Mapping[str, object]) -> tuple[str, ...]:
    """One sentence for each argument that the verb does not take."""
    parameters = inspect.signature(run, eval_str=True).parameters
    objections: list[str] = []
    for name, given in arguments.items():
        annotation = parameters[name].annotation
        try:
            TypeAdapter(annotation).validate_python(given)
        except ValidationError:
            objections.append(f"{name} is “{shown(str(given), 60)}”, which does not fit: {_describe(annotation)}")
    return tuple(objections)


def _describe(annotation: Any) -> str:
    if get_origin(annotation) is not None:
        for part in get_args(annotation):
            if isinstance(part, FieldInfo) and part.description:
                most = next((one.max_length for one in part.metadata if hasattr(one, "max_length")), None)
                return part.description + (f" At most {most:,} characters." if most else "")
    return "it is of another kind."
