"""`python -m benchmark`: ours, whichever package installed a `sagellm-benchmark` last."""

from benchmark.cli import main

if __name__ == "__main__":
    main()
