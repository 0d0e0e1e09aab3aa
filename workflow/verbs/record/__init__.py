"""The record kept safe: verified, exported, backed up, restored, watched."""
