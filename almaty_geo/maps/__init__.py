"""Maps that open anywhere; they compute nothing."""
