"""Speed and scale, as ratios in one run on one machine. Tests are never timed; these are never asserted."""
