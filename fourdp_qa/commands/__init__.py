"""Commands of the command line, by what they are for; `fourdp_qa.cli` gathers them."""
