"""Iterations of a Distributed Map, which moto runs: each has its place in the journal, and many need no deep stack."""

from __future__ import annotations

from typing import Any

from localaws.planes.stepfunctions.journal import Done, below


def apply() -> None:
    """An iteration that a redrive finds done is not run again, and one that breaks ends its state."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker

    worker = iteration_worker.IterationWorker
    evaluated = worker._eval_job

    def _eval_job(self: Any, env: Any, job: Any) -> None:
        env.path = below(env, job.job_index)
        record = env.journal.resume.get(env.path) if env.journal is not None else None
        if isinstance(record, Done):
            env.journal.resume.pop(env.path)
            job.job_output = record.output
        else:
            evaluated(self, env, job)

    worker._eval_job, worker._eval_pool = _eval_job, _work_off


def _work_off(self: Any, job: Any, worker_frame: Any) -> None:
    """Jobs are taken one after another until none is left or one has failed."""
    while job is not None:
        following = None
        frame = worker_frame.open_inner_frame()
        try:
            self._eval_job(env=frame, job=job)
            failed = isinstance(job.job_output, Exception)
            following = None if failed or self.stopped() else self._job_pool.next_job()
            if following is None and not failed:
                worker_frame.event_history_context.source_event_id = frame.event_history_context.last_published_event_id
        except Exception as error:  # noqa: BLE001 - the Map state waits for every job
            job.job_output = error
        worker_frame.close_frame(frame)
        if following is None:  # the owner's frame is right before it goes on
            self._env.close_frame(worker_frame)
        self._job_pool.close_job(job)
        job = following
    self._env.close_frame(worker_frame)
