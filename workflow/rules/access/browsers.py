"""What a browser calls itself, in two words that its owner recognises."""

from __future__ import annotations

# In this order: most browsers claim to be those further down as well.
_FAMILIES = (
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("Edg", "Edge"), ("OPR", "Opera"),
    ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def family(agent: str) -> str:
    """Browser and system, such as "Firefox · Windows"; "" where neither is known."""
    words = (
        next((name for sign, name in table if sign in agent), "") for table in (_FAMILIES, _SYSTEMS)
    )
    return " · ".join(filter(None, words))
