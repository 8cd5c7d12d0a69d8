"""What is written of a server's command: what matters to speed, and nothing else."""

from __future__ import annotations

import shlex
from typing import get_type_hints

import pytest

from benchmark.measure.recorded.commands import recorded_command
from benchmark.measure.recorded.fields import RULES
from benchmark.measure.run_options import RunOptions, command_line

CASES = (
    "env HF_TOKEN=hunter2 VLLM_API_KEY=hunter2 vllm serve gpt2 --dtype bfloat16",
    "HF_TOKEN=hunter2 vllm serve gpt2",
    "vllm serve gpt2 --api-key hunter2 hunter2 --max-model-len 4096",
    "vllm serve gpt2 --api-key=hunter2 --hf-token -hunter2",
    "vllm serve gpt2 --pin 1234 --account 1234567890123",
    "vllm serve gpt2 --new-option hunter2 --new-option=hunter2",
    "vllm serve gpt2 hunter2 -hunter2 --dtype hunter2 --tensor-parallel-size hunter2",
    "docker run -e HF_TOKEN=hunter2 -eHF_TOKEN=hunter2 --env=X=hunter2 vllm/vllm-openai:v1",
    "docker run --env X=hunter2 -e hunter2 vllm/vllm-openai:v1 --api-key hunter2",
    "docker run -v /home/hunter2:/root registry.hunter2.example/hunter2/vllm-openai:v1",
    "bash -c 'HF_TOKEN=hunter2 vllm serve gpt2 --api-key hunter2 > /tmp/hunter2; echo hunter2'",
    "sh -lc \"export X=hunter2; cd /hunter2 && bash -c 'vllm serve gpt2 --api-key hunter2'\"",
    "curl -H 'Authorization: Bearer hunter2' --header='X-Key: hunter2' http://127.0.0.1",
    "vllm serve gpt2 --url http://hunter2:hunter2@127.0.0.1/v1/hunter2?a=hunter2#hunter2",
    'vllm serve gpt2 --override-generation-config \'{"a": "hunter2", "api_key": 1234}\'',
    'vllm serve gpt2 --override-generation-config \'{"a": "hunter2\'',
    'vllm serve gpt2 --other-config \'{"a": "hunter2"}\'',
    "sudo -u hunter2 -E hunter2 vllm serve gpt2",
    "/opt/hunter2/bin/vllm serve /home/hunter2/models/gpt2 --config /home/hunter2/c.yaml",
    "vllm serve gpt2 --served-model-name hunter2 --tokenizer hunter2 --host hunter2.example",
    "hunter2 --port 8000",
    "vllm serve gpt2 'hunter2",
    "X=$(cat /hunter2) vllm serve gpt2 --key `hunter2` --key ${hunter2}",
    'vllm serve gpt2 --override-neuron-config \'{"hunter2": 1, "swordfish1234": {"a": 5}}\'',
    "vllm serve s3://me:hunter2@bucket/gpt2 --tokenizer https://hunter2@example.org/gpt2",
    "vllm serve gpt2 --served-model-name me/hunter2 --alias me/hunter2",
    "docker run ghcr.io/hunter2/vllm-openai:hunter2",
    "lower_key=hunter2 vllm serve gpt2",
    "bash -c 'K+=hunter2 vllm serve gpt2 2> /tmp/hunter2'",
    "bash -c $'K=hunter2\\nvllm serve gpt2'",
    "HTTPS_PROXY=socks5://me:hunter2@proxy:1 vllm serve gpt2",
    "vllm serve gpt2 --my-abcdefgh1234567 3",
)


@pytest.mark.parametrize("command", CASES)
def test_no_secret_is_written_however_it_is_given(command: str) -> None:
    """By an option, a variable, a header, a URL, a document, a path, a nested script."""
    recorded = recorded_command(command, "gpt2")
    assert "hunter2" not in recorded.text
    assert "1234" not in recorded.text
    assert recorded.text
    assert shlex.split(recorded.text)


@pytest.mark.parametrize("command", CASES)
def test_what_is_taken_out_is_known(command: str) -> None:
    """So that it is taken out of a server's words too. Programs and paths are not meant."""
    hidden = " ".join(recorded_command(command, "gpt2").hidden)
    told = command.startswith(("hunter2", "/opt"))
    assert told or "hunter2" in hidden or "1234" in hidden


@pytest.mark.parametrize(
    "command",
    [
        "vllm serve meta-llama/Llama-3.1-8B --dtype bfloat16 -tp 2 --gpu-memory-utilization 0.9",
        "CUDA_VISIBLE_DEVICES=0,1 VLLM_ATTENTION_BACKEND=FLASHINFER vllm serve gpt2 -O3",
        "vllm serve gpt2 --quantization awq --kv-cache-dtype fp8_e5m2 --enforce-eager --port 8000",
        "python -m sglang.launch_server --model-path gpt2 --host 0.0.0.0 --cuda-graph-bs 1 2 4",
        "python3.11 -m vllm.entrypoints.openai.api_server --model gpt2",
        "taskset -c 0-3,8 numactl --cpunodebind=0 llama-server -m x.gguf -ngl 99 -ctk q8_0 -fa on",
        "docker run --rm --gpus '\"device=0,1\"' --ipc=host --shm-size 16g -p 80:80 vllm-openai:v1",
        "text-generation-launcher --model-id gpt2 --num-shard 2 --max-input-length 1024",
        "transformers serve gpt2 --continuous-batching --attn-implementation sdpa",
        "env OMP_NUM_THREADS=4 KMP_AFFINITY=granularity=fine,compact,1,0 vllm serve gpt2",
        "PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True,max_split_size_mb:128 vllm serve gpt2",
        "vllm serve gpt2 --api-key '$VLLM_API_KEY' --trust-remote-code",
        'vllm serve gpt2 --speculative-config \'{"method":"ngram","num_speculative_tokens":3}\'',
        "bash -c 'OMP_NUM_THREADS=4 vllm serve gpt2 && vllm serve gpt2'",
        "bash -c 'exec vllm serve gpt2 --port 8000 2 >& 1'",
        "srun --gpus=2 --mem 64G conda run -n vllm vllm serve gpt2 -tp 2",
        "lmdeploy serve api_server gpt2 --session-len 8192 --backend turbomind",
        "docker run --gpus all sglang:v0.5.4-cu129 python3 -m sglang.launch_server --tp-size 4",
        "docker run --gpus all llama.cpp:server-cuda -m m.gguf -ngl 99",
    ],
)
def test_what_matters_to_speed_is_written(command: str) -> None:
    """Word for word."""
    recorded = recorded_command(command, "gpt2")
    assert (recorded.text, recorded.hidden) == (command, ())


def test_every_option_that_is_no_number_has_a_rule() -> None:
    """Somebody has thought of how a new one is recorded; without a rule it is hidden."""
    hints = get_type_hints(RunOptions)
    plain = ("int", "float", "bool", "NoneType", "Path")
    free = {name for name, kind in hints.items() if not _kinds(kind) <= set(plain)}
    assert free <= set(RULES)


def _kinds(kind: object) -> set[str]:
    """The names of the classes in a type."""
    inside = getattr(kind, "__args__", ())
    if inside:
        return {name for one in inside if one is not ... for name in _kinds(one)}
    return {getattr(kind, "__name__", str(kind))}


def test_what_others_are_asked_keeps_its_secrets() -> None:
    """A rendezvous, a URL, files."""
    recorded = command_line(
        RunOptions(
            model="gpt2",
            engine="openai",
            base_url="https://me:hunter2@hunter2.example/openai/deployments/gpt2?code=hunter2",
            rendezvous="hunter2.example:29500",
            prompts="/home/hunter2/prompts.txt",
            attention="hunter2",
            slo="hunter2",
            tokenizer="/home/hunter2/tokenizer",
        )
    )
    assert "hunter2" not in recorded
    assert "'https://HIDDEN@HIDDEN/openai/deployments/gpt2?code=HIDDEN'" in recorded
    assert "--rendezvous HIDDEN:29500" in recorded
    assert "--prompts prompts.txt" in recorded
    assert "--tokenizer tokenizer" in recorded
