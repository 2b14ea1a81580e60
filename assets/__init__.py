"""What exists, in the order the data flows: intake, ledger, measures, bands, published."""
