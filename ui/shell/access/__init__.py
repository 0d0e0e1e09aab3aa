"""Coming in and going out: login, reset, the account page with its second factor."""
