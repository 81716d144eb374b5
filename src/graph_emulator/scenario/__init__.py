"""Scenarios: a whole cloud in a file, to be loaded and dumped."""
