"""Pages of the helpdesk, one package an audience."""
