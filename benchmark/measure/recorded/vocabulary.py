"""Words of servers' command lines that matter to speed and give nothing away.

Collected from the help of vLLM, SGLang, TGI, llama.cpp, transformers, sageLLM, Docker, numactl.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SWITCHES = """
true false on off yes no none null auto default enable disable enabled disabled all
"""
_DTYPES = """
half float bfloat float16 bfloat16 float32 float64 fp4 fp8 fp16 bf16 fp32 int4 int8 f16 f32 e4m3
e5m2 fp8_e4m3 fp8_e5m2 fp8_inc fp8_ds_mla mxfp4 mxfp8 nvfp4 nf4 q4_0 q4_1 q5_0 q5_1 q8_0 q4_k_m
q4_k_s q5_k_m q6_k iq4_nl tf32 high highest medium
"""
_QUANTIZATION = """
awq awq_marlin gptq gptq_marlin marlin squeezellm compressed-tensors bitsandbytes
bitsandbytes-nf4 bitsandbytes-fp4 eetq exl2 gguf aqlm hqq torchao modelopt modelopt_fp4 quark
ipex inc w8a8_int8 w8a8_fp8 w4afp8 blockwise_int8 qoq moe_wna16 experts_int8 fbgemm_fp8
deepspeedfp rtn bnb
"""
_ATTENTION = """
flash_attn flash_attn_vllm_v1 flash_attention flash_attention_2 flash_attention_3 flashinfer
flashinfer_mla flashmla xformers torch_sdpa sdpa eager flex_attention flex triton triton_attn
triton_mla cutlass_mla rocm_flash rocm_aiter_fa rocm_attn fa2 fa3 fa4 aiter ascend torch_native
trtllm_mha trtllm_mla hybrid naive cpu_attn paged flashdecoding dual_chunk_flash_attn wave
intel_amx pallas
"""
_SCHEDULING = """
fcfs priority lpm lpm-hash random dfs-weight lof round_robin round-robin shortest_queue
minimum_tokens sync async mp ray uni external_launcher spawn fork cache_aware power_of_two lru
lfu prefix radix full piecewise full_and_piecewise full_decode_only breakable inductor
cudagraphs reduce-overhead max-autotune ngram eagle eagle3 medusa mlp_speculator draft_model mtp
deepseek_mtp suffix decode prefill extend
"""
_DEVICES = """
cpu cuda gpu gpus rocm hip xpu hpu npu tpu mps vulkan metal sycl neuron musa device devices
nvidia amd intel ascend nccl gloo hccl mscclpp ucx infiniband ib tcp host private ipc bridge
numa distribute isolate numactl interleave localalloc layer row cores threads close spread
compact fine granularity scatter active passive static dynamic guided sockets
"""
_FORMATS = """
pt safetensors npcache dummy tensorizer runai_streamer sharded_state fastsafetensors mistral hf
slow vllm transformers openai debug info warning warn error critical trace jinja string chatml
auto_tool hermes llama3_json llama4_json pythonic qwen qwen3 qwen25 deepseekv3 deepseek_r1
deepseek-r1 granite internlm jamba outlines xgrammar lm-format-enforcer guidance llguidance
expandable_segments max_split_size_mb garbage_collection_threshold backend cudamallocasync
mapped unified rbln fair chat completions generate embed classify score pooling cached offline
yarn dynamic_ntk kv_both kv_producer kv_consumer minimal low turbomind pytorch data weights
"""
WORDS = _words(
    f"{_SWITCHES} {_DTYPES} {_QUANTIZATION} {_ATTENTION} {_SCHEDULING} {_DEVICES} {_FORMATS}"
)
"""Values, in lower case, that are written under any name that does not promise a secret."""

OPERATORS = _words("&& || ; ;; | |& & 2>&1 ( ) { } !")
"""What a shell puts between commands."""

REDIRECTIONS = _words("> >> >| < << <<< >& &> &>>")
"""What a shell puts before a file."""

SHELLS = _words("bash sh zsh dash ksh ash")
CONTAINERS = _words("docker podman nerdctl apptainer singularity")
WRAPPERS = _words("""
env nohup nice ionice taskset numactl time timeout stdbuf setsid exec sudo chrt command srun
mpirun mpiexec uv uvx pipx conda mamba micromamba poetry hatch torchrun accelerate deepspeed
nsys ncu perf strace export cd source systemd-run xvfb-run tini dumb-init gosu
""")
"""Programs whose words are another command."""

PROGRAMS = (
    _words("""
vllm sglang llama-server llama-cli llamafile text-generation-launcher text-generation-server
transformers transformers-cli sagellm sage-llm sage-engine sagellm-gateway lmdeploy trtllm-serve
tritonserver ollama mlc_llm tabby aphrodite ray optimum-cli litellm ovms openvino_model_server
koboldcpp exllama tgi lightllm fastdeploy mindie xinference local-ai rtp-llm python python3
""")
    | SHELLS
    | CONTAINERS
    | WRAPPERS
)
"""First words of commands that are written, and as words in a container or behind a wrapper."""

SUBCOMMANDS = _words("serve server run exec start api_server chat launch worker head compose")
"""Words behind a program."""

IMAGES = _words("""
vllm-openai vllm-openai-rocm vllm-cpu-release-repo vllm vllm-cpu sglang
text-generation-inference llama.cpp llama-server tritonserver pytorch lmdeploy ollama
tensorrt-llm vllm-ascend sagellm
""")
"""Last parts of container images' names."""

TAGS = _words("""
latest stable edge dev nightly main server base runtime devel full light python openai trtllm cpu
gpu cuda rocm xpu hpu npu intel arm arm64 x86 amd64 ubuntu openeuler
""")
"""Parts of images' tags besides numbers."""

FLAGS = _words("""
enforce-eager enable-prefix-caching no-enable-prefix-caching enable-chunked-prefill
no-enable-chunked-prefill trust-remote-code disable-log-requests disable-log-stats
disable-radix-cache enable-expert-parallel enable-dp-attention enable-torch-compile
disable-cuda-graph disable-custom-all-reduce skip-tokenizer-init enable-auto-tool-choice rm it
ti i t d privileged init mlock no-mmap cont-batching metrics jinja continuous-batching
force-model-quiet enable-lora lora enable-metrics log-requests verbose
""")
"""Options that take no value."""

NAMES = _words("""
model model-id model-path model-name m tokenizer tokenizer-id
tokenizer-path tokenizer-name hf hfr hf-repo hff hf-file draft-model model-draft md
speculative-model speculative-draft-model-path revision chat-template-name force-model
""")
"""Options whose value is a model's, a tokenizer's or a revision's name; of a path its last part."""

ALIASES = _words("served-model-name alias a lora-name")
"""Options whose value may be any word; it is told if it is the model's name."""

FILES = _words("""
config chat-template gguf template script env-file quantization-param-path
""")
"""Options whose value is a file; only its name is told."""

QUANTITIES = _words("""
port p gpus gpu-ids device-ids cpus cpuset-cpus cpuset-mems shm-size memory memory-swap
cpu-shares c cpu-list physcpubind cpunodebind membind interleave preferred n np ngl tensor-split
ts tensor-parallel-size max-model-len max-num-seqs max-num-batched-tokens gpu-memory-utilization
mem-fraction-static kv-cache-memory-bytes swap-space cpu-offload-gb cuda-graph-sizes
cuda-graph-bs cudagraph-capture-sizes max-total-tokens chunked-prefill-size context-length
ctx-size ulimit publish device main-gpu threads threads-batch threads-http max-batch-size
num-shard max-input-length max-batch-prefill-tokens max-waiting-tokens waiting-served-ratio
cpu-bind mem-bind cores cpus-per-task gpus-per-node nproc-per-node nnodes kv-cache-size
mem mem-per-gpu mem-per-cpu cuda-graphs cudagraph-sizes max-total-token-num session-len
""")
"""Options whose value may be a list, a range or a size in units."""

DOCUMENTS = _words("""
override-generation-config compilation-config speculative-config rope-scaling hf-overrides
limit-mm-per-prompt mm-processor-kwargs additional-config kv-transfer-config
structured-outputs-config reasoning-config json-model-override-args model-loader-extra-config
override-neuron-config override-pooler-config eplb-config generation-config-override
attention-config default-chat-template-kwargs chat-template-kwargs quantization-config
""")
"""Options whose value is JSON."""

KEY_WORDS = _words("""
a acceptance add additional adjust allow alpha and any api architectures args arguments async
attention audio auto backend batch beams before bench best beta bias block blocks body bos bs budget
buffer by bytes cache cached cap capacity capture captured cfg channels chat choice choices chunk
chunked class compilation compile compiled completion concurrency concurrent config configs
connector content context continue continuous copy count cpu cuda cudagraph cudagraphs custom cut
data dataset decay decode decoding default depth description device devices dim dimensions dir
disable disk do documents draft drafter drafting dry dtype dynamic e eagle early echo effort
embeddings enable enabled end engine eos eplb epsilon event expert experts extra factor fallback
fallbacks false fast file final finetune first flash flashinfer for force format fp8 free frequency
from full function functions fuse fusion generate generation get gpu grammar graph group guidance
guided head heads hf hidden high hip id ids ignore image images in include inductor init initial
input inputs int4 int8 interval is items iterations j json k kernel kv kwargs l layer layers layout
len length level limit linear list load loader local log logit logits logprobs long lookahead lookup
lora low m main mamba mask max medusa mem memory message messages metadata method min mirostat mlp
mm mode model models moe mrope mtp multi multimodal n name nccl needs ngram no noise none noop norm
normalize nucleus num number object of offload on only op openai ops optimization options order
original out output outputs override p pad parallel parallelism param parameters params parse parser
partial pass passes path penalty per piece pipeline pixels pool pooled pooler pooling port position
positions post predict prefill prefix presence preserve priority probability processing processor
prompt prompts properties proposer provider pynccl quant quantization quantized queue random range
rank ranks ratio ready reasoning recompute reduce refresh regex rejection remote remove repeat
repetition replicas request required response return role rope round rows s safe sample sampler
samples sampling scale scaling schedule scheduler scheduling schema score seed select send separate
seq seqs sequence server shape shards shared size sizes skip skipped sliding slot slots soft spaces
sparse spec special speculative speed split splitting stage start static step steps stop stream
strict structured style swap system tail target temperature template tensor tensors test tfs theta
think thinking threads threshold time timeout timings token tokenize tokenizer tokens tool tools top
tp transfer transforms tree true truncate truncation tuned tuning type types typical update usage
use user utilization v value values variant verbosity version video videos vision vllm vocab wait
warmup weight weights window with without word words workers world x xargs xtc y yarn z zero
""")
"""Words that keys in JSON are made of; a key with another one may be anything."""

ADDRESSES = _words("base-url url endpoint api-base server-url api-url endpoint-url")
"""Options whose value is a URL, a host, a variable."""

MODULES = _words(
    "vllm sglang lmdeploy llama_cpp text_generation_server fastchat mlx_lm tensorrt_llm"
)
"""First parts of modules that `python -m` starts."""

HOSTS = _words("host hostname bind address listen master-addr dist-init-addr")
VARIABLES = _words("e env")

PATH_WORDS = _words("""
api apis openai inference infer llm chat completions completion models model deployments
deployment engines serve serving generate generation compatible-mode paas coding gateway proxy
maas beta azure foundation-models endpoints v responses embeddings ai services aigc
text-generation
""")
"""Segments of an endpoint's path."""

QUERY_NAMES = _words("api-version api_version x-api-key ocp-apim-subscription-key")
"""Names in a URL's query that are no plain words."""

QUANTITY_VARIABLES = (
    "_VISIBLE_DEVICES",
    "_ALLOC_CONF",
    "_AFFINITY",
    "_OMP_THREADS_BIND",
    "_PLACES",
    "_CPUS",
    "_ARCH_LIST",
    "_KVCACHE_SPACE",
    "_NUM_THREADS",
    "_DEVICE_ORDER",
    "GOMP_CPU_AFFINITY",
)
"""Ends of the names of variables of which the same holds."""

PUBLIC_HOSTS = (
    "api.openai.com",
    "openai.azure.com",
    "api.anthropic.com",
    "api.deepseek.com",
    "dashscope.aliyuncs.com",
    "dashscope-intl.aliyuncs.com",
    "ark.cn-beijing.volces.com",
    "open.bigmodel.cn",
    "api.moonshot.cn",
    "api.siliconflow.cn",
    "api.mistral.ai",
    "api.groq.com",
    "api.together.xyz",
    "api.fireworks.ai",
    "api.x.ai",
    "api.perplexity.ai",
    "api.replicate.com",
    "api-inference.modelscope.cn",
    "router.huggingface.co",
    "api-inference.huggingface.co",
    "integrate.api.nvidia.com",
    "generativelanguage.googleapis.com",
    "openrouter.ai",
    "api.cerebras.ai",
    "api.minimax.chat",
    "qianfan.baidubce.com",
)
"""Everybody's endpoints: their names tell nothing about who asked."""
