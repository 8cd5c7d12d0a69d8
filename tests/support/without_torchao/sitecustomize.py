"""On PYTHONPATH, it hides torchao: transformers imports it wherever it is, which takes a second."""

import sys

sys.modules.update({"torchao": None})
