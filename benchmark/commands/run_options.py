"""The options of `run`, in the groups its help shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from benchmark.commands.parameters import Finite, NameOrPath, Numbers, Share, Words
from benchmark.commands.spoken import say
from benchmark.measure.engine_options import APIS, BACKENDS, DTYPES, SAMPLING
from benchmark.measure.engines import ENGINES
from benchmark.measure.load import ARRIVALS, MAX_TIME_S, PRECISION
from benchmark.measure.run_options import BEST
from benchmark.measure.workload.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., object]")


class Sections(click.Command):
    """A command whose help shows its options in sections; those without one come first."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections."""
        rows: dict[str, list[tuple[str, str]]] = {title: [] for title in ("Options", *SECTIONS)}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                rows[_section(param.name or "")].append(record)
        for title, records in rows.items():
            with formatter.section(say(title)):
                formatter.write_dl(records)


SECTIONS = {
    "Load": (
        "workload",
        "concurrency",
        "rate",
        "arrivals",
        "burstiness",
        "max_in_flight",
        "ramp_up",
        "trace",
        "trace_speed",
        "batch",
        "prompts",
        "tokenizer",
        "slo",
    ),
    "How long": ("quick", "repeats", "precision", "max_time"),
    "Engine transformers": ("compile", "attention"),
    "Engine sagellm": ("sagellm", "install_sagellm"),
    "Engines openai and sagellm": (
        "base_url",
        "probe",
        "api",
        "serve",
        "cluster",
        "probe",
        "header",
        "ca_file",
        "insecure",
    ),
    "What the engines openai and sagellm ask": ("natural_length", "extra_body", *SAMPLING),
    "Engine distributed": (
        "tensor_parallel",
        "data_parallel",
        "nodes",
        "node_rank",
        "rendezvous",
    ),
}

_COUNT = click.IntRange(min=1)
_LARGEST_SEED = 2**53 - 1
"""An entry holds no larger number."""

_POSITIVE = Finite(min=0, min_open=True)
_THEIRS = "Default: the server's."
_OPTIONS = (
    click.option(
        "--model",
        type=NameOrPath(),
        required=True,
        help="A model's name on the Hub, or a local folder.",
    ),
    click.option(
        "--backend",
        type=click.Choice(BACKENDS),
        default="cpu",
        show_default=True,
        help="The kind of chip that computes.",
    ),
    click.option(
        "--engine",
        default="transformers",
        show_default=True,
        metavar="NAME,…",
        help=f"Of {', '.join(ENGINES)}; several are compared; {BEST} tries all that run here and "
        "takes the fastest.",
    ),
    click.option(
        "--dtype",
        type=click.Choice(DTYPES),
        help="Precision of the weights. Default: float32 on a CPU, the model's own elsewhere. At "
        "endpoints it is checked, or recorded as stated by you.",
    ),
    click.option("--threads", type=_COUNT, help="CPU threads. Default: the engine's."),
    click.option(
        "--seed",
        type=click.IntRange(min=0, max=_LARGEST_SEED),
        default=0,
        show_default=True,
        help="Of prompts, arrivals and random weights. Endpoints get other prompts each time.",
    ),
    click.option(
        "--random-weights",
        is_flag=True,
        help="Build the model at its real size with random weights; downloads nothing.",
    ),
    click.option(
        "--workload",
        type=NameOrPath(),
        default="short",
        show_default=True,
        metavar="NAME,…",
        help=f"Of {', '.join(WORKLOADS)}; all; or a YAML file, or prompts as .jsonl.",
    ),
    click.option(
        "--concurrency",
        type=Numbers(int),
        default=(),
        help="Requests in flight, the next starts when one is answered. Several are a sweep. "
        "Default: the workload's.",
    ),
    click.option(
        "--rate",
        type=Numbers(float),
        default=(),
        help="Requests started per second, whatever is answered. Several are a sweep.",
    ),
    click.option(
        "--arrivals",
        type=click.Choice(ARRIVALS),
        default=ARRIVALS[0],
        show_default=True,
        help="How requests at a rate are spaced.",
    ),
    click.option(
        "--burstiness",
        type=_POSITIVE,
        default=1.0,
        show_default=True,
        help="Shape of the gamma distribution of the gaps: 1 is Poisson, less comes in bursts.",
    ),
    click.option(
        "--max-in-flight",
        type=_COUNT,
        help="At endpoints, with a rate: what is due waits while so many are in flight; its times "
        "hold that.",
    ),
    click.option(
        "--ramp-up",
        type=Finite(min=0),
        default=0.0,
        metavar="SECONDS",
        help="At endpoints: let the load grow so long to what it is to be; nothing is measured "
        "meanwhile.",
    ),
    click.option(
        "--trace",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Play timed requests: .jsonl or .csv with timestamp, input_length, output_length, or "
        "as Mooncake, BurstGPT and Azure name them.",
    ),
    click.option(
        "--trace-speed",
        type=_POSITIVE,
        default=1.0,
        show_default=True,
        help="How many times faster than recorded a trace is played.",
    ),
    click.option("--batch", type=_COUNT, help="As --concurrency, for engines in this process."),
    click.option(
        "--prompts",
        type=NameOrPath(),
        metavar="KIND",
        help="random token ids; text that comes with the package; or a file: .txt, conversations "
        "as .json like ShareGPT's, or .jsonl. Default: the workload's, which is random.",
    ),
    click.option(
        "--tokenizer",
        type=NameOrPath(),
        help="For prompts in words, and to count an endpoint's tokens. Default: the model's.",
    ),
    click.option(
        "--slo", metavar="LIMITS", help="What a good request is, as ttft=500ms,tpot=50ms,e2e=5s."
    ),
    click.option("--repeats", type=_COUNT, help="Measure exactly so many requests."),
    click.option(
        "--precision",
        type=Share(),
        default=PRECISION,
        help="Stop when the confidence interval (95 %) of the median speed is that narrow. "
        "Default: 2%.",
    ),
    click.option(
        "--max-time",
        type=Finite(min=0, min_open=True),
        default=MAX_TIME_S,
        help="Start no further request after so many seconds, for each workload and load. "
        f"Default: {MAX_TIME_S:g}.",
    ),
    click.option("--compile", is_flag=True, help="Let torch compile the decoding step."),
    click.option("--attention", metavar="NAME", help="sdpa, eager, flash_attention_2, …"),
    click.option(
        "--base-url",
        type=Words(),
        metavar="URL",
        help="Of an OpenAI-compatible endpoint, or of a sageLLM that runs: its host, the path "
        "before its operations, or an operation, with a query if it has one.",
    ),
    click.option(
        "--api",
        type=click.Choice(APIS),
        default=APIS[0],
        show_default=True,
        help="Which operation is asked, unless the URL names one.",
    ),
    click.option(
        "--serve",
        metavar="COMMAND",
        help='Start this server, measure it, stop it: "vllm serve MODEL".',
    ),
    click.option(
        "--cluster",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="JSON that describes the machine behind the endpoint.",
    ),
    click.option(
        "--natural-length",
        is_flag=True,
        help="Let the model end its answers: the workload's length is the most that is asked. "
        "Another workload: short-natural.",
    ),
    click.option(
        "--header",
        multiple=True,
        metavar="'NAME: $VARIABLE'",
        help="A field of every request; its value comes from an environment variable. Repeatable. "
        "One with a key takes the place of OPENAI_API_KEY.",
    ),
    click.option(
        "--extra-body",
        type=Words(),
        metavar="JSON",
        help="Further fields of every request, as one object.",
    ),
    click.option("--temperature", type=Finite(min=0), help="Default: 0, greedy."),
    click.option("--top-p", type=Finite(min=0, max=1, min_open=True), help=_THEIRS),
    click.option("--top-k", type=click.IntRange(min=-1), help=_THEIRS),
    click.option("--min-p", type=Finite(min=0, max=1), help=_THEIRS),
    click.option("--repetition-penalty", type=_POSITIVE, help=_THEIRS),
    click.option("--presence-penalty", type=Finite(min=-2, max=2), help=_THEIRS),
    click.option("--frequency-penalty", type=Finite(min=-2, max=2), help=_THEIRS),
    click.option(
        "--ca-file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Certificates to believe besides the system's, PEM.",
    ),
    click.option(
        "--sagellm",
        type=click.Path(path_type=Path),
        help="The command sagellm, or the folder of its environment. Default: on PATH, beside this "
        "Python, or where --install-sagellm installed it.",
    ),
    click.option(
        "--install-sagellm",
        is_flag=True,
        help="Install sageLLM, whose licence is its own, into an environment in your cache if it "
        "is not there.",
    ),
    click.option("--insecure", is_flag=True, help="Believe any certificate; for labs."),
    click.option(
        "--tensor-parallel",
        type=_COUNT,
        default=1,
        show_default=True,
        help="Processes that hold a part of every layer.",
    ),
    click.option(
        "--data-parallel",
        type=_COUNT,
        default=1,
        show_default=True,
        help="Copies of the model that share the requests.",
    ),
    click.option("--nodes", type=_COUNT, default=1, show_default=True, help="Machines."),
    click.option(
        "--node-rank",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Which of them this is.",
    ),
    click.option("--rendezvous", metavar="HOST:PORT", help="On node 0; the same on every node."),
)


def measuring_options(function: F) -> F:
    """Add every option that is a field of `RunOptions`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def _section(name: str) -> str:
    return next((title for title, names in SECTIONS.items() if name in names), "Options")
