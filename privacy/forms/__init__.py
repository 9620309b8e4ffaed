"""Forms of the kernel's own pages."""
