"""Seconds by stage, for `Answer.timings`."""

import time

from rag.schema import Stage


class Stopwatch:
    """Times stages that follow one another."""

    def __init__(self) -> None:
        self._started: list[tuple[str, float]] = []

    def begin(self, name: str) -> Stage:
        """End the running stage, if any, and begin this one."""
        self._started.append((name, time.perf_counter()))
        return Stage(name)

    def seconds(self) -> dict[str, float]:
        """Duration of every stage so far, the running one up to now; and their sum as "total"."""
        ends = [at for _, at in self._started[1:]] + [time.perf_counter()]
        by_stage = {name: end - at for (name, at), end in zip(self._started, ends, strict=True)}
        return {**by_stage, "total": sum(by_stage.values())}
