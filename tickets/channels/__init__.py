"""Channels: the ways by which messages come in and go out."""
