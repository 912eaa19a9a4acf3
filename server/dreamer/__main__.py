"""`python -m server.dreamer FD SETTINGS`: started by the server, of no use by hand."""

import sys

from server.dreamer.process import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
