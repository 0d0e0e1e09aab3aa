"""The colours, each named once. Stylesheets and letters cannot import them: a test compares."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.progress.lights import Light

PALETTE = {
    "ink": "#1b2733",
    "soft": "#4f5d6d",
    "paper": "#f5f7fa",
    "card": "#ffffff",
    "line": "#d7dee8",
    "hairline": "#e8edf3",
    "ground": "#e6ebf1",
    "axis": "#5a6878",
    "focus": "#8db8ee",
    "accent": "#1d4f91",
    "tint": "#e8eff8",
    "night": "#12315c",
    "night-soft": "#d3e1f3",
    "night-link": "#cfe1f8",
    "green": "#2e9e5b",
    "green-ink": "#14613a",
    "green-tint": "#d6f0e0",
    "yellow": "#e3a008",
    "yellow-ink": "#734700",
    "yellow-tint": "#fdebc4",
    "red": "#d04545",
    "red-ink": "#8f1d1d",
    "red-tint": "#f9d5d3",
    "grey": "#b8c2cf",
    "grey-ink": "#4f5d6d",
    "grey-tint": "#eaeef3",
    "done": "#5d7fa8",
}

LIGHT_COLOURS: Mapping[str, str] = {light: PALETTE[light] for light in Light}
"""The colour of a light's code."""
