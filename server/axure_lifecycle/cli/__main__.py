"""`python -m axure_lifecycle.cli`: the command line where its script is not on the path."""

import sys

from axure_lifecycle.cli.running import main

sys.exit(main())
