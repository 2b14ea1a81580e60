"""A synthetic revenue-cycle office with known truth, for the demo, the tests and the benchmarks."""
