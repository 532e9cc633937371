"""`python -m service.cli` is `tailcheck`."""

from service.cli import main

main()
