"""Decisions of the practice, computed before they are taken: what adding a clinician or a service line would do to cash.

Belongs here: pure computation on a described plan. Does not belong here: what has happened (`measures`), and Dagster.
"""
