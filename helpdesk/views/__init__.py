"""The pages of the frame: sign-in, account, language, appearance, health, errors."""
