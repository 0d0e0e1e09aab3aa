"""系统运维: whether everything runs."""
