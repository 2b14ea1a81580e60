"""The practice whose visits the sample office bills: clinicians, calendars, a fee schedule, contracts and the people under them."""
