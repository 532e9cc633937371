"""An answer as one sheet for print."""
