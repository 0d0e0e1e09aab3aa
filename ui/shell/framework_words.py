"""English words that Streamlit itself writes; the page's script puts ours in their place."""

from __future__ import annotations

from luoshi.language import mark

EXACT = (
    mark("Add files"),
    mark("App pages"),
    mark("Choose an option"),
    mark("Choose options"),
    mark("Choose date"),
    mark("Choose date range"),
    mark("Clear all"),
    mark("Clear date"),
    mark("Clear dates"),
    mark("Clear value"),
    mark("Close"),
    mark("Collapse sidebar"),
    mark("Connection error"),
    mark("Connection timed out."),
    mark("Connecting"),
    mark("Date range"),
    mark("Drag and drop a file here"),
    mark("Drag and drop files here"),
    mark("Error"),
    mark("Expand sidebar"),
    mark("Increment value"),
    mark("Decrement value"),
    mark("Main menu"),
    mark("Multiselect options"),
    mark("No options to select"),
    mark("No results"),
    mark("Number is above the allowed range."),
    mark("Number is below the allowed range."),
    mark("Page not found"),
    mark("Please wait..."),
    mark("Remove file"),
    mark("Running..."),
    mark("Select all"),
    mark("Selectbox options"),
    mark("Selected values"),
    mark("Skip to main content"),
    mark("Stop"),
    mark("Stopping..."),
    mark("This field is required."),
    mark("Upload"),
    mark("Use arrow keys to navigate dates. Enter to select. Escape to close."),
)

# A pattern of the English words and what stands for it; {0} is the first group.
PATTERNS = (
    (r"^(\S+) per file(?: • (.+))?$", mark("at most {0} per file {1}")),
    (r"^(.+) files are not allowed\.$", mark("{0} files are not taken.")),
    (r"^You can only select up to (\d+) .+$", mark("At most {0} can be chosen.")),
    (r"^Select (\d+) matches$", mark("Select the {0} found")),
    (r"^File must be (\S+) or smaller\.$", mark("The file must not be larger than {0}.")),
    (r"^Remove (.+)$", mark("Remove {0}")),
    (r"^Help for (.+)$", mark("Help for {0}")),
    (
        r"^(?:Is Streamlit still running\?|Streamlit server is not responding\.).*$",
        mark("The server does not answer. This page tries again by itself."),
    ),
    (
        r"^Cannot connect to Streamlit .*$",
        mark("The server does not answer. This page tries again by itself."),
    ),
)
