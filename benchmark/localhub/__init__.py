"""An embedded Hugging Face Hub for datasets: laptops, tests, labs without internet.

It speaks the endpoints that the real `huggingface_hub` client calls for datasets, over bare git
repositories on disk. A commit is an atomic compare-and-swap on its branch and is on stable storage
before it is acknowledged. Needs the optional extra `hub` (starlette, uvicorn, dulwich).
"""
