"""Metrics with exact definitions: numerators and denominators that add up at every roll-up."""
