"""What is said of a file that was not read to its end."""

from __future__ import annotations

from i18n import mark

BROKEN = mark("The file is damaged and cannot be read; open it, save it again and send it anew.")
TOO_SLOW = mark(
    "Reading the file took more than {n} seconds and was given up. Save it again under a new name, "
    "or give only the part that is needed."
)
TOO_LARGE = mark(
    "Reading the file took more memory than {n} MB and was given up. Save it again under a new "
    "name, or give only the part that is needed."
)
TOO_DEEP = mark("What is in the file lies too many levels deep; it was not read.")
NO_KIND = mark("The file is no document of a kind that can be read.")
NO_TEXT = mark("The file is no text in a known encoding; save it as UTF-8 and try again.")
BUSY = mark("Many files are being read at this moment. Please try again in a minute.")
