"""What machines are told that ask whether everything runs."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.rules.record.parts import PartState


@dataclass(frozen=True)
class Health:
    """Whether the database answers, how each part stands, and which work has not run in time."""

    database: bool
    parts: tuple[PartState, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.database and not self.silent and all(part.lives for part in self.parts)

    def document(self) -> dict[str, object]:
        """The same as JSON; instants are ISO 8601 in UTC, what is missing stands in English."""
        return {
            "ok": self.ok,
            "database": self.database,
            "parts": {part.name: _part(part) for part in self.parts},
            "missing": [part.name for part in self.parts if not part.lives],
            "silent": list(self.silent),
        }


def _part(part: PartState) -> dict[str, object]:
    seen = part.sign.seen_at.isoformat(timespec="seconds") if part.sign else None
    return {"ok": part.lives, "seen": seen, "trouble": part.trouble}
