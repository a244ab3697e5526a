"""From the result files of lmms-eval to one page and the tables of a paper."""
