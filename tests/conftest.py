"""What holds for all tests."""

import os
import signal

import pytest

# Small models on one thread: waking others costs more than they do. Read when torch is loaded, and
# by the processes that tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Checkpoints are made by the tests or come with a package: nothing may ask a hub.
os.environ["HF_HUB_OFFLINE"] = "1"

# A background job ignores ^C, and so would the processes that tests start and send it to.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Modules beside this one whose assertions are to say what they compared.
pytest.register_assert_rewrite("app_records")
