"""When and how things run: definitions, jobs, schedules, sensors and the command line. Thin by design."""
