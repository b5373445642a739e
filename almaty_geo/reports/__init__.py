"""Pages to read, print and send; they compute nothing."""
