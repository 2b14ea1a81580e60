"""A person's own record: the only place where an individual appears."""
