"""Second factors of staff: an authenticator app, passkeys, recovery codes. One file each."""
