"""What each command takes: options and help, nothing else."""
