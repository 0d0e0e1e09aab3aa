"""年度考核: schemes and facts read, and scores with a reason behind every point."""
