"""Benchmark bands: pure statistics, and the asset that stores every version of them."""
