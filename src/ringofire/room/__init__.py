"""People: seats and their tokens' hashes, host, lock, capacity. Knows no card."""
