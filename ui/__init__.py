"""Where people work: thin pages on Streamlit, behind a gate of our own."""
