"""Where the files go: the folder that holds make.py."""

from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
