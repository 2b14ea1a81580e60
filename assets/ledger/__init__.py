"""Conformed facts: the life of a claim, its adjudications and denials, touches and staff days."""
