"""A small synthetic inbox in which every supported format occurs, clean and damaged, with an account of what must become of it."""

from assets.sample.formats.folder import FormatsMade, write_formats

__all__ = ["FormatsMade", "write_formats"]
