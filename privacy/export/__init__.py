"""Portability (Art. 20 GDPR): the records of a module as a file, and all that is one person's as a package.

Both are parcels: made in the background, sealed while they are written, handed over once, gone after some hours.
"""
