"""`python -m sagellm_leaderboard`."""

from sagellm_leaderboard import main

main()
