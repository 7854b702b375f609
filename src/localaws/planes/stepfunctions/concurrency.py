"""Branches of Parallel states and iterations of inline Map states, side by side, each with its path."""

from __future__ import annotations

from typing import Any

from localaws.planes.stepfunctions.journal import Done, below


def apply() -> None:
    """A part that is done is not run again, one that breaks ends its state, and many items need no deep stack."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker
    from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branch_worker, branches_decl

    _mend_branches(branches_decl.BranchesDecl, branch_worker.BranchWorker)
    _mend_iterations(iteration_worker.IterationWorker)


def _mend_branches(declaration: Any, worker: Any) -> None:
    declared, begun = declaration.__init__, worker.__init__

    def number(self: Any, programs: list[Any]) -> None:
        declared(self, programs)
        for index, program in enumerate(self.programs):
            program.index = index

    def place(self: Any, branch_worker_comm: Any, program: Any, env: Any) -> None:
        begun(self, branch_worker_comm, program, env)
        env.path = below(env, program.index)

    declaration.__init__, worker.__init__ = number, place
    worker._thread_routine = _branch


def _branch(self: Any) -> None:
    try:
        self._program.eval(self.env)
    except Exception as error:  # noqa: BLE001 - the Parallel state waits for every branch
        self.env.set_error(error=_runtime(error))
    finally:
        self._branch_worker_comm.on_terminated(env=self.env)


def _mend_iterations(worker: Any) -> None:
    evaluated = worker._eval_job

    def _eval_job(self: Any, env: Any, job: Any) -> None:
        env.path = below(env, job.job_index)
        record = env.journal.resume.get(env.path) if env.journal is not None else None
        if isinstance(record, Done):
            env.journal.resume.pop(env.path)
            job.job_output = record.output
        else:
            evaluated(self, env, job)

    worker._eval_job = _eval_job
    worker._eval_pool = _work_off


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


def _runtime(error: Exception) -> dict[str, str]:
    return {"error": "States.Runtime", "cause": f"{type(error).__name__}: {error}"}
