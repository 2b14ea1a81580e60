"""The documentation: hand-written pages, and `generate.py`, which writes the pages that repeat what the code says."""
