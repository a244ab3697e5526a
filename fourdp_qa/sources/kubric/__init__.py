"""The Kubric renderer: MOVi records and raw worker folders."""
