"""Pure readers of X12 claims, acknowledgements and remittances. No Dagster, no database."""
