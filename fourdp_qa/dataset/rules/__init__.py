"""What must hold of a folder before it is pushed: one function a rule, named in `table.RULES`."""
