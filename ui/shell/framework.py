"""How Streamlit is set up. In code, because its own files and variables differ by how it starts."""

from __future__ import annotations

import logging

from streamlit import config, logger

from ui.components.palette import PALETTE
from ui.shell.application import Application
from ui.shell.gate import PERSON_HEADER

FONT = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"

SETTINGS = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "client.allowedOrigins": [],
    "runner.magicEnabled": False,
    # Collecting garbage after each rerun holds every other session for a tenth of a second.
    "runner.postScriptGC": False,
    "server.headless": True,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    # A page that lost its connection is resumed only for the same person.
    "server.trustedUserHeaders": {PERSON_HEADER: "person"},
    "theme.base": "light",
    "theme.primaryColor": PALETTE["accent"],
    "theme.backgroundColor": PALETTE["paper"],
    "theme.secondaryBackgroundColor": PALETTE["card"],
    "theme.textColor": PALETTE["ink"],
    "theme.linkColor": PALETTE["accent"],
    "theme.borderColor": PALETTE["line"],
    "theme.showWidgetBorder": True,
    "theme.font": FONT,
    "theme.headingFont": FONT,
    "theme.baseFontSize": 15,
    "theme.baseRadius": "0.5rem",
    "theme.headingFontSizes": ["1.6rem", "1.25rem", "1.1rem", "1rem", "1rem", "1rem"],
    "theme.headingFontWeights": [700, 600, 600, 600, 600, 600],
    "theme.sidebar.backgroundColor": PALETTE["night"],
    "theme.sidebar.secondaryBackgroundColor": "#1c4277",
    "theme.sidebar.textColor": "#e6edf6",
    "theme.sidebar.primaryColor": "#9cc3f5",
    "theme.sidebar.linkColor": PALETTE["night-link"],
    "theme.sidebar.borderColor": "#2a4c7d",
}


def _write_to_root(logger: logging.Logger) -> None:
    logger.handlers.clear()
    logger.propagate = True


def configure(application: Application) -> None:
    """Set Streamlit up for this process, before its App is built."""
    settings = {**SETTINGS, "server.maxUploadSize": application.max_upload_mb}
    if application.secret:
        settings["server.cookieSecret"] = application.secret
    # Streamlit gives each of its loggers a handler of its own, and has no setting against it.
    logger.setup_formatter = _write_to_root
    logger.update_formatter()
    known = config.get_options_for_section
    for key, value in settings.items():
        section, _, name = key.rpartition(".")
        if name not in known(section):
            raise RuntimeError(f"Streamlit no longer knows the setting {key}")
        config.set_option(key, value)
