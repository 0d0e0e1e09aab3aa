"""What Streamlit runs for every visitor and every click."""

from ui.shell.page import run

run()
