"""The front door: files become typed rows that know their file, row and hash. One contract per table."""
