"""The e-mail channel: mails in over IMAP, mails out over SMTP."""
