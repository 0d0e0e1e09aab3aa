"""The demo's own mailbox: received by SMTP, kept as files, shown on pages."""
