"""Twitter/X as a channel: mentions and direct messages come in, answers go out."""
