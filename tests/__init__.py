import os
import sys

# A run of the tests starts hundreds of processes: what one has compiled, no other has to. Some systems forbid it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
