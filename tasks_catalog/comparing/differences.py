"""What a newer edition adds, drops and changes, as values for pages, commands and verbs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from i18n import Translated
from tasks_catalog.model import CatalogueTask, Indicator


@dataclass(frozen=True)
class FieldChange:
    """A field with its value in either edition, typed as in tasks_catalog.model.

    For `item` the values are the codes of the headings; for `code` the codes themselves.
    """

    field: str
    before: object
    after: object


@dataclass(frozen=True)
class TaskChange:
    """A task that goes on, under the same code or another, with the fields that differ.

    `fields` names code, item, kind, title, text, due, due_text, frequency, leaders, deadlines,
    measures, deliverables and units, in this order, as far as they differ.
    """

    old: CatalogueTask
    new: CatalogueTask
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class PairProposal:
    """Two tasks that may be one: a person says so, or says that the newer one is new.

    `likeness` from 0 to 1 in hundredths; `why` a message for `_()`; `fields` what would change.
    """

    old: CatalogueTask
    new: CatalogueTask
    likeness: Decimal
    why: Translated
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class ItemChange:
    """A heading that was added (`before` None), dropped (`after` None) or has another title."""

    code: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class GroupChange:
    """A group whose members the editions list differently."""

    name: str
    added: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class IndicatorChange:
    """A plan-level number that was added (`before` None), dropped (`after` None) or changed."""

    name: str
    before: Indicator | None
    after: Indicator | None


@dataclass(frozen=True)
class Differences:
    """All that differs. `pairs` are the settled (old code, new code), changed or not.

    Tasks of a proposal are in neither `added`, `dropped`, `changed` nor `pairs` until somebody
    has said what they are; see `compare`.
    """

    pairs: tuple[tuple[str, str], ...] = ()
    added: tuple[CatalogueTask, ...] = ()
    dropped: tuple[CatalogueTask, ...] = ()
    changed: tuple[TaskChange, ...] = ()
    proposals: tuple[PairProposal, ...] = ()
    head: tuple[FieldChange, ...] = ()
    items: tuple[ItemChange, ...] = ()
    groups: tuple[GroupChange, ...] = ()
    indicators: tuple[IndicatorChange, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether both editions demand the same of the same units."""
        return not (
            self.added or self.dropped or self.changed or self.proposals
            or self.head or self.items or self.groups or self.indicators
        )  # fmt: skip
