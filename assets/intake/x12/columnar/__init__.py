"""The columnar reader of large X12 files: NumPy offsets into blocks of bytes instead of Python strings."""
