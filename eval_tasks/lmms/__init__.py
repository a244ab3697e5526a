"""The lmms-eval tasks: YAML files, and the functions they name."""
