"""Publishing: what of a folder is sent to a repository of the Hub, in which order, and how it resumes."""
