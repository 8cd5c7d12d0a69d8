"""What chips can do at most, by their makers' data sheets. Data only.

Every figure is the highest of any variant that goes by the name, for dense matrices; where a name
does not tell variants apart, the best one counts. So what is beyond it is beyond every such chip.
"""

from __future__ import annotations

from typing import NamedTuple

CHIPS_VERSION = 3
"""Of this table: another figure, another number."""


class Chip(NamedTuple):
    """What one chip can do.

    Attributes:
        name: words of which all must be in a chip's model.
        bandwidth: of its memory, GB/s (10^9).
        tera: 10^12 operations/s with numbers of 32 bits (TF32 where there is that), of 16 bits, and
            of fewer.
        cache: MB (10^6) next to the arithmetic units, which need not be read from memory.
        source: where the figures are from.
    """

    name: str
    bandwidth: float
    tera: tuple[float, float, float]
    cache: float
    source: str


_NV = "https://www.nvidia.com/en-us/data-center"
_A100 = f"{_NV}/a100/ (A100 data sheet); A100 architecture whitepaper: 40 MB L2"
_H100 = f"{_NV}/h100/ (H100 data sheet, without sparsity); Hopper whitepaper: 50 MB L2"
_ADA = "NVIDIA Ada GPU architecture whitepaper V2.1, appendices"
_BLACKWELL = "NVIDIA RTX Blackwell GPU architecture whitepaper, appendices"
_B200 = "NVIDIA Blackwell architecture technical brief, table of HGX B200 and GB200, dense"
_AMPERE = "NVIDIA Ampere GA102 GPU architecture whitepaper V2, appendices"
_AMD = "https://www.amd.com/content/dam/amd/en/documents/instinct-tech-docs"
_CDNA = "https://www.amd.com/en/products/accelerators/instinct.html (data sheet of the model)"
_MI200 = (
    "https://www.amd.com/en/products/accelerators/instinct/mi200.html (data sheet of the model)"
)
_MI300X = f"{_AMD}/data-sheets/amd-instinct-mi300x-data-sheet.pdf"
_APPLE = (
    "Apple's technical specifications name the bandwidth; arithmetic and cache are not stated and "
    "are set above every estimate: M2 Ultra has 28 TFLOP/s, M4 Max 18 (https://hmc-tech.com/gpu)"
)
_TPU = "https://docs.cloud.google.com/tpu/docs"
_JAX = "INT4 and VMEM: https://github.com/jax-ml/jax/blob/main/jax/_src/pallas/mosaic/tpu_info.py"
_TRN = "https://awsdocs-neuron.readthedocs-hosted.com/en/latest/about-neuron/arch/index.html"
_TURING = "NVIDIA Turing GPU architecture whitepaper, table 1"
_GEFORCE = (
    "https://www.nvidia.com/en-us/geforce/graphics-cards/compare/ (cores, clock, bandwidth); "
    "arithmetic of each core and cycle as in the whitepaper of its generation"
)
_RADEON = "https://www.amd.com/en/products/graphics/desktops/radeon.html (page of the model)"
_JETSON = "https://www.nvidia.com/en-us/autonomous-machines/embedded-systems"
_CANN = "https://gitcode.com/cann/ops-nn/issues/6033"
_GITEE = "https://ai.gitee.com/docs/compute"
_GAUDI = "https://hc2024.hotchips.org, Intel Gaudi 3: table of product generations"

CHIPS: tuple[Chip, ...] = (
    Chip("v100", 1134, (16.4, 130, 130), 6, f"{_NV}/v100/ (V100 data sheet, V100S)"),
    Chip("p40", 347, (11.8, 11.8, 47), 3, "NVIDIA Tesla P40 data sheet"),
    Chip("p100", 732, (10.6, 21.2, 21.2), 4, "NVIDIA Tesla P100 data sheet"),
    Chip("t4", 320, (8.1, 65, 260), 4, f"{_NV}/tesla-t4/ (T4 data sheet)"),
    Chip("a10", 600, (62.5, 125, 500), 6, f"{_NV}/products/a10-gpu/ (A10 data sheet)"),
    Chip("a10g", 600, (62.5, 125, 500), 6, "as A10, of which it is a variant with less arithmetic"),
    Chip("a30", 933, (82, 165, 661), 24, f"{_NV}/products/a30-gpu/ (A30 data sheet)"),
    Chip("a40", 696, (74.8, 149.7, 598.7), 6, f"{_NV}/a40/ (A40 data sheet)"),
    Chip("a100", 2039, (156, 312, 1248), 40, _A100),
    Chip("a800", 2039, (156, 312, 1248), 40, f"{_A100}; A800 is A100 with slower links"),
    Chip("h100", 3938, (495, 990, 1979), 50, _H100),
    Chip("h100 sxm", 3352, (495, 990, 1979), 50, _H100),
    Chip("h100 sxm5", 3352, (495, 990, 1979), 50, _H100),
    Chip("h100 hbm3", 3352, (495, 990, 1979), 50, _H100),
    Chip("h100 80gb", 3352, (495, 990, 1979), 50, _H100),
    Chip("h100 pcie", 2048, (378, 757, 1513), 50, _H100),
    Chip("h100 nvl", 3938, (418, 836, 1671), 50, _H100),
    Chip("h800", 3352, (495, 990, 1979), 50, f"{_H100}; H800 is H100 with slower links"),
    Chip("h200", 4800, (495, 990, 1979), 50, f"{_NV}/h200/ (H200 data sheet, without sparsity)"),
    Chip("h20", 4800, (74, 148, 296), 60, "NVIDIA H20 data sheet; 4.8 TB/s in its 141 GB variant"),
    Chip("gh200", 4900, (495, 990, 1979), 50, f"{_NV}/grace-hopper-superchip/ (HBM3e variant)"),
    Chip("b200", 8000, (1250, 2500, 10000), 130, _B200),
    Chip("b300", 8000, (1250, 2500, 15000), 192, "NVIDIA Blackwell Ultra technical blog, dense"),
    Chip("gb200", 16000, (2500, 5000, 20000), 260, f"{_B200}; two GPUs of a superchip"),
    Chip("gb300", 16000, (2500, 5000, 30000), 384, "as B300; two GPUs of a superchip"),
    Chip(
        "gb10",
        273,
        (125, 250, 1000),
        24,
        "https://www.nvidia.com/en-us/products/workstations/dgx-spark/",
    ),
    Chip("l4", 300, (60, 121, 485), 48, f"{_NV}/l4/ (L4 data sheet, without sparsity)"),
    Chip("l20", 864, (60, 120, 478), 96, "NVIDIA L20 data sheet; INT4 twice its INT8, as in L40"),
    Chip("l40", 864, (90.5, 181, 724), 96, f"{_NV}/l40/ (L40 data sheet, without sparsity)"),
    Chip("l40s", 864, (183, 366, 1466), 96, f"{_NV}/l40s/ (L40S data sheet)"),
    Chip("rtx 2080 ti", 616, (14.2, 113.8, 455.4), 6, _TURING),
    Chip("rtx 3060", 360, (25.5, 51.0, 203.8), 3, _GEFORCE),
    Chip("rtx 3060 ti", 608, (32.4, 64.8, 259.2), 4, _GEFORCE),
    Chip("rtx 3070", 448, (40.6, 81.2, 324.8), 4, _GEFORCE),
    Chip("rtx 3070 ti", 608, (43.5, 87.0, 348.0), 4, _GEFORCE),
    Chip("rtx 3080", 912, (60, 136, 544), 6, f"{_AMPERE} (12 GB variant)"),
    Chip("rtx 3080 ti", 912, (68.2, 136.4, 545.6), 6, _GEFORCE),
    Chip("rtx 3090", 936, (71.2, 142.3, 568), 6, _AMPERE),
    Chip("rtx 3090 ti", 1008, (80, 160, 640), 6, f"{_AMPERE} (3090 Ti)"),
    Chip("rtx 4060", 272, (30.2, 60.5, 241.8), 24, _GEFORCE),
    Chip("rtx 4060 ti", 288, (44.1, 88.3, 353.0), 32, _GEFORCE),
    Chip("rtx 4070", 504, (58.3, 116.6, 466.3), 36, _GEFORCE),
    Chip("rtx 4070 super", 504, (71.0, 141.9, 567.7), 48, _GEFORCE),
    Chip("rtx 4070 ti", 504, (80.2, 160.4, 641.4), 48, _GEFORCE),
    Chip("rtx 4070 ti super", 672, (88.2, 176.4, 705.6), 64, _GEFORCE),
    Chip("rtx 4080", 736, (104.4, 208.9, 835.5), 64, f"{_ADA}; 836 AI TOPS of 4080 SUPER"),
    Chip("rtx 4090", 1008, (165.2, 330.3, 1321.2), 72, _ADA),
    Chip("rtx 5050", 320, (26.3, 52.7, 210.7), 32, _GEFORCE),
    Chip("rtx 5060", 448, (38.4, 76.7, 306.8), 32, _GEFORCE),
    Chip("rtx 5060 ti", 448, (47.4, 94.8, 379.3), 32, _GEFORCE),
    Chip("rtx 5070", 672, (61.7, 123.5, 493.9), 48, _GEFORCE),
    Chip("rtx 5070 ti", 896, (87.9, 175.8, 703.0), 64, _GEFORCE),
    Chip("rtx 5080", 960, (112.6, 225.1, 900.4), 64, _BLACKWELL),
    Chip("rtx 5090", 1792, (209.5, 419, 1676), 96, _BLACKWELL),
    Chip("rtx a6000", 768, (77.4, 154.8, 619.3), 6, _AMPERE),
    Chip("rtx 6000 ada", 960, (182.1, 364.2, 1457), 96, _ADA),
    Chip("rtx pro 6000", 1792, (252, 503.8, 2015), 128, _BLACKWELL),
    Chip(
        "orin",
        205,
        (21.3, 85, 275),
        4,
        f"{_JETSON}/jetson-orin/ (AGX Orin: 275 TOPS of all engines, sparse)",
    ),
    Chip(
        "thor",
        273,
        (129, 259, 1035),
        34,
        f"{_JETSON}/jetson-thor/ (T5000: half of 2070, without zeros left out); 32 MiB of L2: "
        "https://forums.developer.nvidia.com/t/356355",
    ),
    Chip("rx 7900 xtx", 960, (61.4, 122.8, 245.6), 102, _RADEON),
    Chip("rx 9070 xt", 640, (48.7, 195, 779), 72, _RADEON),
    Chip("arc b580", 456, (58, 117, 466), 18, "https://www.intel.com (Arc B580: 233 TOPS INT8)"),
    Chip("mi50", 1024, (13.3, 26.5, 53), 4, _CDNA),
    Chip(
        "mi100",
        1229,
        (46.1, 184.6, 184.6),
        8,
        "https://rocm.docs.amd.com/en/latest/reference/gpu-arch/mi100.html",
    ),
    Chip("mi210", 1638, (45.3, 181, 181), 8, _MI200),
    Chip("mi250", 3277, (95.7, 383, 383), 16, f"{_MI200}, of MI250X"),
    Chip("mi250x", 3277, (95.7, 383, 383), 16, _MI200),
    Chip(
        "mi300a",
        5300,
        (490.3, 980.6, 1961.2),
        256,
        f"{_AMD}/data-sheets/amd-instinct-mi300a-data-sheet.pdf",
    ),
    Chip("mi300x", 5325, (653.7, 1307.4, 2614.9), 256, _MI300X),
    Chip(
        "mi308x",
        5325,
        (653.7, 1307.4, 2614.9),
        256,
        f"{_MI300X}, of MI300X, of which it is a variant with less",
    ),
    Chip(
        "mi325x",
        6000,
        (653.7, 1307.4, 2614.9),
        256,
        "https://www.amd.com/en/products/accelerators/instinct/mi300/mi325x.html; 256 MB: "
        "https://rocm.docs.amd.com/en/latest/reference/gpu-specs.html",
    ),
    Chip(
        "mi350x",
        8000,
        (653.7, 2310, 9230),
        256,
        f"{_AMD}/product-briefs/amd-instinct-mi350x-gpu-brochure.pdf; FP32 as MI300X at most",
    ),
    Chip("mi355x", 8000, (653.7, 2520, 10070), 256, f"{_CDNA}; FP32 as MI300X at most"),
    Chip("gaudi2", 2460, (216, 432, 865), 48, f"{_GAUDI}; FP8 of the Gaudi 2 white paper"),
    Chip("gaudi3", 3700, (459, 1856, 1856), 96, f"{_GAUDI}; 1856 of the Gaudi 3 white paper"),
    Chip(
        "max 1550",
        3277,
        (419, 839, 1678),
        408,
        "https://www.intel.com/content/www/us/en/developer/articles/technical/"
        "intel-data-center-gpu-max-series-overview.html; 1024 matrix engines at 1.6 GHz",
    ),
    Chip(
        "910a",
        1200,
        (160, 320, 640),
        32,
        "Huawei Ascend 910, Hot Chips 31 (2019): 256 TFLOP/s, 512 TOP/s; a quarter more for others",
    ),
    Chip(
        "910b",
        1800,
        (200, 400, 800),
        192,
        f"{_CANN}: 910B2 has 376 TFLOP/s, cube and vector, and 1.6 TB/s; rounded up",
    ),
    Chip(
        "910c",
        3600,
        (400, 800, 1600),
        384,
        "two 910B in a package: https://arxiv.org/abs/2506.12708 has less",
    ),
    Chip("950pr", 1600, (243, 486, 1730), 118, f"{_CANN} (server; 32 cores, 112 MiB of L2)"),
    Chip("c500", 1844, (140, 280, 560), 64, f"{_GITEE}/domestic-gpu; four stacks of HBM2E"),
    Chip(
        "s5000",
        1600,
        (1000, 1000, 2000),
        60,
        f"{_GITEE}/clusters_gpu/moore_gpu; 1000 TFLOP/s, it is not said of which numbers",
    ),
    Chip("trainium1", 881, (190, 190, 380), 50, f"{_TRN} (Trainium, Inferentia2)"),
    Chip("trainium2", 3200, (667, 667, 1299), 224, f"{_TRN} (Trainium2)"),
    Chip("trainium3", 4900, (671, 671, 2517), 269, f"{_TRN} (Trainium3)"),
    Chip("tpu v7x", 7400, (1154, 2307, 4614), 256, f"{_TPU}/tpu7x; {_JAX}"),
    Chip("tpu v4", 1230, (138, 275, 275), 170, f"{_TPU}/v4; {_JAX}"),
    Chip("tpu v5e", 820, (99, 197, 788), 160, f"{_TPU}/v5e; {_JAX}"),
    Chip("tpu v5p", 2765, (230, 459, 1840), 160, f"{_TPU}/v5p; {_JAX}"),
    Chip("tpu v6e", 1640, (460, 920, 3680), 256, f"{_TPU}/v6e; {_JAX}"),
    Chip("m1", 69, (20, 40, 80), 24, _APPLE),
    Chip("m1 pro", 205, (20, 40, 80), 48, _APPLE),
    Chip("m1 max", 410, (40, 80, 160), 96, _APPLE),
    Chip("m1 ultra", 820, (80, 160, 320), 192, _APPLE),
    Chip("m2", 103, (20, 40, 80), 24, _APPLE),
    Chip("m2 pro", 205, (20, 40, 80), 48, _APPLE),
    Chip("m2 max", 410, (40, 80, 160), 96, _APPLE),
    Chip("m2 ultra", 820, (80, 160, 320), 192, _APPLE),
    Chip("m3", 103, (20, 40, 80), 24, _APPLE),
    Chip("m3 pro", 154, (20, 40, 80), 48, _APPLE),
    Chip("m3 max", 410, (40, 80, 160), 96, _APPLE),
    Chip("m3 ultra", 820, (80, 160, 320), 192, _APPLE),
    Chip("m4", 120, (20, 40, 80), 24, _APPLE),
    Chip("m4 pro", 273, (40, 80, 160), 48, _APPLE),
    Chip("m4 max", 546, (60, 120, 240), 96, _APPLE),
)

CPU = Chip(
    "cpu",
    8_000,
    (10_000, 10_000, 10_000),
    8_000,
    "A whole machine: eight sockets, each with more than the 0.85 TB/s, 0.8 PFLOP/s (AMX INT8) and "
    "0.5 GB of cache of Intel Xeon 6980P, https://www.intel.com/content/www/us/en/ark.html, or two "
    "of AMD EPYC 9684X with 1.15 GB of cache, https://www.amd.com/en/products/processors/server/epyc.html",
)
"""What no machine without an accelerator reaches."""

ANY = Chip(
    "any",
    float("inf"),
    (1e6, 1e6, 1e6),
    float("inf"),
    "Eight times Cerebras WSE-3, 125 PFLOP/s, https://www.cerebras.ai/chip",
)
"""What no chip at all reaches, whatever it is called."""
