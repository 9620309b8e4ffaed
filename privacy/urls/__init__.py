"""Addresses of the kernel's own pages, one module a room."""
