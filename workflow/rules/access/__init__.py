"""Who may do what; passwords, second factors, attempts held back."""
