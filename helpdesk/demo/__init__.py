"""A made-up company to try the helpdesk with."""
