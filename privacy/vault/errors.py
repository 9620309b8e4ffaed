"""What can go wrong in the vault, each with a name of its own."""


class VaultError(Exception):
    """Base of every error of the vault; its text never holds a plaintext or a key."""


class KeyUnavailable(VaultError):
    """A ciphertext names a key that the vault does not hold (not the same as a destroyed one)."""


class SubjectErased(VaultError):
    """Something was to be written about a person whose key has been destroyed (Art. 17 GDPR)."""


class Tampered(VaultError):
    """Ciphertext that does not open: cut, swapped, moved to another row or column, or altered."""


class PlaintextRefused(TypeError, VaultError):
    """Plaintext was about to reach SQL through a path that does not seal."""
