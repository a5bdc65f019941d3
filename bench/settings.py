"""The site as the benches run it: its own folder per size, and one empty page."""

import os
from pathlib import Path

os.environ.setdefault("BENCH_SIZE", "1000")
os.environ["WELLHOUSE_MODE"] = "test"
os.environ["WELLHOUSE_VAR"] = str(
    Path(__file__).resolve().parent.parent / "var" / "bench" / os.environ["BENCH_SIZE"]
)

from practice.settings import *

ROOT_URLCONF = "bench.urls"
LOGGING = {"version": 1, "root": {"level": "CRITICAL"}}
