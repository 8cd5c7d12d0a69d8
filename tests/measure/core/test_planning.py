"""From options to jobs, and which options contradict each other."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest

from benchmark.commands import run
from benchmark.errors import UsageError
from benchmark.measure.entry_builder import workload_name
from benchmark.measure.load import Load
from benchmark.measure.planning import plan
from benchmark.measure.run_options import RunOptions, command_line

if TYPE_CHECKING:
    from pathlib import Path


ENDPOINT: dict[str, Any] = {"engine": "openai", "base_url": "http://127.0.0.1:1"}


def options(**given: Any) -> RunOptions:
    """For gpt2, as the command line gives them."""
    return RunOptions(model="gpt2", **given)


def loads(**given: Any) -> list[Load]:
    """Of the only job's cells."""
    return [cell.load for cell in plan(options(**given))[0].cells]


def test_a_workload_says_how_many_requests_are_in_flight_unless_the_command_does() -> None:
    """Q5 has ten."""
    assert loads(workload="Q5") == [Load(concurrency=10)]
    assert loads(workload="Q5", concurrency=(2,)) == [Load(concurrency=2)]
    assert loads(workload="Q5", batch=3) == [Load(concurrency=3)]


def test_every_copy_of_a_model_gets_a_request() -> None:
    """Unless the command says otherwise."""
    assert loads(engine="distributed", data_parallel=4) == [Load(concurrency=4)]
    assert loads(engine="distributed", data_parallel=4, concurrency=(8,)) == [Load(concurrency=8)]


def test_several_loads_are_a_sweep_over_every_workload() -> None:
    """Two workloads under three rates: six cells, of one job that loads the model once."""
    jobs = plan(options(workload="Q1,Q2", rate=(1.0, 2.0, 4.0)))
    assert len(jobs) == 1
    cells = [(cell.workload.name, cell.load.rate) for cell in jobs[0].cells]
    assert cells == [(name, rate) for name in ("Q1", "Q2") for rate in (1, 2, 4)]


def test_several_engines_are_several_jobs() -> None:
    """In the order they were named, each once."""
    jobs = plan(options(engine="onnxruntime, transformers,onnxruntime"))
    assert [job.engine for job in jobs] == ["onnxruntime", "transformers"]


def test_the_engine_knows_the_largest_batch_and_the_most_positions() -> None:
    """What a static cache must hold."""
    found = plan(options(workload="Q5,Q7"))[0].options
    assert (found.batch, found.positions) == (10, 768)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"engine": "vllm"}, "no engine 'vllm'"),
        ({"engine": "best,openvino"}, "best chooses among all"),
        ({"rate": (1.0,), "concurrency": (2,)}, "another kind of load"),
        ({"base_url": "http://127.0.0.1:1"}, "--base-url is for the engine openai"),
        ({"engine": "openvino", "compile": True}, "--compile is for the engine transformers"),
        ({"tensor_parallel": 2}, "--tensor-parallel is for the engine distributed"),
        ({"engine": "openai"}, "needs an endpoint"),
        ({"engine": "distributed", "rendezvous": "host"}, "no HOST:PORT"),
        ({"burstiness": 0.5}, "--burstiness needs a --rate"),
        (
            {"rate": (1.0,), "arrivals": "constant", "burstiness": 0.5},
            "those of short are constant",
        ),
        ({"ramp_up": 5.0}, "--ramp-up is for the engine openai"),
        ({"rate": (1.0,), "max_in_flight": 4}, "--max-in-flight is for the engine openai"),
        ({"trace_speed": 2.0}, "--trace-speed needs a --trace"),
        ({"workload": "conversation"}, "conversation, which is for endpoints, and transformers is"),
        ({**ENDPOINT, "max_in_flight": 4}, "--max-in-flight needs a --rate"),
        ({**ENDPOINT, "rate": (1.0,), "workload": "conversation"}, "waits for answers and has no"),
        ({"engine": "distributed", "rendezvous": "host:99999"}, "no HOST:PORT"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    given: dict[str, Any], message: str
) -> None:
    """With the options' own names, before anything is loaded."""
    with pytest.raises(UsageError, match=message):
        plan(options(**given))


def test_the_shape_of_a_rate_comes_from_the_command_or_the_workload(tmp_path: Path) -> None:
    """The command has the last word."""
    load = {"rate": (2.0,), "burstiness": 0.5, "max_in_flight": 8, "ramp_up": 3.0}
    shape = {"burstiness": 0.5, "max_in_flight": 8, "ramp_up_s": 3.0}
    assert loads(**ENDPOINT, **load) == [Load(rate=2, **shape)]
    file = tmp_path / "own.yaml"
    file.write_text(
        "{name: own, input_length: 8, output_length: 4, rate: 2, burstiness: 0.5, "
        "max_in_flight: 8, ramp_up: 3}"
    )
    assert loads(**ENDPOINT, workload=str(file)) == [Load(rate=2, **shape)]
    (load,) = loads(**ENDPOINT, workload=str(file), burstiness=4.0, max_in_flight=2)
    assert (load.burstiness, load.max_in_flight) == (4, 2)


def trace(folder: Path) -> Path:
    """Two requests, four seconds apart."""
    file = folder / "peak.csv"
    file.write_text("timestamp,input_length,output_length\n0,8,4\n4,9,5\n")
    return file


def test_a_trace_is_a_workload_and_its_load(tmp_path: Path) -> None:
    """Played to its end unless the command limits it; faster if asked."""
    (job,) = plan(options(trace=trace(tmp_path), trace_speed=2.0))
    (cell,) = job.cells
    assert (cell.workload.name, cell.load.due_s, cell.load.rate) == ("peak", (0, 2), 1)
    assert cell.load.spacing == "trace"
    assert (job.stop.repeats, job.stop.max_time_s) == (2, 124)
    assert plan(options(trace=trace(tmp_path), max_time=9.0))[0].stop.max_time_s == 9


def test_everything_that_contradicts_a_trace_is_told_at_once(tmp_path: Path) -> None:
    """One round, not three."""
    with pytest.raises(UsageError) as caught:
        plan(options(trace=trace(tmp_path), rate=(2.0,), workload="Q1", burstiness=2.0))
    for flag in ("--rate", "--workload", "--burstiness"):
        assert f"{flag} says what the trace says itself" in str(caught.value)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({}, "Q1"),
        ({"rate": (2.0,)}, "Q1@2/s"),
        ({"rate": (2.0,), "burstiness": 0.5}, "Q1@2/s~g0.5"),
        ({"rate": (2.0,), "max_in_flight": 8}, "Q1@2/s~max8"),
        ({"rate": (2.0,), "burstiness": 0.5, "max_in_flight": 8}, "Q1@2/s~g0.5~max8"),
        ({"concurrency": (4,), "ramp_up": 3.0}, "Q1"),
    ],
)
def test_what_limits_what_can_be_reached_is_in_the_name(given: dict[str, Any], name: str) -> None:
    """People compare by it; a ramp is not measured."""
    (cell,) = plan(options(**ENDPOINT, workload="Q1", **given))[0].cells
    assert workload_name(cell) == name


def test_a_traces_name_says_that_it_is_one_and_how_fast(tmp_path: Path) -> None:
    """Its rate says little."""
    for speed, name in ((1.0, "peak@trace"), (2.5, "peak@trace-x2.5")):
        (cell,) = plan(options(trace=trace(tmp_path), trace_speed=speed))[0].cells
        assert workload_name(cell) == name


def test_the_recorded_command_asks_for_the_same_again(tmp_path: Path) -> None:
    """What is written is read back by the command's own parser."""
    (tmp_path / "cluster.json").write_text("{}")
    asked = options(
        engine="openai",
        base_url="http://127.0.0.1:8000/v1",
        workload="Q1",
        concurrency=(1, 2, 8),
        slo="ttft=500ms",
        precision=0.015,
        max_time=30.0,
        api="completions",
        seed=7,
        burstiness=0.5,
        max_in_flight=4,
        ramp_up=2.5,
        trace_speed=1.5,
    )
    words = shlex.split(command_line(asked))
    assert words[:2] == ["sagellm-benchmark", "run"]
    context = run.command.make_context("run", words[2:])
    again = {k: v for k, v in context.params.items() if k not in run.OF_THE_COMMAND}
    assert RunOptions(**again) == asked


def test_defaults_of_the_command_line_are_those_of_the_options() -> None:
    """One place could not know of a change in the other."""
    context = run.command.make_context("run", ["--model", "gpt2"])
    again = {k: v for k, v in context.params.items() if k not in run.OF_THE_COMMAND}
    assert RunOptions(**again) == options()


@pytest.mark.parametrize("secret", ["--api-key sk-1", "--api-key=sk-1", "--hf-token sk-1"])
def test_a_servers_key_does_not_become_public(secret: str) -> None:
    """The recorded command is in the entry, which is pushed."""
    serve = f"vllm serve gpt2 {secret} --max-num-batched-tokens 2048 --tokenizer gpt2"
    recorded = command_line(options(engine="openai", serve=serve))
    assert "sk-1" not in recorded
    assert "--max-num-batched-tokens 2048 --tokenizer gpt2" in recorded


AT_AN_ENDPOINT = {"engine": "openai", "base_url": "http://127.0.0.1:1"}


def test_what_an_endpoint_is_asked_is_read_before_anything_is_sent(tmp_path: Path) -> None:
    """Sampling only as far as it was said; a file by its whole path, for another process."""
    given = {"top_k": 3, "temperature": 0.0, "ca_file": tmp_path / "ca.pem", "insecure": True}
    (job,) = plan(options(extra_body='{"a": 1}', natural_length=True, **given, **AT_AN_ENDPOINT))
    endpoint = job.options.endpoint
    assert endpoint is not None
    assert endpoint.sampling == {"temperature": 0.0, "top_k": 3}
    assert endpoint.extra_body == {"a": 1}
    assert (endpoint.ca_file, endpoint.insecure) == (str(tmp_path / "ca.pem"), True)
    assert endpoint.natural_length
    assert job.cells[0].workload.natural


@pytest.mark.parametrize(
    "given",
    [
        {"header": ("X-Key: hunter2",)},
        {"extra_body": "[]"},
        {"extra_body": '{"messages": []}'},
    ],
)
def test_what_cannot_be_asked_of_an_endpoint_is_refused_at_once(given: dict[str, Any]) -> None:
    """Before any process is started."""
    with pytest.raises(UsageError) as refused:
        plan(options(**given, **AT_AN_ENDPOINT))
    assert refused.value.hint
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [{"natural_length": True}, {"header": ("A: $B",)}, {"top_p": 0.5}, {"insecure": True}],
)
def test_what_only_an_endpoint_understands_is_refused_elsewhere(given: dict[str, Any]) -> None:
    """An option that nobody would look at is a mistake."""
    with pytest.raises(UsageError, match="is for the engine openai"):
        plan(options(**given))
