"""The web view: every inbox of the demo, and writing as the person it belongs to."""
