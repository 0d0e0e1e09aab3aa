"""Whether data from outside has the form that its JSON Schema asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema

from i18n import mark
from workflow.rules.refusals import Invalid, Problem


def check_form(data: object, form: Mapping[str, Any], message: str) -> None:
    """Raises Invalid with `message` and every place where the data departs from a JSON Schema."""
    errors = jsonschema.Draft202012Validator(form).iter_errors(data)
    problems = tuple(
        Problem(
            error.json_path, mark("This is not in the right form: {error}"), error=error.message
        )
        for error in sorted(errors, key=lambda error: error.json_path)
    )
    if problems:
        raise Invalid(message, problems)
