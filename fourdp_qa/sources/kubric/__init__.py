"""Raw worker folders of the Kubric renderer."""
