"""Sessions and second factors: whose they are."""
