"""`python -m ringofire_adapters.terminal` is the command `ringofire`."""

from ringofire_adapters.terminal import main

main()
