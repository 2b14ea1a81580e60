"""The report: a static site of plain files that is rendered from the published tables and nothing else."""
