"""onnxruntime as every model here runs in it: on the processor, quiet, idle between questions."""

import os
from pathlib import Path
from typing import Any

_ERRORS_ONLY = 3


def open_session(graph: Path) -> Any:
    """A session of the graph in a file; raises what onnxruntime raises."""
    import onnxruntime

    return onnxruntime.InferenceSession(str(graph), session_options(), providers=["CPUExecutionProvider"])


def session_options() -> Any:
    """The options of every session."""
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    options.intra_op_num_threads = _cores()
    options.inter_op_num_threads = 1
    # Threads that wait for the next question are to sleep: a bot is idle most of the time.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _cores() -> int:
    """Those that this process may use; onnxruntime would count the machine's and pin threads to them."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
