"""One ring of cards: picks, choices, statuses, links, cup, end. Knows no token, host or lock."""
