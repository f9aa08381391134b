"""What an auditor gets: signed checkpoints, bundles, and a verifier in one file that needs nothing of ours."""
