"""The generator of the sample estate; `make.py` runs it."""
