"""The language of schemes, `luoshi.scheme/2`: a small catalogue, and a formula where it ends."""
