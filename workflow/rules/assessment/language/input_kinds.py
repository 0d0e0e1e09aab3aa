"""The catalogue of inputs, and how one is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from i18n import mark
from workflow.rules.assessment.exact import shown, total
from workflow.rules.assessment.language.facts_fields import CHINESE, NUMBERS, Sort, where_of
from workflow.rules.assessment.language.inputs import (
    FactsInput,
    FactsTake,
    FormulaInput,
    Input,
    MeasureInput,
    NumberInput,
    RankInput,
    WordInput,
)
from workflow.rules.assessment.language.opinions import BallotsInput, RatingsInput
from workflow.rules.assessment.language.reading import (
    Reader,
    as_formula,
)
from workflow.rules.faults import Path, brief

KINDS: Mapping[str, type[Input]] = {
    "number": NumberInput,
    "word": WordInput,
    "measure": MeasureInput,
    "rank": RankInput,
    "over": FactsInput,
    "ratings": RatingsInput,
    "ballots": BallotsInput,
    "formula": FormulaInput,
}
"""The kinds of inputs by the key that names them."""


def read_input(reader: Reader, value: Any, path: Path) -> Input | None:
    """An input: a formula, or keys of which one names its kind."""
    if not isinstance(value, dict):
        found = as_formula(reader, value, path)
        return None if found is None else FormulaInput(formula=found)
    named = [name for name in KINDS if name in value]
    if len(named) != 1:
        reader.fault(
            path, mark("An input has exactly one of these keys: {keys}."), keys=", ".join(KINDS)
        )
        return None
    if named[0] == "over" and value["over"] in set(Sort):
        value = {
            name: where_of(reader, inner, (path, name), value["over"])
            if name in ("where", "counts")
            else inner
            for name, inner in value.items()
        }
    made = reader.record(KINDS[named[0]], value, path)
    if isinstance(made, FactsInput):
        _check_facts(reader, made, path)
    if isinstance(made, RatingsInput | BallotsInput) and made.groups:
        whole = total(list(made.groups.values()))
        if whole != 1:
            reader.fault(
                (path, "groups"),
                mark("The weights come to {whole}. Write weights that come to 100%."),
                whole=shown(whole),
            )
    return made


def _check_facts(reader: Reader, made: FactsInput, path: Path) -> None:
    needs = made.take not in (FactsTake.COUNT, FactsTake.SHARE)
    name = CHINESE.get(made.field, made.field)
    if needs and name not in NUMBERS[made.over]:
        reader.fault(
            path,
            mark("“{take}” needs a field: one of {names}, not “{field}”."),
            take=made.take.value,
            field=brief(made.field),
            names=", ".join(sorted(NUMBERS[made.over])),
        )
