"""Things are killed in the middle: nothing may be lost, nothing doubled."""
