"""Forms of the helpdesk, one module an audience."""
