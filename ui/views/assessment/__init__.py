"""年度考核: who scored what, and why."""
