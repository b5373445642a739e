"""Who can reach what, what was promised, and what would change it: plans in, answers out."""
