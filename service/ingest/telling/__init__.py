"""Telling watches what happened, in the transaction that writes it."""
