"""A forensic search: is a value anywhere that the installation writes to, in whatever encoding?"""
