"""Asking: from what somebody typed to an answer. The command line and the API both come here."""
