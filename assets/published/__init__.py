"""What managers open: a read-only database and Parquet, swapped in whole."""
